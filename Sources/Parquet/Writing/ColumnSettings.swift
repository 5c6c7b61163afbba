/// What the options say about one column.
struct ColumnSettings: Sendable {
  var compression: Compression
  var encoding: WriterOptions.EncodingChoice
  /// The encodings that ``WriterOptions/EncodingChoice/automatic`` chooses from; nil for all.
  var automaticEncodings: Set<Encoding>?
  var pageVersion: WriterOptions.PageVersion
  var pageRows: Int
  var pageBytes: Int
  var dictionaryBytes: Int
  /// What the column's bounds mean.
  var columnOrder: ColumnOrder
  var statistics: WriterOptions.StatisticsLevel
  var statisticsBytes: Int
  /// The false positive rate of the column's bloom filter; nil for none.
  var bloomRate: Double?
  /// Pairs for the column's chunks.
  var keyValues: [KeyValue]
  /// The most values that a bloom filter is first made for.
  var rowGroupRows: Int
  /// What encrypts the column; nil where nothing does.
  var encryptor: ColumnEncryptor?
}

extension ColumnSettings {
  /// Whether `encoding` may be taken without being asked for.
  func mayChoose(_ encoding: Encoding) -> Bool { automaticEncodings?.contains(encoding) ?? true }
}

extension WriterOptions {
  /// The settings of every column, in the order of the schema's leaves.
  ///
  /// - Throws: ``ParquetError`` with code `invalidArgument` for a limit that is not positive, a column
  ///   that the schema does not have, an encoding that a column's type does not allow, a codec level
  ///   out of range; `featureNotBuiltIn` for a codec behind a trait that is off.
  func columnSettings(_ schema: Schema) throws(ParquetError) -> [ColumnSettings] {
    try checkLimits()
    for path in columnCompression.keys.map(\.self) + columnEncodings.keys.map(\.self)
      + bloomColumns.sorted() + sortKeys.map(\.column)
    where schema.leaf(at: path) == nil {
      throw ParquetError(
        .invalidArgument,
        "there is no column \(path); the columns are "
          + schema.leaves.prefix(20).map(\.path.description).joined(separator: ", ")
          + (schema.leaves.count > 20 ? ", …" : ""))
    }
    var settings: [ColumnSettings] = []
    settings.reserveCapacity(schema.leaves.count)
    for leaf in schema.leaves {
      let path = leaf.path.description
      let compression = columnCompression[path] ?? compression
      if let problem = compression.problem { throw problem }
      var encoding = encoding
      if let chosen = columnEncodings[path] {
        if case .always(let wanted) = chosen, let problem = wanted.problem(on: leaf) {
          throw problem.adding(column: path)
        }
        encoding = chosen
      } else if case .always(let wanted) = encoding, wanted.problem(on: leaf) != nil {
        encoding = .automatic
      }
      settings.append(
        ColumnSettings(
          compression: compression, encoding: encoding,
          automaticEncodings: profile.rules?.automaticEncodings, pageVersion: pageVersion,
          pageRows: pageRows, pageBytes: pageBytes,
          dictionaryBytes: dictionaryBytes, columnOrder: columnOrder(of: leaf),
          statistics: statistics,
          statisticsBytes: statisticsBytes,
          bloomRate: try bloomRate(leaf), keyValues: columnKeyValues[leaf.path] ?? [],
          rowGroupRows: rowGroupRows))
    }
    return settings
  }

  /// What the bounds of `leaf` mean.
  func columnOrder(of leaf: Leaf) -> ColumnOrder {
    leaf.sortOrder == .float ? floatOrder : .typeDefined
  }

  private func bloomRate(_ leaf: Leaf) throws(ParquetError) -> Double? {
    guard bloomColumns.contains(leaf.path.description) else { return nil }
    guard leaf.physicalType != .boolean else {
      throw ParquetError(.invalidArgument, "BOOLEAN has no bloom filter")
        .adding(column: leaf.path.description)
    }
    return bloomFalsePositiveRate
  }

  private func checkLimits() throws(ParquetError) {
    let limits = [
      ("row group rows", rowGroupRows), ("row group bytes", rowGroupBytes),
      ("page rows", pageRows), ("page bytes", pageBytes), ("dictionary bytes", dictionaryBytes),
      ("statistics bytes", statisticsBytes), ("threads", threads),
      ("memory limit", memoryLimit ?? 1),
    ]
    for (name, value) in limits where value < 1 {
      throw ParquetError(.invalidArgument, "\(name) is at least 1, not \(value)")
    }
    guard floatOrder == .typeDefined || floatOrder == .ieee754Total else {
      throw ParquetError(
        .invalidArgument,
        "\(floatOrder.name) is no order that floating-point columns are written in")
    }
    guard bloomFalsePositiveRate >= WriterOptions.leastBloomFalsePositiveRate,
      bloomFalsePositiveRate < 1
    else {
      throw ParquetError(
        .invalidArgument,
        "a bloom filter's false positive rate is at least "
          + "\(WriterOptions.leastBloomFalsePositiveRate) and below 1, not \(bloomFalsePositiveRate)"
      )
    }
    if case .always(let wanted) = encoding, !Encoding.written.contains(wanted) {
      throw ParquetError(.unsupportedFeature, "the encoding \(wanted.name) is not written")
    }
  }
}

extension Encoding {
  /// The encodings that a writer takes for values.
  static let written: [Encoding] = [
    .plain, .rleDictionary, .rle, .deltaBinaryPacked, .deltaLengthByteArray, .deltaByteArray,
    .byteStreamSplit, .alp,
  ]

  /// Why this encoding cannot be chosen for `leaf`, or nil.
  func problem(on leaf: Leaf) -> ParquetError? {
    guard Encoding.written.contains(self) else {
      return ParquetError(.unsupportedFeature, "the encoding \(name) is not written")
    }
    let isAllowed =
      switch (self, leaf.physicalType) {
      case (.plain, _), (.rle, .boolean): true
      case (.rleDictionary, let type): type != .boolean
      case (.deltaBinaryPacked, .int32), (.deltaBinaryPacked, .int64): true
      case (.deltaLengthByteArray, .byteArray), (.deltaByteArray, .byteArray): true
      case (.deltaByteArray, .fixedLengthByteArray): true
      case (.alp, .float), (.alp, .double): true
      case (.byteStreamSplit, let type): type.byteWidth != nil && type != .int96
      default: false
      }
    return isAllowed
      ? nil
      : ParquetError(.invalidArgument, "\(name) does not encode \(leaf.physicalType.name)")
  }
}
