internal import Parquet

/// Where the schema of a reader comes from.
enum SchemaOrigin {
  /// The caller: what does not fit it is rejected.
  case given
  /// The input's own rows: what does not fit it widens it. The columns `unseen`, by dotted path, had
  /// no value to tell their type.
  case inferred(unseen: Set<String>)
  /// The caller, of JSON that other programs make: what has no column is passed over, columns of text take any value as
  /// its JSON, and times are taken in any form that ``TimestampText`` takes.
  case lenient

  var isLenient: Bool { if case .lenient = self { true } else { false } }

  var isInferred: Bool { if case .inferred = self { true } else { false } }

  func isUnseen(_ path: String) -> Bool {
    if case .inferred(let unseen) = self { unseen.contains(path) } else { false }
  }
}

/// A schema inferred from rows.
struct InferredSchema {
  var schema: Schema
  /// The text columns that only stand for a type not known yet, by dotted path.
  var unseen: Set<String>
}

/// The owner of a ``LeafStore``, at an address of its own: appending through a class's stored property
/// would look for conflicting access at every value.
@safe
final class LeafColumn {
  let store: UnsafeMutablePointer<LeafStore>

  init(_ field: SchemaField, path: String, origin: SchemaOrigin) {
    unsafe store = .allocate(capacity: 1)
    unsafe store.initialize(to: LeafStore(field, path: path, origin: origin))
  }

  deinit {
    unsafe store.deinitialize(count: 1)
    unsafe store.deallocate()
  }

  var field: SchemaField { unsafe store.pointee.field }
  var kind: LeafKind { unsafe store.pointee.kind }
  var byteCount: Int { unsafe store.pointee.byteCount }
  func truncate(to count: Int) { unsafe store.pointee.truncate(to: count) }
  func removeAll() { unsafe store.pointee.removeAll() }

  /// Hands everything to the builder of the leaf.
  func fill(_ builder: FieldBuilder) {
    guard let leaf = builder as? LeafBuilder else { return }
    unsafe leaf.adopt(
      count: store.pointee.count, validity: store.pointee.takeValidity(),
      values: store.pointee.takeValues())
  }
}

/// Collects the values and nulls of one leaf, in memory that is kept from batch to batch.
///
/// Rows can be taken back from the end, which rejecting a row needs.
@safe
struct LeafStore: ~Copyable {
  /// The kinds that most columns have: they are told apart without a look at what belongs to a kind.
  enum CommonKind { case integer64, double, text }

  let field: SchemaField
  let kind: LeafKind
  let commonKind: CommonKind?
  /// The bytes of a value where all have the same number; 1 for booleans, which lie one to a byte.
  let width: Int
  let isByteArray: Bool
  /// Whether nulls are taken.
  let isOptional: Bool
  /// Whether only texts are taken that the value gives back.
  let isInferred: Bool
  /// Whether text takes any JSON, and times any form.
  let isLenient: Bool
  /// The slots, nulls included.
  var count = 0
  var nullCount = 0
  /// One byte a slot: 1 where there is a value.
  var present = TextBuffer()
  var values = TextBuffer()
  /// Where each byte array ends, as UInt32.
  var ends = TextBuffer()
  /// Where text is decoded to bytes.
  var scratch = TextBuffer(capacity: 64)

  init(_ field: SchemaField, path: String, origin: SchemaOrigin) {
    self.field = field
    isInferred = origin.isInferred
    isLenient = origin.isLenient
    kind = origin.isUnseen(path) ? .unseen : LeafKind(field, isInferred: isInferred)
    commonKind =
      switch kind {
      case .integer(_, _, 8): .integer64
      case .double: .double
      case .text where field.physicalType == .byteArray: .text
      default: nil
      }
    isByteArray = field.physicalType == .byteArray
    isOptional = field.repetition == .optional
    width = field.physicalType == .boolean ? 1 : field.physicalType?.byteWidth ?? 0
  }

  /// The bytes held.
  var byteCount: Int { values.count + ends.count + present.count }

  // MARK: Appending

  @inline(__always)
  mutating func appendNull() {
    present.append(0)
    nullCount &+= 1
    count &+= 1
  }

  /// Appends a value of ``width`` bytes.
  @inline(__always)
  mutating func append<T: BitwiseCopyable>(_ value: T) {
    values.appendRaw(value)
    present.append(1)
    count &+= 1
  }

