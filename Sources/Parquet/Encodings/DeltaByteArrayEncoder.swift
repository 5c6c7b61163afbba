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
    var prefixes = [UInt32](repeating: 0, count: range.count + 1)
    var lengths = [UInt32](repeating: 0, count: range.count + 1)
    var suffixes = ByteBuffer(capacity: PlainEncoder.byteCount(values, range))
    var before = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
    for i in 0..<range.count {
      let value = unsafe values.place(of: range.lowerBound + i)
      let shared = unsafe sharedPrefix(before, value)
      prefixes[i] = UInt32(truncatingIfNeeded: shared)
      lengths[i] = UInt32(truncatingIfNeeded: value.count - shared)
      unsafe suffixes.append(UnsafeRawBufferPointer(rebasing: value[shared...]))
      unsafe before = value
    }
    for numbers in [prefixes, lengths] {
      unsafe numbers.withUnsafeBufferPointer { pointer in
        guard let base = pointer.baseAddress else { return }
        unsafe DeltaBinaryPackedEncoder.encode(base, count: range.count, into: &output)
      }
    }
    output.append(suffixes.freeze())
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

extension ColumnValues {
  /// The bytes of value `index`, a byte array or of fixed width in plain form, in place.
  @unsafe func place(of index: Int) -> UnsafeRawBufferPointer {
    switch form {
    case .byteArrays(let offsets, let bytes, _):
      let pointer = unsafe offsets.elements(of: UInt32.self)
      let start = unsafe Int(pointer[index])
      return unsafe UnsafeRawBufferPointer(
        start: bytes.pointer + start, count: Int(pointer[index + 1]) - start)
    case .fixed(let width, let bytes):
      return unsafe UnsafeRawBufferPointer(start: bytes.pointer + index * width, count: width)
    case .bits, .dictionary: preconditionFailure("values are brought to plain form before")
    }
  }
}
