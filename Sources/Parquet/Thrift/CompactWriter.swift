/// Writes the compact protocol.
///
/// A struct is `beginStruct`, its fields in ascending order of their ids, and `endStruct`:
///
/// ```swift
/// let outer = writer.beginStruct()
/// writer.field(1, Int32(7))
/// writer.endStruct(outer)
/// ```
///
/// Specification: Apache Thrift, "Thrift Compact protocol encoding".
package struct CompactWriter: ~Copyable {
  /// What was written.
  package var buffer: ByteBuffer
  /// The id of the field before, in the struct being written.
  private var lastFieldID: Int16 = 0

  /// A writer with room for `capacity` bytes.
  package init(capacity: Int = 256) { buffer = ByteBuffer(capacity: capacity) }

  /// The bytes written; the writer is empty afterwards.
  package mutating func freeze() -> Bytes {
    lastFieldID = 0
    return buffer.freeze()
  }

  // MARK: Values

  /// An unsigned number, seven bits a byte, the lowest first.
  @inline(__always)
  package mutating func write(varint value: UInt64) {
    buffer.reserve(10)
    let start = unsafe buffer.end
    var value = value
    var count = 0
    while value >= 0x80 {
      unsafe start.storeBytes(
        of: UInt8(truncatingIfNeeded: value) | 0x80, toByteOffset: count, as: UInt8.self)
      value &>>= 7
      count &+= 1
    }
    unsafe start.storeBytes(
      of: UInt8(truncatingIfNeeded: value), toByteOffset: count, as: UInt8.self)
    buffer.advance(by: count &+ 1)
  }

  /// A signed number whose small magnitudes are short, of either sign.
  @inline(__always)
  package mutating func write(zigzag value: Int64) {
    write(varint: UInt64(bitPattern: (value &<< 1) ^ (value &>> 63)))
  }

  /// A boolean outside of a field's header.
  package mutating func write(_ value: Bool) {
    buffer.append((value ? CompactType.booleanTrue : .booleanFalse).rawValue)
  }

  /// A byte.
  package mutating func write(_ value: Int8) { buffer.append(value) }

  /// A double.
  package mutating func write(_ value: Double) { buffer.append(value.bitPattern) }

  /// The UTF-8 of a string.
  package mutating func write(_ value: String) {
    var value = value
    value.withUTF8 { utf8 in
      write(varint: UInt64(utf8.count))
      unsafe buffer.append(UnsafeRawBufferPointer(utf8))
    }
  }

  /// Bytes with their length.
  package mutating func write(_ value: Bytes) {
    write(varint: UInt64(value.count))
    buffer.append(value)
  }

  /// A list's header; `count` elements follow.
  package mutating func write(listOf type: CompactType, count: Int) {
    if count < 15 {
      buffer.append(UInt8(truncatingIfNeeded: count) &<< 4 | type.rawValue)
    } else {
      buffer.append(0xF0 | type.rawValue)
      write(varint: UInt64(count))
    }
  }

  /// A map's header; `count` pairs follow.
  package mutating func write(mapOf key: CompactType, to value: CompactType, count: Int) {
    write(varint: UInt64(count))
    if count > 0 { buffer.append(key.rawValue &<< 4 | value.rawValue) }
  }

  // MARK: Structs and fields

  /// Begins a struct; returns what ``endStruct(_:)`` needs.
  package mutating func beginStruct() -> Int16 {
    let outer = lastFieldID
    lastFieldID = 0
    return outer
  }

  /// Ends the struct that `outer` was returned for.
  package mutating func endStruct(_ outer: Int16) {
    buffer.append(CompactType.stop.rawValue)
    lastFieldID = outer
  }

  /// A field's header; its value follows, unless it is a boolean, whose type says it.
  package mutating func header(_ id: Int16, _ type: CompactType) {
    let step = Int(id) - Int(lastFieldID)
    if step >= 1, step <= 15 {
      buffer.append(UInt8(truncatingIfNeeded: step) &<< 4 | type.rawValue)
    } else {
      buffer.append(type.rawValue)
      write(zigzag: Int64(id))
    }
    lastFieldID = id
  }

  /// A boolean field.
  package mutating func field(_ id: Int16, _ value: Bool) {
    header(id, value ? .booleanTrue : .booleanFalse)
  }

  /// An i8 field.
  package mutating func field(_ id: Int16, _ value: Int8) {
    header(id, .i8)
    write(value)
  }

  /// An i16 field.
  package mutating func field(_ id: Int16, _ value: Int16) {
    header(id, .i16)
    write(zigzag: Int64(value))
  }

  /// An i32 field.
  package mutating func field(_ id: Int16, _ value: Int32) {
    header(id, .i32)
    write(zigzag: Int64(value))
  }

  /// An i32 field of a number that the caller has made sure fits.
  ///
  /// - Precondition: `value` fits 32 bits.
  package mutating func field(_ id: Int16, i32 value: Int) { field(id, Int32(value)) }

  /// An i64 field.
  package mutating func field(_ id: Int16, _ value: Int64) {
    header(id, .i64)
    write(zigzag: value)
  }

  /// An i64 field.
  package mutating func field(_ id: Int16, i64 value: Int) { field(id, Int64(value)) }

  /// A double field.
  package mutating func field(_ id: Int16, _ value: Double) {
    header(id, .double)
    write(value)
  }

  /// A string field.
  package mutating func field(_ id: Int16, _ value: String) {
    header(id, .binary)
    write(value)
  }

  /// A binary field.
  package mutating func field(_ id: Int16, _ value: Bytes) {
    header(id, .binary)
    write(value)
  }

  /// A field that is a struct.
  package mutating func field(_ id: Int16, _ value: some CompactStruct) {
    header(id, .structure)
    value.encode(to: &self)
  }

  /// A field that is a struct without fields, as the members of unions often are.
  package mutating func fieldOfEmptyStruct(_ id: Int16) {
    header(id, .structure)
    buffer.append(CompactType.stop.rawValue)
  }

  /// A list of structs.
  package mutating func field(_ id: Int16, _ values: [some CompactStruct]) {
    header(id, .list)
    write(listOf: .structure, count: values.count)
    for value in values { value.encode(to: &self) }
  }

  /// A list of `count` structs, whose bytes are `structs`.
  package mutating func field(_ id: Int16, count: Int, encodedStructs structs: Bytes) {
    header(id, .list)
    write(listOf: .structure, count: count)
    buffer.append(structs)
  }

  /// A list of strings.
  package mutating func field(_ id: Int16, _ values: [String]) {
    header(id, .list)
    write(listOf: .binary, count: values.count)
    for value in values { write(value) }
  }

  /// A list of runs of bytes.
  package mutating func field(_ id: Int16, _ values: [Bytes]) {
    header(id, .list)
    write(listOf: .binary, count: values.count)
    for value in values { write(value) }
  }

  /// A list of i64.
  package mutating func field(_ id: Int16, i64 values: [Int]) {
    header(id, .list)
    write(listOf: .i64, count: values.count)
    for value in values { write(zigzag: Int64(value)) }
  }

  /// A list of i32.
  package mutating func field(_ id: Int16, _ values: [Int32]) {
    header(id, .list)
    write(listOf: .i32, count: values.count)
    for value in values { write(zigzag: Int64(value)) }
  }

  /// A list of booleans.
  package mutating func field(_ id: Int16, _ values: [Bool]) {
    header(id, .list)
    // The number 1 for booleans in a list is what the two oldest implementations write.
    write(listOf: .booleanTrue, count: values.count)
    for value in values { write(value) }
  }
}
