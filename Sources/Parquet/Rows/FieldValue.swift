/// A type that a ``Field`` may have: a ``LeafValue``, an optional of one, a list of either, an optional
/// list, lists of lists.
///
/// `[UInt8]` is one value, a run of bytes, and no list. The requirements are for this module; a type of a
/// program's own conforms to ``LeafValue``.
public protocol FieldValue: Sendable {
  /// The schema of a field of this type.
  static func schemaField(
    _ name: String, _ type: FieldType
  ) throws(ParquetError) -> SchemaField
  /// Appends `count` values to an empty builder.
  static func append(_ count: Int, to builder: FieldBuilder, _ value: (Int) -> Self)
  /// Appends `count` values or nulls to an empty builder.
  static func appendOptional(_ count: Int, to builder: FieldBuilder, _ value: (Int) -> Self?)
  /// The values of a source, none of which may be null.
  static func read(_ source: FieldSource) throws(ParquetError) -> [Self]
  /// The values of a source, with its nulls.
  static func readOptional(_ source: FieldSource) throws(ParquetError) -> [Self?]
}

/// What a ``Field`` says beyond its Swift type.
public struct FieldType: Sendable {
  /// What the values mean, where their Swift type leaves it open.
  public var logicalType: LogicalType?
  /// The bytes of each value, where it is a run of a fixed length.
  public var byteCount: Int?
  /// The number that table formats know the field by.
  public var fieldID: Int32?

  @usableFromInline
  init(logicalType: LogicalType?, byteCount: Int?, fieldID: Int32?) {
    self.logicalType = logicalType
    self.byteCount = byteCount
    self.fieldID = fieldID
  }
}

extension Optional: FieldValue where Wrapped: FieldValue {
  /// The field of the wrapped type, optional.
  public static func schemaField(
    _ name: String, _ type: FieldType
  ) throws(ParquetError) -> SchemaField {
    var field = try Wrapped.schemaField(name, type)
    guard field.repetition == .required else {
      throw ParquetError(
        .invalidArgument, "a column knows one kind of null: \(Self.self) has two"
      ).adding(column: name)
    }
    field.repetition = .optional
    return field
  }

  /// Appends values or nulls.
  @inlinable
  public static func append(_ count: Int, to builder: FieldBuilder, _ value: (Int) -> Self) {
    Wrapped.appendOptional(count, to: builder, value)
  }

  /// Appends values; nil, of either kind, is null.
  @inlinable
  public static func appendOptional(
    _ count: Int, to builder: FieldBuilder, _ value: (Int) -> Self?
  ) {
    Wrapped.appendOptional(count, to: builder) { value($0) ?? nil }
  }

  /// The values, with their nulls.
  @inlinable
  public static func read(_ source: FieldSource) throws(ParquetError) -> [Self] {
    try Wrapped.readOptional(source)
  }

  /// The values, with their nulls.
  @inlinable
  public static func readOptional(_ source: FieldSource) throws(ParquetError) -> [Self?] {
    try Wrapped.readOptional(source).map { $0 }
  }
}

extension Array: FieldValue where Element: FieldValue {
  /// A list of the element's field; of bytes, one column of byte arrays.
  public static func schemaField(
    _ name: String, _ type: FieldType
  ) throws(ParquetError) -> SchemaField {
    if isBytes {
      let (physicalType, logicalType) = try StoredForm.bytes.leaf(type, own: nil)
      return SchemaField(name, physicalType, logicalType: logicalType, fieldID: type.fieldID)
    }
    var elementType = type
    elementType.fieldID = nil
    return .list(
      name, fieldID: type.fieldID, of: try Element.schemaField("element", elementType))
  }

  /// Appends lists, or runs of bytes.
  @inlinable
  public static func append(_ count: Int, to builder: FieldBuilder, _ value: (Int) -> Self) {
    if isBytes {
      return [UInt8].appendStored(count, to: builder.asLeaf) { bytes(value($0)) }
    }
    appendOptional(count, to: builder) { value($0) }
  }

  /// Appends lists, or runs of bytes, or nulls.
  @inlinable
  public static func appendOptional(
    _ count: Int, to builder: FieldBuilder, _ value: (Int) -> Self?
  ) {
    if isBytes {
      return [UInt8].appendStoredOptional(count, to: builder.asLeaf) { value($0).map(bytes) }
    }
    var elements: [Element] = []
    var lengths: [Int?] = []
    lengths.reserveCapacity(count)
    for i in 0..<count {
      let list = value(i)
      if let list { elements.append(contentsOf: list) }
      lengths.append(list?.count)
    }
    Element.append(elements.count, to: builder.asList.element) { elements[$0] }
    builder.asList.take(lengths: lengths)
  }

  /// The lists, none of which may be null.
  @inlinable
  public static func read(_ source: FieldSource) throws(ParquetError) -> [Self] {
    if isBytes {
      try source.checkNoNulls()
      return try [UInt8].readStored(source).map { fromBytes($0) }
    }
    let elements = try Element.read(source.elements)
    let lengths = try source.lengths(elementCount: elements.count, allowingNulls: false)
    return lists(of: elements, lengths).map { $0 ?? [] }
  }

  /// The lists, with their nulls.
  @inlinable
  public static func readOptional(_ source: FieldSource) throws(ParquetError) -> [Self?] {
    if isBytes { return source.spread(try [UInt8].readStored(source).map { fromBytes($0) }) }
    let elements = try Element.read(source.elements)
    return lists(of: elements, try source.lengths(elementCount: elements.count))
  }

  /// `elements` cut into lists; those of a negative length are null.
  @inlinable
  static func lists(of elements: [Element], _ lengths: [Int]) -> [Self?] {
    var next = 0
    return lengths.map { length in
      guard length >= 0 else { return nil }
      defer { next += length }
      return Array(elements[next..<next + length])
    }
  }

  /// Whether this is a run of bytes.
  @inlinable static var isBytes: Bool { Element.self == UInt8.self }

  /// `list`, which is a run of bytes.
  @inlinable
  static func bytes(_ list: Self) -> [UInt8] {
    precondition(isBytes)
    return unsafe unsafeBitCast(list, to: [UInt8].self)
  }

  /// A run of bytes as the list it is.
  @inlinable
  static func fromBytes(_ bytes: [UInt8]) -> Self {
    precondition(isBytes)
    return unsafe unsafeBitCast(bytes, to: Self.self)
  }
}
