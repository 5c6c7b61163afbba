/// A Swift type that a column's values are held in: `Bool`, `Int32`, `Int64`, `Float`, `Double`,
/// `String`, `[UInt8]`, `Int128` (a decimal) or `Float16`.
///
/// No other type conforms; a ``LeafValue`` says which of them its values are stored as.
public protocol StoredValue: Sendable {
  /// Which of them it is.
  static var form: StoredForm { get }
  /// Appends `count` values to an empty builder.
  static func appendStored(_ count: Int, to builder: LeafBuilder, _ value: (Int) -> Self)
  /// Appends `count` values or nulls to an empty builder.
  static func appendStoredOptional(
    _ count: Int, to builder: LeafBuilder, _ value: (Int) -> Self?)
  /// The values that are there, one after another.
  static func readStored(_ source: FieldSource) throws(ParquetError) -> [Self]
}

/// Which ``StoredValue`` a type is.
public struct StoredForm: Sendable {
  enum Kind { case boolean, int32, int64, float, double, half, text, bytes, int128 }
  let kind: Kind

  static let boolean = StoredForm(kind: .boolean)
  static let int32 = StoredForm(kind: .int32)
  static let int64 = StoredForm(kind: .int64)
  static let float = StoredForm(kind: .float)
  static let double = StoredForm(kind: .double)
  static let half = StoredForm(kind: .half)
  static let text = StoredForm(kind: .text)
  static let bytes = StoredForm(kind: .bytes)
  static let int128 = StoredForm(kind: .int128)

  /// The physical and the logical type of a column of such values, whose Swift type has the logical type
  /// `own` by itself.
  func leaf(
    _ type: FieldType, own: LogicalType?
  ) throws(ParquetError) -> (PhysicalType, LogicalType?) {
    let asked = type.logicalType
    if let asked, let own, asked != own, !(kind == .text && asked.isText) {
      throw ParquetError(
        .invalidArgument, "its Swift type is \(own.name) already and cannot be \(asked.name)")
    }
    let logicalType = asked ?? own
    guard type.byteCount == nil || kind == .bytes else {
      throw ParquetError(.invalidArgument, "only values of type [UInt8] have a length")
    }
    func wants(_ what: String) -> ParquetError {
      ParquetError(.invalidArgument, "\(what), not \(logicalType?.name ?? "none")")
    }
    switch kind {
    case .boolean: return (.boolean, logicalType)
    case .int32, .int64:
      // The bits of a signed type under an unsigned name would be other numbers.
      if own == nil, case .integer(_, isSigned: false)? = asked {
        throw wants("a signed Swift integer has a signed logical type")
      }
      return (kind == .int32 ? .int32 : .int64, logicalType)
    case .float: return (.float, logicalType)
    case .double: return (.double, logicalType)
    case .half: return (.fixedLengthByteArray(byteCount: 2), .float16)
    case .text:
      guard let logicalType, logicalType.isText else {
        throw wants("text has the logical type STRING, ENUM or JSON")
      }
      return (.byteArray, logicalType)
    case .bytes:
      let byteCount: Int? =
        switch logicalType {
        case .uuid: 16
        case .interval: 12
        case .float16: 2
        default: type.byteCount
        }
      if let logicalType, logicalType.isText { throw wants("text is a String") }
      if case .decimal? = logicalType { throw wants("a decimal is an Int32, Int64 or Int128") }
      return (byteCount.map { .fixedLengthByteArray(byteCount: $0) } ?? .byteArray, logicalType)
    case .int128:
      guard case .decimal(let precision, let scale)? = logicalType, precision <= 38 else {
        throw wants("an Int128 is a decimal of at most 38 digits")
      }
      let field = SchemaField.decimal("", precision: max(precision, 1), scale: scale)
      return (field.physicalType ?? .int64, logicalType)
    }
  }
}

extension FieldBuilder {
  /// This builder, which is a leaf's.
  @usableFromInline var asLeaf: LeafBuilder {
    guard let leaf = self as? LeafBuilder else { preconditionFailure("\(field.name) is no leaf") }
    return leaf
  }

  /// This builder, which is a list's.
  @usableFromInline var asList: ListBuilder {
    guard let list = self as? ListBuilder else { preconditionFailure("\(field.name) is no list") }
    return list
  }
}

extension ListBuilder {
  /// Ends a list of each length, or appends a null where there is none; the elements are there already.
  @usableFromInline
  func take(lengths: [Int?]) {
    var present = ByteBuffer(capacity: 4 * lengths.count)
    var bits = BitmapBuffer()
    for length in lengths {
      bits.append(length != nil)
      if let length { present.append(UInt32(truncatingIfNeeded: length)) }
    }
    adopt(count: lengths.count, validity: bits.freeze(), lengths: present.freeze())
  }
}

extension LeafBuilder {
  /// Takes the values of a fixed width that are there, and which slots they are in; in all, where nil.
  @usableFromInline
  func take<T: BitwiseCopyable>(_ values: [T], isPresent: [Bool]?) {
    adopt(
      count: isPresent?.count ?? values.count, validity: isPresent.map { Bitmap($0) },
      values: .fixed(width: MemoryLayout<T>.size, Bytes(copying: values)))
  }

  /// The same, of booleans.
  @usableFromInline
  func take(bits values: [Bool], isPresent: [Bool]?) {
    adopt(
      count: isPresent?.count ?? values.count, validity: isPresent.map { Bitmap($0) },
      values: .bits(Bitmap(values)))
  }
}

/// The values among `count` that are not nil, and which those are; nil where all.
@inlinable
func present<T>(_ count: Int, _ value: (Int) -> T?) -> (values: [T], isPresent: [Bool]?) {
  var values: [T] = []
  var isPresent: [Bool] = []
  values.reserveCapacity(count)
  isPresent.reserveCapacity(count)
  for i in 0..<count {
    let value = value(i)
    isPresent.append(value != nil)
    if let value { values.append(value) }
  }
  return (values, values.count == count ? nil : isPresent)
}
