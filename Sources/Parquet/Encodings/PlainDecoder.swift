/// Reads values as they are.
///
/// Specification: Encodings.md, "Plain".
enum PlainDecoder {
  /// Appends `count` byte arrays from `position` on, each after its length, and moves past them.
  ///
  /// - Parameters:
  ///   - count: how many values there are to be.
  ///   - bytes: what they are read from.
  ///   - position: the first byte to read, and afterwards the one past the last value.
  ///   - offsets: where each value ends in `output`, appended as UInt32.
  ///   - output: what the values are appended to.
  ///   - memory: what the memory of both is taken from.
  /// - Throws: ``ParquetError`` with code `malformedFile` where the bytes end before the values,
  ///   `limitExceeded` where `output` would hold more than 4 GiB.
  static func decodeByteArrays(
    _ count: Int, from bytes: Bytes, at position: inout Int, offsets: inout ByteBuffer,
    into output: inout ByteBuffer, within memory: MemoryAllowance? = nil
  ) throws(ParquetError) {
    // No value is longer than what is left, less the lengths.
    guard count <= (bytes.count - position) / 4 else { throw tooFew(count) }
    let room = bytes.count - position - 4 * count
    guard output.count + room <= Int(UInt32.max) else {
      throw ParquetError(
        .limitExceeded, "more than 4 GiB of one column at once; read fewer rows at a time")
    }
    try output.reserve(room, within: memory)
    try offsets.reserve(4 * count, within: memory)
    let end = bytes.count
    let source = unsafe bytes.pointer
    let target = unsafe output.start
    let ends = unsafe offsets.end
    var read = position
    var written = output.count
    for i in 0..<count {
      guard read &+ 4 <= end else { throw tooFew(count) }
      let length = unsafe Int(source.loadUnaligned(fromByteOffset: read, as: UInt32.self))
      read &+= 4
      guard length <= end &- read, written &+ length <= output.capacity else { throw tooFew(count) }
      unsafe copyIntoSlack(source + read, to: target + written, count: length)
      read &+= length
      written &+= length
      unsafe ends.storeBytes(
        of: UInt32(truncatingIfNeeded: written), toByteOffset: i &* 4, as: UInt32.self)
    }
    output.advance(by: written - output.count)
    offsets.advance(by: 4 * count)
    position = read
  }

  /// The place after `count` byte arrays from `position` on.
  static func skipByteArrays(
    _ count: Int, in bytes: Bytes, at position: inout Int
  ) throws(ParquetError) {
    var read = position
    for _ in 0..<count {
      guard read &+ 4 <= bytes.count else { throw tooFew(count) }
      let length = unsafe Int(bytes.pointer.loadUnaligned(fromByteOffset: read, as: UInt32.self))
      read &+= 4
      guard length <= bytes.count &- read else { throw tooFew(count) }
      read &+= length
    }
    position = read
  }

  private static func tooFew(_ count: Int) -> ParquetError {
    ParquetError(.malformedFile, "the bytes end before \(count) values do")
  }
}
