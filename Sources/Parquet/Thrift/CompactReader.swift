/// A field's header.
package struct CompactField {
  /// The field's number.
  package let id: Int16
  /// What its value is.
  package let type: CompactType
}

/// Reads the compact protocol from bytes that may be anything.
///
/// Every read is checked against the bytes there are; no length or count from the bytes makes it
/// allocate more than those bytes could fill; structs and containers nest to a limit.
///
/// ```swift
/// let outer = try reader.beginStruct()
/// while let field = try reader.nextField() {
///   switch field.id {
///   case 1: count = try reader.count(field, "Example.count")
///   default: try reader.skip(field.type)
///   }
/// }
/// reader.endStruct(outer)
/// ```
///
/// Specification: Apache Thrift, "Thrift Compact protocol encoding".
package struct CompactReader {
  /// How deep structs and containers may nest.
  package static let largestDepth = 64

  private let bytes: Bytes
  /// Where the bytes begin in the file.
  private let baseOffset: Int
  /// What the memory of lists is taken from.
  let grant: MemoryGrant?
  /// How many bytes were read.
  package private(set) var position = 0
  /// The id of the field before, in the struct being read.
  private var lastFieldID: Int16 = 0
  var depth = 0
  /// Whether what is read is only held to be readable, so that lists and texts come out empty.
  var isChecking = false

  /// A reader of `bytes`, which begin at `baseOffset` of the file; lists extend `grant`, which is to
  /// live as long as what is read.
  package init(_ bytes: Bytes, baseOffset: Int = 0, grant: MemoryGrant? = nil) {
    self.bytes = bytes
    self.baseOffset = baseOffset
    self.grant = grant
  }

  /// The number of bytes not read yet.
  package var remaining: Int { bytes.count - position }

  /// The bytes read since ``position`` was `start`, sharing memory.
  func bytes(since start: Int) -> Bytes { bytes.slice(start..<position) }

  /// The offset into the file of the next byte.
  package var byteOffset: Int { baseOffset + position }

  /// An error at the next byte.
  package func malformed(_ message: String) -> ParquetError {
    ParquetError(.malformedFile, message).adding(byteOffset: byteOffset)
  }

  // MARK: Values

  /// One byte.
  @inline(__always)
  package mutating func byte() throws(ParquetError) -> UInt8 {
    guard position < bytes.count else { throw truncated() }
    let value = unsafe bytes.pointer.load(fromByteOffset: position, as: UInt8.self)
    position &+= 1
    return value
  }

  /// An unsigned number of at most 64 bits.
  @inline(__always)
  package mutating func varint() throws(ParquetError) -> UInt64 {
    let first = try byte()
    return first < 0x80 ? UInt64(first) : try varint(after: first)
  }

  private mutating func varint(after first: UInt8) throws(ParquetError) -> UInt64 {
    var value = UInt64(first & 0x7F)
    var shift: UInt64 = 7
    while true {
      let next = try byte()
      // The tenth byte has room for one bit.
      guard shift < 63 || next <= 1 else { throw malformed("a number has more than 64 bits") }
      value |= UInt64(next & 0x7F) &<< shift
      if next < 0x80 { return value }
      shift &+= 7
    }
  }

  /// A signed number of at most 64 bits.
  @inline(__always)
  package mutating func zigzag() throws(ParquetError) -> Int64 {
    let value = try varint()
    return Int64(bitPattern: value &>> 1) ^ -Int64(bitPattern: value & 1)
  }

  /// An integer of the given type.
  package mutating func integer(
    _ type: CompactType, _ name: StaticString
  ) throws(ParquetError) -> Int64 {
    guard type.isInteger else { throw unexpected(type, name) }
    return type == .i8 ? Int64(Int8(bitPattern: try byte())) : try zigzag()
  }

  /// Bytes with their length, sharing memory.
  package mutating func binary() throws(ParquetError) -> Bytes {
    let length = try varint()
    guard length <= UInt64(remaining) else {
      throw malformed("\(length) bytes are announced where \(remaining) are left")
    }
    let value = bytes.slice(position..<position + Int(length))
    position += Int(length)
    return value
  }

  /// Text; bytes that are not UTF-8 are replaced, as this text only describes.
  package mutating func text() throws(ParquetError) -> String {
    let bytes = try binary()
    if isChecking { return "" }
    return unsafe String(
      decoding: UnsafeRawBufferPointer(start: bytes.pointer, count: bytes.count), as: UTF8.self)
  }

  /// Text that names something, and so must be UTF-8.
  package mutating func nameText() throws(ParquetError) -> String {
    let bytes = try binary()
    let buffer = unsafe UnsafeRawBufferPointer(start: bytes.pointer, count: bytes.count)
    guard unsafe isUTF8(buffer) else { throw malformed("a name is not UTF-8") }
    if isChecking { return "" }
    return unsafe String(decoding: buffer, as: UTF8.self)
  }

  /// A double.
  package mutating func double() throws(ParquetError) -> Double {
    guard remaining >= 8 else { throw truncated() }
    let bits = unsafe bytes.pointer.loadUnaligned(fromByteOffset: position, as: UInt64.self)
    position += 8
    return Double(bitPattern: bits)
  }

  /// A boolean outside of a field's header.
  package mutating func boolean() throws(ParquetError) -> Bool {
    let value = try byte()
    // False is 2, but older writers wrote 0.
    guard value <= 2 else { throw malformed("a boolean has the value \(value)") }
    return value == CompactType.booleanTrue.rawValue
  }

  /// A list's or set's header. Every element takes a byte at least, so the count is bounded.
  package mutating func listHeader() throws(ParquetError) -> (type: CompactType, count: Int) {
    let header = try byte()
    let type = CompactType(rawValue: header & 0x0F)
    var count = UInt64(header &>> 4)
    if count == 15 { count = try varint() }
    guard count <= UInt64(remaining) else {
      throw malformed("\(count) elements are announced where \(remaining) bytes are left")
    }
    guard count == 0 || (type != .stop && type.rawValue <= CompactType.uuid.rawValue) else {
      throw malformed("a list has elements of \(type.name)")
    }
    return (type, Int(count))
  }

  /// A map's header.
  package mutating func mapHeader() throws(ParquetError) -> (
    key: CompactType, value: CompactType, count: Int
  ) {
    let count = try varint()
    guard count > 0 else { return (.stop, .stop, 0) }
    guard count <= UInt64(remaining) / 2 else {
      throw malformed("\(count) pairs are announced where \(remaining) bytes are left")
    }
    let types = try byte()
    return (CompactType(rawValue: types &>> 4), CompactType(rawValue: types & 0x0F), Int(count))
  }

  // MARK: Structs and fields

  /// Begins a struct; returns what ``endStruct(_:)`` needs.
  package mutating func beginStruct() throws(ParquetError) -> Int16 {
    try descend()
    let outer = lastFieldID
    lastFieldID = 0
    return outer
  }

  /// Ends the struct that `outer` was returned for, after ``nextField()`` returned nil.
  package mutating func endStruct(_ outer: Int16) {
    lastFieldID = outer
    depth -= 1
  }

  /// The next field's header; nil at the end of the struct.
  package mutating func nextField() throws(ParquetError) -> CompactField? {
    let header = try byte()
    if header == 0 { return nil }
    let type = CompactType(rawValue: header & 0x0F)
    guard type != .stop, type.rawValue <= CompactType.uuid.rawValue else {
      throw malformed("a field has the type \(type.rawValue), which is none")
    }
    let id: Int64
    if header &>> 4 == 0 {
      id = try zigzag()
    } else {
      id = Int64(lastFieldID) + Int64(header &>> 4)
    }
    guard let id = Int16(exactly: id) else { throw malformed("a field has the number \(id)") }
    lastFieldID = id
    return CompactField(id: id, type: type)
  }

  /// Reads past a value of `type`, whatever is in it.
  package mutating func skip(_ type: CompactType) throws(ParquetError) {
    // The type of a boolean field says its value.
    if type.isBoolean { return }
    try skip(element: type)
  }

  private mutating func skip(element type: CompactType) throws(ParquetError) {
    switch type {
    case .booleanTrue, .booleanFalse, .i8: try skip(byteCount: 1)
    case .i16, .i32, .i64: _ = try varint()
    case .double: try skip(byteCount: 8)
    case .uuid: try skip(byteCount: 16)
    case .binary: _ = try binary()
    case .list, .set:
      try descend()
      let (element, count) = try listHeader()
      for _ in 0..<count { try skip(element: element) }
      depth -= 1
    case .map:
      try descend()
      let (key, value, count) = try mapHeader()
      for _ in 0..<count {
        try skip(element: key)
        try skip(element: value)
      }
      depth -= 1
    case .structure:
      let outer = try beginStruct()
      while let field = try nextField() { try skip(field.type) }
      endStruct(outer)
    default: throw malformed("a value has the type \(type.rawValue), which is none")
    }
  }

  /// Goes past what begins here, where `byteCount` can tell its bytes from the first of them and the end
  /// of all; stays and returns false where it cannot.
  @inline(__always)
  mutating func skip(_ byteCount: (UnsafeRawPointer, UnsafeRawPointer) -> Int?) -> Bool {
    let end = unsafe bytes.pointer + bytes.count
    guard let count = unsafe byteCount(bytes.pointer + position, end) else { return false }
    position += count
    return true
  }

  private mutating func skip(byteCount: Int) throws(ParquetError) {
    guard remaining >= byteCount else { throw truncated() }
    position += byteCount
  }

  /// Goes one level deeper.
  mutating func descend() throws(ParquetError) {
    guard depth < CompactReader.largestDepth else {
      throw ParquetError(
        .limitExceeded, "metadata is nested deeper than \(CompactReader.largestDepth) levels"
      ).adding(byteOffset: byteOffset)
    }
    depth += 1
  }

  private func truncated() -> ParquetError {
    malformed("the metadata ends in the middle of a value")
  }

  /// The error of a value that has another type than its field.
  func unexpected(_ type: CompactType, _ name: StaticString) -> ParquetError {
    malformed("\(name) has the type \(type.name)")
  }
}
