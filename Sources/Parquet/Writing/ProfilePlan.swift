/// What a profile makes of a schema, of options and of rows.
struct ProfilePlan {
  /// Rows are converted in runs of so many at most.
  static let runRows = 65_536

  /// The schema of the file.
  let schema: Schema
  /// The options, with the paths that columns have in the file.
  let options: WriterOptions
  private let profile: Profile
  private let source: Schema
  private let conversions: [LeafConversion?]
  /// Whether nothing is changed.
  let isIdentity: Bool

  /// - Throws: ``ParquetError`` with code `invalidArgument` for options that the profile does not permit,
  ///   and what ``Profile/storedSchema(_:)`` throws.
  init(_ options: WriterOptions, _ source: Schema) throws(ParquetError) {
    self.source = source
    profile = options.profile
    let stored = try ProfileSchema(options.profile, source)
    schema = stored.schema
    conversions = stored.conversions
    isIdentity = options.profile == .latest
    guard let rules = options.profile.rules else {
      self.options = options
      return
    }
    try rules.check(options)
    var options = options
    var paths: [String: ColumnPath] = [:]
    for (before, after) in zip(source.leaves, stored.schema.leaves) {
      paths[before.path.description] = after.path
    }
    options.renameColumns(paths)
    self.options = options
  }

  /// `batch`'s rows as the file has them; `firstRow` is the number of its first row, for errors.
  ///
  /// - Throws: ``ParquetError`` with code `schemaMismatch`, column and row where a value does not fit.
  func stored(_ batch: ColumnBatch, firstRow: Int) throws(ParquetError) -> ColumnBatch {
    if isIdentity { return batch }
    var columns = batch.columns
    for (leaf, conversion) in zip(source.leaves, conversions) {
      guard let conversion else { continue }
      let column = columns[leaf.index]
      switch conversion.apply(column.values, leaf) {
      case .values(let values):
        columns[leaf.index] = Column(
          rowCount: column.rowCount, slotCount: column.slotCount, presence: column.presence,
          values: values)
      case .misfit(let index, let reason):
        throw ParquetError(
          .schemaMismatch, "\(reason); profile \(profile.rawValue) cannot hold it"
        ).adding(
          column: leaf.path.description, row: firstRow + column.row(ofValue: index, leaf))
      }
    }
    return ColumnBatch(unchecked: schema, columns: columns, rowCount: batch.rowCount)
  }
}

extension ProfileRules {
  /// Checks that what `options` ask for is something the target reads.
  fileprivate func check(_ options: WriterOptions) throws(ParquetError) {
    let name = options.profile.rawValue
    func refuse(_ what: String, _ valid: [String]) -> ParquetError {
      ParquetError(
        .invalidArgument,
        "profile \(name) does not allow \(what) (valid: \(valid.joined(separator: ", ")))")
    }
    let choices =
      [options.encoding] + options.columnEncodings.sorted { $0.key < $1.key }.map(\.value)
    for case .always(let encoding) in choices where !encodings.contains(encoding) {
      throw refuse(
        "the encoding \(encoding.optionName)",
        encodings.sorted { $0.rawValue < $1.rawValue }.map(\.optionName))
    }
    let codecs =
      [options.compression] + options.columnCompression.sorted { $0.key < $1.key }.map(\.value)
    for compression in codecs where !self.codecs.contains(compression.codec) {
      throw refuse(
        "the codec \(compression.name)",
        self.codecs.sorted { $0.rawValue < $1.rawValue }.map(\.optionName))
    }
    guard pageVersions.contains(options.pageVersion) else {
      throw refuse("data pages of version 2", ["1"])
    }
    guard options.floatOrder == .typeDefined || options.profile == .latest else {
      throw refuse("bounds in the order of IEEE 754", ["type"])
    }
  }
}

extension Encoding {
  /// The name as the command's options spell it.
  fileprivate var optionName: String {
    self == .rleDictionary ? "dictionary" : name.lowercased()
  }
}

extension CompressionCodec {
  /// The name as the command's options spell it.
  fileprivate var optionName: String { self == .uncompressed ? "none" : name.lowercased() }
}

extension WriterOptions {
  /// Puts the paths of the file in place of those of the rows.
  fileprivate mutating func renameColumns(_ paths: [String: ColumnPath]) {
    func renamed(_ path: String) -> String { paths[path]?.description ?? path }
    func renamed<T>(_ values: [String: T]) -> [String: T] {
      Dictionary(
        values.map { (renamed($0.key), $0.value) }, uniquingKeysWith: { first, _ in first })
    }
    columnCompression = renamed(columnCompression)
    columnEncodings = renamed(columnEncodings)
    bloomColumns = Set(bloomColumns.map { renamed($0) })
    int96Columns = Set(int96Columns.map { renamed($0) })
    for index in sortKeys.indices { sortKeys[index].column = renamed(sortKeys[index].column) }
    columnKeyValues = Dictionary(
      columnKeyValues.map { (paths[$0.key.description] ?? $0.key, $0.value) },
      uniquingKeysWith: { first, _ in first })
    if let columns = encryption?.columns { encryption?.columns = renamed(columns) }
  }
}
