/// Collects the values of a leaf.
///
/// Which `append` a leaf takes follows its physical type; another one is a programmer's error.
@safe
public final class LeafBuilder: FieldBuilder {
  /// How the values lie in the file.
  public let physicalType: PhysicalType
  @usableFromInline let isText: Bool
  /// Values of fixed width, or the bytes of byte arrays.
  @usableFromInline var store: Allocation
  @usableFromInline var used = 0
  /// The bytes of the batch before: about what the next one takes.
  private var expectedByteCount = 0
  /// Where each byte array ends.
  @usableFromInline var ends: Allocation
  @usableFromInline var endsUsed = 0
  private var bits = BitmapBuffer()
  /// Values that came as a whole, instead of one by one.
  private var adopted: ColumnValues?

  init(field: SchemaField, physicalType: PhysicalType) {
    self.physicalType = physicalType
    isText = field.logicalType?.isText ?? false
    store = Allocation(capacity: 0)
    ends = Allocation(capacity: 0)
    super.init(field: field)
  }

  package override var byteCount: Int { used + endsUsed + bits.count / 8 + super.byteCount }

  override func reset() {
    super.reset()
    used = 0
    endsUsed = 0
    bits = BitmapBuffer()
    adopted = nil
  }

  // MARK: Appending

  /// Appends to a BOOLEAN leaf.
  public func append(_ value: Bool) {
    precondition(physicalType == .boolean, "a boolean for \(physicalType.name)")
    bits.append(value)
    noteAppended()
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
      guard used + length <= Int(UInt32.max) else {
        return refuse(
          ParquetError(
            .limitExceeded, "a batch holds at most 4 GiB of one column; write smaller ones"))
      }
    } else if physicalType.byteWidth != length || physicalType == .int32 || physicalType == .int64 {
      return refuse(
        ParquetError(
          .schemaMismatch,
          "a value of \(length) bytes for \(physicalType.name) of \(physicalType.byteWidth ?? 0)"))
    }
    if used + length > store.capacity { growStore(length) }
    if let base = bytes.baseAddress {
      unsafe (store.start + used).copyMemory(from: base, byteCount: length)
    }
    used += length
    if physicalType == .byteArray { noteEnd() }
    noteAppended()
  }

  /// Keeps `error` as ``FieldBuilder/fail(_:)`` does. The value takes a slot all the same, so that what
  /// is said to be wrong is the value and not the number of rows.
  func refuse(_ error: ParquetError) {
    fail(error)
    noteAppended()
  }

  /// Takes values at once, as ``FieldBuilder/adopt(count:validity:)`` does: of this leaf's form, and
  /// UTF-8 where it needs them to be.
  package func adopt(count added: Int, validity bits: Bitmap?, values: ColumnValues) {
    adopt(count: added, validity: bits)
    adopted = values
  }

  /// Appends `count` present values of a fixed width at once.
  package func append(contentsOf values: UnsafeRawBufferPointer, count added: Int) {
    let length = values.count
    precondition(physicalType.byteWidth.map { $0 * added == length } ?? false)
    if used + length > store.capacity { growStore(length) }
    if let base = values.baseAddress {
      unsafe (store.start + used).copyMemory(from: base, byteCount: length)
    }
    used += length
    if nullCount > 0 { validity.append(repeating: true, count: added) }
    count += added
  }

  // MARK: The fast path

  @inlinable @inline(__always)
  func appendWord<T: BitwiseCopyable>(_ value: T) {
    if used &+ MemoryLayout<T>.size > store.capacity { growStore(MemoryLayout<T>.size) }
    unsafe (store.start + used).storeBytes(of: value, as: T.self)
    used &+= MemoryLayout<T>.size
    noteAppended()
  }

  @inlinable @inline(__always)
  func noteAppended() {
    if nullCount > 0 { noteValidAfterNull() }
    incrementCount()
  }

  @usableFromInline func incrementCount() { count += 1 }

  @usableFromInline func noteValidAfterNull() { validity.append(true) }

  private func noteEnd() {
    if endsUsed + 4 > ends.capacity { ends = grown(ends, used: endsUsed, by: 4) }
    unsafe (ends.start + endsUsed).storeBytes(of: UInt32(truncatingIfNeeded: used), as: UInt32.self)
    endsUsed += 4
  }

  @usableFromInline @inline(never)
  func growStore(_ byteCount: Int) {
    store = grown(store, used: used, by: max(byteCount, expectedByteCount - used))
  }

  private func grown(_ old: Allocation, used: Int, by byteCount: Int) -> Allocation {
    let larger = Allocation(capacity: max(used + byteCount, used * 2, 256))
    unsafe larger.start.copyMemory(from: old.start, byteCount: used)
    return larger
  }

  // MARK: Finishing

  /// The values appended. Room for the next ones is made when they come.
  func takeValues() -> ColumnValues {
    defer {
      used = 0
      endsUsed = 0
    }
    if let adopted { return adopted }
    switch physicalType {
    case .boolean: return .bits(bits.freeze())
    case .byteArray:
      var offsets = ByteBuffer(capacity: endsUsed + 4)
      offsets.append(UInt32(0))
      unsafe offsets.append(UnsafeRawBufferPointer(start: ends.start, count: endsUsed))
      return ColumnValues(uncheckedOffsets: offsets.freeze(), bytes: takeStore(), isText: isText)
    default: return .fixed(width: physicalType.byteWidth ?? 1, takeStore())
    }
  }

  private func takeStore() -> Bytes {
    let bytes = unsafe Bytes(owner: store, start: UnsafeRawPointer(store.start), count: used)
    store = Allocation(capacity: 0)
    expectedByteCount = used
    return bytes
  }
}
