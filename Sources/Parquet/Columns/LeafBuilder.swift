/// Collects the values of a leaf.
///
/// Which `append` a leaf takes follows its physical type; another one is a programmer's error.
@safe
public final class LeafBuilder: FieldBuilder {
  /// How the values lie in the file.
  public let physicalType: PhysicalType
  @usableFromInline let isText: Bool
  @usableFromInline let storage: UnsafeMutablePointer<LeafStorage>

  init(field: SchemaField, physicalType: PhysicalType) {
    self.physicalType = physicalType
    isText = field.logicalType?.isText ?? false
    unsafe storage = .allocate(capacity: 1)
    unsafe storage.initialize(to: LeafStorage())
    super.init(field: field)
  }

  deinit {
    unsafe storage.deinitialize(count: 1)
    unsafe storage.deallocate()
  }

  package override var byteCount: Int {
    let used = unsafe storage.pointee.used + storage.pointee.endsUsed
    return unsafe used + storage.pointee.bits.count / 8 + super.byteCount
  }

  override func reset() {
    super.reset()
    unsafe storage.pointee.reset()
  }

  // MARK: Appending

  /// Appends to a BOOLEAN leaf.
  public func append(_ value: Bool) {
    precondition(physicalType == .boolean, "a boolean for \(physicalType.name)")
    unsafe storage.pointee.bits.append(value)
    unsafe slots.pointee.notePresent()
  }

  /// Appends to an INT32 leaf; the value is taken as it is, whatever its logical type.
  @inlinable
  public func append(_ value: Int32) {
    precondition(physicalType == .int32, "an Int32 for another type")
    appendWord(value)
  }

  /// Appends to an INT64 leaf; the value is taken as it is, whatever its logical type.
  @inlinable
  public func append(_ value: Int64) {
    precondition(physicalType == .int64, "an Int64 for another type")
    appendWord(value)
  }

  /// Appends to a FLOAT leaf.
  @inlinable
  public func append(_ value: Float) {
    precondition(physicalType == .float, "a Float for another type")
    appendWord(value)
  }

  /// Appends to a DOUBLE leaf.
  @inlinable
  public func append(_ value: Double) {
    precondition(physicalType == .double, "a Double for another type")
    appendWord(value)
  }

  /// Appends text, or any string's UTF-8, to a BYTE_ARRAY leaf.
  public func append(_ value: String) {
    var value = value
    value.withUTF8 { unsafe append(uncheckedText: UnsafeRawBufferPointer($0)) }
  }

  /// Appends the bytes of one value to a BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY or INT96 leaf.
  ///
  /// Bytes that are not UTF-8 in a leaf of text, and bytes of the wrong length, make `finish` throw.
  public func append(bytes: RawSpan) {
    unsafe bytes.withUnsafeBytes { unsafe append(bytes: $0) }
  }

  /// Appends the bytes of one value, as ``append(bytes:)-(RawSpan)``.
  package func append(bytes: UnsafeRawBufferPointer) {
    if isText, unsafe !isUTF8(bytes) { fail(ParquetError(.schemaMismatch, "text is not UTF-8")) }
    unsafe append(uncheckedText: bytes)
  }

  /// Appends bytes that are known to be UTF-8 where the leaf needs them to be.
  package func append(uncheckedText bytes: UnsafeRawBufferPointer) {
    let length = bytes.count
    if physicalType == .byteArray {
      guard unsafe storage.pointee.used + length <= Int(UInt32.max) else {
        return refuse(.tooManyBytes)
      }
    } else if physicalType.byteWidth != length || physicalType == .int32 || physicalType == .int64 {
      return refuse(
        ParquetError(
          .schemaMismatch,
          "a value of \(length) bytes for \(physicalType.name) of \(physicalType.byteWidth ?? 0)"))
    }
    unsafe storage.pointee.append(bytes)
    if physicalType == .byteArray { unsafe storage.pointee.noteEnd() }
    unsafe slots.pointee.notePresent()
  }

  /// Keeps `error` as ``FieldBuilder/fail(_:)`` does. The value takes a slot all the same, so that what
  /// is said to be wrong is the value and not the number of rows.
  func refuse(_ error: ParquetError) {
    fail(error)
    unsafe slots.pointee.notePresent()
  }

