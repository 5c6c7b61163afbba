/// Reads byte arrays whose lengths, or shared prefixes, are stored as differences.
///
/// Specification: Encodings.md, "Delta-length byte array" and "Delta Strings"; rule E6.
enum DeltaByteArrayDecoder {
  /// Byte arrays: where each begins, and the last one ends, as UInt32; and the bytes.
  struct Values {
    var offsets: Bytes
    var bytes: Bytes

    /// The number of values.
    var count: Int { offsets.count / 4 - 1 }
  }

  /// All values of DELTA_LENGTH_BYTE_ARRAY, whose bytes are shared, not copied.
  static func decodeLengths(
    _ bytes: Bytes, at position: Int = 0, countLimit: Int, byteLimit: Int,
    within memory: MemoryAllowance? = nil
  ) throws(ParquetError) -> Values {
    var decoder = DeltaBinaryPackedDecoder(bytes, at: position)
    let lengths = try decoder.decode(
      Int32.self, countLimit: countLimit, byteLimit: byteLimit, within: memory)
    let rest = bytes.slice(decoder.position..<bytes.count)
    let count = lengths.count / 4
    var offsets = try ByteBuffer(capacity: lengths.count + 4, within: memory)
    offsets.append(UInt32(0))
    let pointer = unsafe lengths.elements(of: Int32.self)
    var end = 0
    for i in 0..<count {
      let length = unsafe Int(pointer[i])
      guard length >= 0, length <= rest.count - end else {
        throw ParquetError(
          .malformedFile, "a byte array of \(length) bytes where \(rest.count - end) are left")
      }
      end += length
      offsets.append(UInt32(truncatingIfNeeded: end))
    }
    return Values(offsets: offsets.freeze(), bytes: rest)
  }

  /// All values of DELTA_BYTE_ARRAY.
  static func decodePrefixes(
    _ bytes: Bytes, countLimit: Int, byteLimit: Int,
    within memory: MemoryAllowance? = nil
  ) throws(ParquetError) -> Values {
    var decoder = DeltaBinaryPackedDecoder(bytes)
    let prefixes = try decoder.decode(
      Int32.self, countLimit: countLimit, byteLimit: byteLimit, within: memory)
    let suffixes = try decodeLengths(
      bytes, at: decoder.position, countLimit: countLimit, byteLimit: byteLimit, within: memory)
    let count = prefixes.count / 4
    guard suffixes.count == count else {
      throw ParquetError(.malformedFile, "\(count) prefixes and \(suffixes.count) suffixes")
    }
    let prefix = unsafe prefixes.elements(of: Int32.self)
    let suffixEnds = unsafe suffixes.offsets.elements(of: UInt32.self)
    // Prefixes repeat bytes, so that the size is added up before anything is copied.
    var total = 0
    var previous = 0
    for i in 0..<count {
      let shared = unsafe Int(prefix[i])
      guard shared >= 0, shared <= previous else {
        throw ParquetError(
          .malformedFile, "a prefix of \(shared) bytes of a value of \(previous)")
      }
      previous = unsafe shared + Int(suffixEnds[i + 1]) - Int(suffixEnds[i])
      total += previous
      guard total <= min(byteLimit, Int(UInt32.max)) else {
        throw ParquetError(
          .limitExceeded, "a page's byte arrays take more than the limit of \(byteLimit) bytes")
      }
    }
    var output = try ByteBuffer(capacity: total, within: memory)
    var offsets = try ByteBuffer(capacity: 4 * (count + 1), within: memory)
    offsets.append(UInt32(0))
    let target = unsafe output.start
    let source = unsafe suffixes.bytes.pointer
    var start = 0
    var end = 0
    for i in 0..<count {
      let shared = unsafe Int(prefix[i])
      let first = unsafe Int(suffixEnds[i])
      let length = unsafe Int(suffixEnds[i + 1]) - first
      unsafe (target + end).copyMemory(from: target + start, byteCount: shared)
      unsafe copyIntoSlack(source + first, to: target + end + shared, count: length)
      start = end
      end += shared + length
      offsets.append(UInt32(truncatingIfNeeded: end))
    }
    output.advance(by: total)
    return Values(offsets: offsets.freeze(), bytes: output.freeze())
  }
}
