/// Writes values as they are.
///
/// Specification: Encodings.md, "Plain".
enum PlainEncoder {
  /// The bytes that `range` of `values` takes in plain form; of a dictionary's, what the entries take that they
  /// are.
  ///
  /// - Complexity: O(1), of byte arrays by dictionary O(count).
  static func byteCount(_ values: ColumnValues, _ range: Range<Int>) -> Int {
    switch values.form {
    case .bits: return (range.count + 7) / 8
    case .fixed(let width, _): return range.count * width
    case .byteArrays(let offsets, _, _):
      let pointer = unsafe offsets.elements(of: UInt32.self)
      return unsafe 4 * range.count + Int(pointer[range.upperBound])
        - Int(pointer[range.lowerBound])
    case .dictionary(let indices, let dictionary):
      if case .fixed(let width, _) = dictionary.form { return range.count * width }
      guard case .byteArrays(let offsets, _, _) = dictionary.form else { return range.count }
      let pointer = unsafe offsets.elements(of: UInt32.self)
      var total = 4 * range.count
      indices.slice(range).forEach { entry in
        unsafe total &+= Int(pointer[entry &+ 1] &- pointer[entry])
      }
      return total
    }
  }

  /// Appends `range` of `values`, in plain form.
  static func append(_ values: ColumnValues, _ range: Range<Int>, into output: inout ByteBuffer) {
    switch values.form {
    case .bits(let bits): HybridEncoder.appendPacked(bits.slice(range), into: &output)
    case .fixed(let width, let bytes):
      unsafe output.append(
        UnsafeRawBufferPointer(
          start: bytes.pointer + range.lowerBound * width, count: range.count * width))
    case .byteArrays(let offsets, let bytes, _):
      output.reserve(byteCount(values, range) + 32)
      let end = unsafe append(
        offsets: offsets.elements(of: UInt32.self) + range.lowerBound, bytes: bytes.pointer,
        count: range.count, at: output.end)
      output.advance(by: unsafe end - output.end)
    case .dictionary: preconditionFailure("values are brought to plain form before")
    }
  }

  /// Writes byte arrays with their lengths; returns where they end.
  ///
  /// May overwrite up to 16 bytes after the end, and read as many after each value.
  @inline(__always)
  private static func append(
    offsets: UnsafePointer<UInt32>, bytes: UnsafeRawPointer, count: Int,
    at start: UnsafeMutableRawPointer
  ) -> UnsafeMutableRawPointer {
    var target = unsafe start
    var from = unsafe offsets[0]
    for i in 0..<count {
      let to = unsafe offsets[i &+ 1]
      let length = Int(to &- from)
      unsafe target.storeBytes(of: to &- from, as: UInt32.self)
      unsafe target += 4
      let source = unsafe bytes + Int(from)
      if length <= 32 {
        // Short values in two fixed steps: what they write too much, the next value overwrites.
        unsafe target.storeBytes(
          of: source.loadUnaligned(as: SIMD16<UInt8>.self), as: SIMD16<UInt8>.self)
        if length > 16 {
          unsafe target.storeBytes(
            of: source.loadUnaligned(fromByteOffset: 16, as: SIMD16<UInt8>.self), toByteOffset: 16,
            as: SIMD16<UInt8>.self)
        }
      } else {
        unsafe target.copyMemory(from: source, byteCount: length)
      }
      unsafe target += length
      from = to
    }
    return unsafe target
  }
}