  /// Appends a byte array, or a value of fixed width by its bytes.
  @inline(__always)
  mutating func append(bytes: UnsafeRawBufferPointer) {
    unsafe values.appendShort(bytes)
    if isByteArray { ends.appendRaw(UInt32(truncatingIfNeeded: values.count)) }
    present.append(1)
    count &+= 1
  }

  /// Takes the slots from `newCount` on back.
  mutating func truncate(to newCount: Int) {
    guard newCount < count else { return }
    var removedNulls = 0
    for i in newCount..<count where unsafe present.start[i] == 0 { removedNulls += 1 }
    present.truncate(to: newCount)
    nullCount -= removedNulls
    count = newCount
    let left = newCount - nullCount
    if isByteArray {
      ends.truncate(to: left * 4)
      values.truncate(
        to: left == 0
          ? 0
          : unsafe Int(
            UnsafeRawPointer(ends.start).loadUnaligned(
              fromByteOffset: (left - 1) * 4, as: UInt32.self)))
    } else {
      values.truncate(to: left * width)
    }
  }

  /// Forgets everything, keeps the room.
  mutating func removeAll() {
    count = 0
    nullCount = 0
    present.removeAll()
    values.removeAll()
    ends.removeAll()
  }

  // MARK: Freezing

  /// The values so far.
  func takeValues() -> ColumnValues {
    if isByteArray {
      var offsets = ByteBuffer(capacity: ends.count + 4)
      offsets.append(UInt32(0))
      unsafe offsets.append(ends.bytes)
      return ColumnValues(
        uncheckedOffsets: offsets.freeze(), bytes: copy(of: values),
        isText: field.logicalType?.isText ?? false)
    }
    if field.physicalType == .boolean {
      return .bits(LeafStore.packed(values))
    }
    return .fixed(width: width, copy(of: values))
  }

  /// Which slots have a value; nil where all have.
  func takeValidity() -> Bitmap? { nullCount == 0 ? nil : LeafStore.packed(present) }

  private func copy(of buffer: borrowing TextBuffer) -> Bytes {
    var copy = ByteBuffer(capacity: buffer.count)
    unsafe copy.append(buffer.bytes)
    return copy.freeze()
  }

  /// The validity of nothing but nulls.
  static func allNull(_ count: Int) -> Bitmap {
    Bitmap(Bytes(copying: [UInt8](repeating: 0, count: count / 8 + 1)), count: count)
  }

  /// One bit for each byte, which is 0 or 1.
  static func packed(_ bytes: borrowing TextBuffer) -> Bitmap {
    let count = bytes.count
    var buffer = ByteBuffer(capacity: count / 8 + 8)
    var i = 0
    while i + 8 <= count {
      let word = unsafe UnsafeRawPointer(bytes.start + i).loadUnaligned(as: UInt64.self)
      // Gathers the lowest bit of each byte in the highest byte of the product.
      buffer.append(UInt8(truncatingIfNeeded: (word &* 0x0102_0408_1020_4080) &>> 56))
      i += 8
    }
    var last: UInt8 = 0
    for k in i..<count { last |= unsafe bytes.start[k] << UInt8(k - i) }
    buffer.append(last)
    return Bitmap(buffer.freeze(), count: count)
  }
}

extension TextBuffer {
  /// Appends `value` as it lies in memory.
  @inline(__always)
  mutating func appendRaw<T: BitwiseCopyable>(_ value: T) {
    reserve(MemoryLayout<T>.size)
    unsafe UnsafeMutableRawPointer(start + count).storeBytes(of: value, as: T.self)
    advance(by: MemoryLayout<T>.size)
  }

  /// Appends bytes that are mostly few: sixteen at once, of which those past the end mean nothing.
  ///
  /// The source must have sixteen readable bytes past its end.
  @inline(__always)
  mutating func appendShort(_ bytes: UnsafeRawBufferPointer) {
    let length = bytes.count
    guard let base = bytes.baseAddress else { return }
    reserve(length)
    let target = unsafe UnsafeMutableRawPointer(start + count)
    if length <= 16 {
      unsafe target.storeBytes(
        of: base.loadUnaligned(as: SIMD16<UInt8>.self), as: SIMD16<UInt8>.self)
    } else {
      unsafe target.copyMemory(from: base, byteCount: length)
    }
    advance(by: length)
  }
}
