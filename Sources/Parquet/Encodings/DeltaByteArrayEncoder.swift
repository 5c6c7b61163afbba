/// Writes byte arrays as their lengths, in differences, and then all their bytes.
///
/// Specification: Encodings.md, "Delta-length byte array (DELTA_LENGTH_BYTE_ARRAY)"; rule E6.
enum DeltaLengthByteArrayEncoder {
  /// Appends `range` of `values`, byte arrays in plain form.
  static func encode(
    _ values: ColumnValues, _ range: Range<Int>, into output: inout ByteBuffer
  ) {
    guard case .byteArrays(let offsets, let bytes, _) = values.form else { return }
    let offset = unsafe offsets.elements(of: UInt32.self) + range.lowerBound
    unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: max(range.count, 1)) {
      lengths in
      guard let length = lengths.baseAddress else { return }
      for i in 0..<range.count { unsafe length[i] = offset[i &+ 1] &- offset[i] }
      unsafe DeltaBinaryPackedEncoder.encode(
        UnsafePointer(length), count: range.count, into: &output)
    }
    let start = unsafe Int(offset[0])
    let end = unsafe Int(offset[range.count])
    unsafe output.append(
      UnsafeRawBufferPointer(start: bytes.pointer + start, count: end - start))
  }
}

/// Writes byte arrays by what they share with the value before: the length of the shared prefix, and
/// the rest as ``DeltaLengthByteArrayEncoder`` does.
///
/// Specification: Encodings.md, "Delta Strings (DELTA_BYTE_ARRAY)"; rule E6.
enum DeltaByteArrayEncoder {
  /// Appends `range` of `values`, byte arrays or values of a fixed length, in plain form.
  static func encode(
    _ values: ColumnValues, _ range: Range<Int>, into output: inout ByteBuffer
  ) {
    switch values.form {
    case .byteArrays(let offsets, let bytes, _):
      let offset = unsafe offsets.elements(of: UInt32.self)
      unsafe encode(range, into: &output) { i in
        let start = unsafe Int(offset[i])
        return unsafe UnsafeRawBufferPointer(
          start: bytes.pointer + start, count: Int(offset[i &+ 1]) &- start)
      }
    case .fixed(let width, let bytes):
      unsafe encode(range, into: &output) { i in
        unsafe UnsafeRawBufferPointer(start: bytes.pointer + i &* width, count: width)
      }
    case .bits, .dictionary: preconditionFailure("byte arrays in plain form")
    }
  }

  @inline(__always)
  private static func encode(
    _ range: Range<Int>, into output: inout ByteBuffer, _ value: (Int) -> UnsafeRawBufferPointer
  ) {
    let room = max(range.count, 1)
    unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 2 * room) { numbers in
      guard let prefixes = numbers.baseAddress else { return }
      let lengths = unsafe prefixes + room
      var before = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
      var total = 0
      for i in 0..<range.count {
        let value = unsafe value(range.lowerBound &+ i)
        let shared = unsafe sharedPrefix(before, value)
        unsafe prefixes[i] = UInt32(truncatingIfNeeded: shared)
        unsafe lengths[i] = UInt32(truncatingIfNeeded: value.count &- shared)
        total &+= value.count &- shared
        unsafe before = value
      }
      unsafe DeltaBinaryPackedEncoder.encode(prefixes, count: range.count, into: &output)
      unsafe DeltaBinaryPackedEncoder.encode(lengths, count: range.count, into: &output)
      output.reserve(total)
      var target = unsafe output.end
      for i in 0..<range.count {
        let value = unsafe value(range.lowerBound &+ i)
        let length = unsafe Int(lengths[i])
        if let start = value.baseAddress {
          unsafe copyIntoSlack(start + Int(prefixes[i]), to: target, count: length)
        }
        unsafe target += length
      }
      output.advance(by: total)
    }
  }

  @inline(__always)
  private static func sharedPrefix(
    _ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer
  ) -> Int {
    let limit = min(a.count, b.count)
    guard let x = a.baseAddress, let y = b.baseAddress else { return 0 }
    var i = 0
    while i &+ 8 <= limit {
      let difference =
        unsafe x.loadUnaligned(fromByteOffset: i, as: UInt64.self)
        ^ y.loadUnaligned(fromByteOffset: i, as: UInt64.self)
      if difference != 0 { return i &+ difference.trailingZeroBitCount / 8 }
      i &+= 8
    }
    while i < limit,
      unsafe x.load(fromByteOffset: i, as: UInt8.self)
        == y.load(fromByteOffset: i, as: UInt8.self)
    { i &+= 1 }
    return i
  }
}