  /// Takes values at once, as ``FieldBuilder/adopt(count:validity:)`` does: of this leaf's form, and
  /// UTF-8 where it needs them to be.
  package func adopt(count added: Int, validity bits: Bitmap?, values: ColumnValues) {
    adopt(count: added, validity: bits)
    unsafe storage.pointee.adopted = values
  }

  /// Appends `count` present values of a fixed width at once.
  package func append(contentsOf values: UnsafeRawBufferPointer, count added: Int) {
    let length = values.count
    precondition(physicalType.byteWidth.map { $0 * added == length } ?? false)
    unsafe storage.pointee.append(values)
    unsafe slots.pointee.notePresent(count: added)
  }

  @inlinable @inline(__always)
  func appendWord<T: BitwiseCopyable>(_ value: T) {
    unsafe storage.pointee.append(word: value)
    unsafe slots.pointee.notePresent()
  }

  /// The values appended. Room for the next ones is made when they come.
  func takeValues() -> ColumnValues {
    unsafe storage.pointee.take(physicalType, isText: isText)
  }
}

extension ParquetError {
  fileprivate static var tooManyBytes: ParquetError {
    ParquetError(.limitExceeded, "a batch holds at most 4 GiB of one column; write smaller ones")
  }
}

/// Appends to a leaf without a reference to its builder, which must live as long: for loops over many columns, in
/// which counting references would take longer than appending.
///
/// For the package's own modules: it is public because nothing else is inlined in other modules.
@safe
@_spi(Adapters) @frozen
public struct LeafAppender {
  @usableFromInline let slots: UnsafeMutablePointer<BuilderSlots>
  @usableFromInline let storage: UnsafeMutablePointer<LeafStorage>

  /// An appender to `builder`'s leaf.
  public init(_ builder: LeafBuilder) {
    unsafe slots = builder.slots
    unsafe storage = builder.storage
  }

  /// The slots appended since the last batch, nulls included.
  public var count: Int { unsafe slots.pointee.count }

  /// Appends a null.
  @inlinable @inline(__always)
  public func appendNull() { unsafe slots.pointee.appendNull() }

  /// Appends a value of a fixed width, which is the leaf's.
  @inlinable @inline(__always)
  public func append<T: BitwiseCopyable>(word value: T) {
    unsafe storage.pointee.append(word: value)
    unsafe slots.pointee.notePresent()
  }

  /// Appends a byte array of at most eight bytes, from where eight may be read; UTF-8 where the leaf needs that.
  @inlinable @inline(__always)
  public func append(short base: UnsafeRawPointer, _ length: Int) {
    guard unsafe storage.pointee.used &+ 8 <= Int(UInt32.max) else { return refuse() }
    unsafe storage.pointee.append(short: base, length)
    unsafe slots.pointee.notePresent()
  }

  /// Appends a byte array, which is UTF-8 where the leaf needs that.
  @inlinable @inline(__always)
  public func append(uncheckedText bytes: UnsafeRawBufferPointer) {
    guard unsafe storage.pointee.used &+ bytes.count <= Int(UInt32.max) else { return refuse() }
    unsafe storage.pointee.append(bytes)
    unsafe storage.pointee.noteEnd()
    unsafe slots.pointee.notePresent()
  }

  /// Appends a byte array behind which 64 bytes may be read; UTF-8 where the leaf needs that.
  @inlinable @inline(__always)
  public func append(padded bytes: UnsafeRawBufferPointer) {
    guard unsafe storage.pointee.used &+ bytes.count <= Int(UInt32.max) else { return refuse() }
    unsafe storage.pointee.append(padded: bytes)
    unsafe slots.pointee.notePresent()
  }

  /// Appends a boolean.
  public func append(_ value: Bool) {
    unsafe storage.pointee.bits.append(value)
    unsafe slots.pointee.notePresent()
  }

  @usableFromInline
  func refuse() {
    unsafe slots.pointee.fail(.tooManyBytes)
    unsafe slots.pointee.notePresent()
  }
}
