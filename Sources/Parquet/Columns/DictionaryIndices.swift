/// Places in a dictionary, in one, two or four bytes each.
///
/// They are as narrow as the dictionary allows where they come from pages, so that a column of few distinct
/// values takes a byte a value.
@safe
package struct DictionaryIndices: Sendable {
  /// The indices, little-endian and unsigned.
  package let bytes: Bytes
  /// The bytes of each: 1, 2 or 4.
  package let width: Int

  /// Indices of `width` bytes each.
  ///
  /// - Precondition: `bytes` holds a whole number of them.
  package init(_ bytes: Bytes, width: Int = 4) {
    precondition(width == 1 || width == 2 || width == 4, "indices of 1, 2 or 4 bytes")
    precondition(bytes.count % width == 0, "indices of \(width) bytes")
    self.bytes = bytes
    self.width = width
  }

  /// The narrowest width for indices into `count` entries.
  static func width(forCount count: Int) -> Int {
    count <= 1 << 8 ? 1 : count <= 1 << 16 ? 2 : 4
  }

  /// How many there are.
  package var count: Int { bytes.count / width }

  /// Index number `i`.
  ///
  /// - Precondition: there are as many.
  @inline(__always)
  package subscript(i: Int) -> Int {
    precondition(i >= 0 && (i &+ 1) &* width <= bytes.count, "index out of range")
    return unsafe unchecked(i)
  }

  /// Index number `i`, for loops that keep to ``count`` by themselves.
  @unsafe @inline(__always)
  package func unchecked(_ i: Int) -> Int {
    switch width {
    case 1: unsafe Int(bytes.pointer.load(fromByteOffset: i, as: UInt8.self))
    case 2: unsafe Int(bytes.pointer.loadUnaligned(fromByteOffset: i &* 2, as: UInt16.self))
    default: unsafe Int(bytes.pointer.loadUnaligned(fromByteOffset: i &* 4, as: UInt32.self))
    }
  }

  /// The indices of `range`, sharing memory.
  func slice(_ range: Range<Int>) -> DictionaryIndices {
    DictionaryIndices(
      bytes.slice(range.lowerBound * width..<range.upperBound * width), width: width)
  }

  /// Calls `body` with each index in turn; the loop is one of its own for each width.
  @inline(__always)
  func forEach(_ body: (Int) -> Void) {
    switch width {
    case 1: unsafe each(UInt8.self, body)
    case 2: unsafe each(UInt16.self, body)
    default: unsafe each(UInt32.self, body)
    }
  }

  @unsafe @inline(__always)
  private func each<Index: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ type: Index.Type, _ body: (Int) -> Void
  ) {
    let pointer = unsafe bytes.elements(of: Index.self)
    for i in 0..<count { unsafe body(Int(pointer[i])) }
  }

  /// Appends the indices, each moved by `shift`, to `buffer` in four bytes.
  func append(shiftedBy shift: Int, to buffer: inout ByteBuffer) {
    buffer.reserve(count * 4)
    let target = unsafe buffer.end.assumingMemoryBound(to: UInt32.self)
    var i = 0
    forEach { index in
      unsafe target[i] = UInt32(truncatingIfNeeded: index &+ shift)
      i &+= 1
    }
    buffer.advance(by: count * 4)
  }

  /// The greatest of `count` indices, 0 where there are none.
  @inline(__always)
  static func greatest<Index: FixedWidthInteger & UnsignedInteger>(
    _ indices: UnsafePointer<Index>, _ count: Int
  ) -> Index {
    var greatest: Index = 0
    for i in 0..<count { unsafe greatest = max(greatest, indices[i]) }
    return greatest
  }
}
