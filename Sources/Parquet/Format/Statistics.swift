/// What is known of the values of a chunk or a page.
///
/// Bounds are the PLAIN bytes of a value, byte arrays without their length.
///
/// Specification: Statistics in parquet.thrift; rules S1–S10.
public struct Statistics: Equatable, Sendable {
  /// The deprecated bounds, which compare as signed whatever the type.
  public var deprecatedMaximum: Bytes?
  /// The deprecated bounds, which compare as signed whatever the type.
  public var deprecatedMinimum: Bytes?
  /// How many slots are null; nil is unknown, not 0.
  public var nullCount: Int?
  /// How many values differ.
  public var distinctCount: Int?
  /// No value is larger.
  public var maximum: Bytes?
  /// No value is smaller.
  public var minimum: Bytes?
  /// Whether ``maximum`` is a value of the column.
  public var isMaximumExact: Bool?
  /// Whether ``minimum`` is a value of the column.
  public var isMinimumExact: Bool?
  /// How many values are NaN, for floating-point columns; nil is unknown, not 0.
  public var nanCount: Int?

  /// What is to be said of values.
  public init(
    minimum: Bytes? = nil, maximum: Bytes? = nil, isMinimumExact: Bool? = nil,
    isMaximumExact: Bool? = nil, nullCount: Int? = nil, distinctCount: Int? = nil,
    nanCount: Int? = nil, deprecatedMinimum: Bytes? = nil, deprecatedMaximum: Bytes? = nil
  ) {
    self.minimum = minimum
    self.maximum = maximum
    self.isMinimumExact = isMinimumExact
    self.isMaximumExact = isMaximumExact
    self.nullCount = nullCount
    self.distinctCount = distinctCount
    self.nanCount = nanCount
    self.deprecatedMinimum = deprecatedMinimum
    self.deprecatedMaximum = deprecatedMaximum
  }
}

extension Statistics: CompactStruct {
  package func encode(to writer: inout CompactWriter) {
    let outer = writer.beginStruct()
    if let deprecatedMaximum { writer.field(1, deprecatedMaximum) }
    if let deprecatedMinimum { writer.field(2, deprecatedMinimum) }
    if let nullCount { writer.field(3, i64: nullCount) }
    if let distinctCount { writer.field(4, i64: distinctCount) }
    if let maximum { writer.field(5, maximum) }
    if let minimum { writer.field(6, minimum) }
    if let isMaximumExact { writer.field(7, isMaximumExact) }
    if let isMinimumExact { writer.field(8, isMinimumExact) }
    if let nanCount { writer.field(9, i64: nanCount) }
    writer.endStruct(outer)
  }

  package init(from reader: inout CompactReader) throws(ParquetError) {
    self.init()
    let outer = try reader.beginStruct()
    while let field = try reader.nextField() {
      switch field.id {
      case 1: deprecatedMaximum = try reader.binary(field, "Statistics.max")
      case 2: deprecatedMinimum = try reader.binary(field, "Statistics.min")
      case 3: nullCount = try reader.knownCount(field, "Statistics.null_count")
      case 4: distinctCount = try reader.knownCount(field, "Statistics.distinct_count")
      case 5: maximum = try reader.binary(field, "Statistics.max_value")
      case 6: minimum = try reader.binary(field, "Statistics.min_value")
      case 7: isMaximumExact = try reader.boolean(field, "Statistics.is_max_value_exact")
      case 8: isMinimumExact = try reader.boolean(field, "Statistics.is_min_value_exact")
      case 9: nanCount = try reader.knownCount(field, "Statistics.nan_count")
      default: try reader.skip(field.type)
      }
    }
    reader.endStruct(outer)
  }
}

/// What is known of the sizes of values and lists.
///
/// Specification: SizeStatistics in parquet.thrift.
public struct SizeStatistics: Hashable, Sendable {
  /// The bytes of all byte arrays, without their lengths, a repeated value counted each time.
  public var unencodedByteArrayByteCount: Int?
  /// How often each repetition level stands, from level 0 on.
  public var repetitionLevelHistogram: [Int]?
  /// How often each definition level stands, from level 0 on.
  public var definitionLevelHistogram: [Int]?

  /// What is to be said of sizes.
  public init(
    unencodedByteArrayByteCount: Int? = nil, repetitionLevelHistogram: [Int]? = nil,
    definitionLevelHistogram: [Int]? = nil
  ) {
    self.unencodedByteArrayByteCount = unencodedByteArrayByteCount
    self.repetitionLevelHistogram = repetitionLevelHistogram
    self.definitionLevelHistogram = definitionLevelHistogram
  }
}

extension SizeStatistics: CompactStruct {
  package func encode(to writer: inout CompactWriter) {
    let outer = writer.beginStruct()
    if let unencodedByteArrayByteCount { writer.field(1, i64: unencodedByteArrayByteCount) }
    if let repetitionLevelHistogram { writer.field(2, i64: repetitionLevelHistogram) }
    if let definitionLevelHistogram { writer.field(3, i64: definitionLevelHistogram) }
    writer.endStruct(outer)
  }

  package init(from reader: inout CompactReader) throws(ParquetError) {
    self.init()
    let outer = try reader.beginStruct()
    while let field = try reader.nextField() {
      switch field.id {
      case 1:
        unencodedByteArrayByteCount = try reader.knownCount(
          field, "SizeStatistics.unencoded_byte_array_data_bytes")
      case 2:
        repetitionLevelHistogram = try reader.ints(
          field, "SizeStatistics.repetition_level_histogram")
      case 3:
        definitionLevelHistogram = try reader.ints(
          field, "SizeStatistics.definition_level_histogram")
      default: try reader.skip(field.type)
      }
    }
    reader.endStruct(outer)
  }
}
