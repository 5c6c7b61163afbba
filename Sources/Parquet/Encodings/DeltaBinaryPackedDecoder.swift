/// Reads integers stored as differences, in blocks of miniblocks.
///
/// Specification: Encodings.md, "Delta Encoding"; rule E5.
struct DeltaBinaryPackedDecoder {
  private let bytes: Bytes
  /// The next byte; after ``decode(_:byteLimit:)``, the one past the last value.
  private(set) var position: Int

  /// A decoder of the values from byte `position` on.
  init(_ bytes: Bytes, at position: Int = 0) {
    self.bytes = bytes
    self.position = position
  }

  /// All values there are.
  ///
  /// - Parameters:
  ///   - type: Int32 or Int64; differences wrap around in it.
  ///   - countLimit: the most values there may be.
  ///   - byteLimit: the most bytes they may take.
  ///   - memory: what their memory is taken from.
  /// - Returns: the values, one after another.
  /// - Throws: ``ParquetError``: `malformedFile` where the blocks are not what the header announces,
  ///   `limitExceeded`.
  mutating func decode<T: FixedWidthInteger & BitwiseCopyable>(
    _ type: T.Type, countLimit: Int, byteLimit: Int, within memory: MemoryAllowance? = nil
  ) throws(ParquetError) -> Bytes {
    let blockSize = try varint()
    let miniblockCount = try varint()
    let total = try varint()
    let first = try zigzag()
    guard total <= UInt64(countLimit) else {
      throw malformed("\(total) values in a page of \(countLimit)")
    }
    guard miniblockCount > 0, blockSize > 0, blockSize <= 1 << 31,
      blockSize % miniblockCount == 0, blockSize / miniblockCount % 8 == 0
    else { throw malformed("blocks of \(blockSize) values in \(miniblockCount) miniblocks") }
    let count = Int(total)
    guard count <= byteLimit / MemoryLayout<T>.size else {
      throw ParquetError(
        .limitExceeded, "a page of \(count) values; the limit is \(byteLimit) bytes")
    }
    var output = try ByteBuffer(capacity: count * MemoryLayout<T>.size, within: memory)
    guard count > 0 else { return output.freeze() }
    let target = unsafe output.start.assumingMemoryBound(to: T.self)
    var value = T(truncatingIfNeeded: first)
    unsafe target[0] = value
    var done = 1
    let perMiniblock = Int(blockSize / miniblockCount)
    while done < count {
      let least = T(truncatingIfNeeded: try zigzag())
      guard miniblockCount <= UInt64(bytes.count - position) else {
        throw malformed("a block ends before its bit widths")
      }
      let widths = position
      position += Int(miniblockCount)
      var miniblock = 0
      // Miniblocks past the last value have widths, and no bytes.
      while miniblock < Int(miniblockCount), done < count {
        let width = Int(bytes[widths + miniblock])
        guard width <= 64 else { throw malformed("differences of \(width) bits") }
        let take = min(perMiniblock, count - done)
        let needed = (take * width + 7) / 8
        guard needed <= bytes.count - position else {
          throw malformed("a miniblock ends before its values")
        }
        unsafe unpack(take, width: width, least: least, value: &value, into: target + done)
        done += take
        position = min(position + perMiniblock / 8 * width, bytes.count)
        miniblock += 1
      }
    }
    output.advance(by: count * MemoryLayout<T>.size)
    return output.freeze()
  }

  /// Adds up `count` differences of `width` bits from ``position`` on; the slack takes the last load.
  @inline(__always)
  private func unpack<T: FixedWidthInteger>(
    _ count: Int, width: Int, least: T, value: inout T, into output: UnsafeMutablePointer<T>
  ) {
    let base = unsafe bytes.pointer + position
    let mask: UInt64 = width == 64 ? ~0 : (1 &<< UInt64(width)) &- 1
    var sum = value
    var bit = 0
    if width <= 56 {
      for i in 0..<count {
        let word = unsafe base.loadUnaligned(fromByteOffset: bit &>> 3, as: UInt64.self)
        sum = sum &+ least &+ T(truncatingIfNeeded: (word &>> UInt64(bit & 7)) & mask)
        unsafe output[i] = sum
        bit &+= width
      }
    } else {
      for i in 0..<count {
        let shift = UInt64(bit & 7)
        var word = unsafe base.loadUnaligned(fromByteOffset: bit &>> 3, as: UInt64.self) &>> shift
        if shift != 0 {
          let next = unsafe base.load(fromByteOffset: (bit &>> 3) &+ 8, as: UInt8.self)
          word |= UInt64(next) &<< (64 &- shift)
        }
        sum = sum &+ least &+ T(truncatingIfNeeded: word & mask)
        unsafe output[i] = sum
        bit &+= width
      }
    }
    value = sum
  }

  private mutating func varint() throws(ParquetError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      value |= UInt64(byte & 0x7F) &<< shift
      if byte < 0x80 { return value }
      shift += 7
      guard shift < 64 else { throw malformed("a number has more than 64 bits") }
    }
    throw malformed("the header is cut off")
  }

  private mutating func zigzag() throws(ParquetError) -> Int64 {
    let value = try varint()
    return Int64(bitPattern: value &>> 1) ^ -Int64(bitPattern: value & 1)
  }

  private func malformed(_ message: String) -> ParquetError {
    ParquetError(.malformedFile, "DELTA_BINARY_PACKED: \(message)")
  }
}
