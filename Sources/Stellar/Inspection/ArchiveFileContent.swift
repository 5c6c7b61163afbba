internal import Parquet

/// What a file of an archive holds, as far as its ledgers go.
struct ArchiveFileContent {
  /// The type of its messages: what its key-values say, else what its columns do.
  var type: String
  var rowCount: Int
  /// The ledgers in it; nil where no row has one.
  var ledgers: LedgerRange?
  /// Whether it has a column of ledgers.
  var hasLedgers: Bool

  private static let names = ["ledger_sequence", "ledger", "sequence"]

  /// Looks into a file: into its footer, and into the column of ledgers where that says too little.
  init(_ reader: ParquetReader) throws(ParquetError) {
    rowCount = reader.rowCount
    type = ArchiveFileContent.type(reader)
    guard let leaf = ArchiveFileContent.ledgerLeaf(reader.schema) else {
      hasLedgers = false
      return
    }
    hasLedgers = true
    for (index, group) in reader.metadata.rowGroups.enumerated() {
      let statistics = group.columns[leaf.index].metadata?.statistics
      if statistics?.nullCount == group.rowCount { continue }
      let range: LedgerRange?
      if let minimum = ArchiveFileContent.ledger(statistics?.minimum, leaf),
        let maximum = ArchiveFileContent.ledger(statistics?.maximum, leaf), minimum <= maximum
      {
        range = LedgerRange(first: minimum, last: maximum)
      } else {
        range = try ArchiveFileContent.ledgers(reader, index, leaf)
      }
      guard let range else { continue }
      if ledgers == nil { ledgers = range } else { ledgers?.formUnion(range) }
    }
  }

  // MARK: Ledgers

  private static func ledgerLeaf(_ schema: Schema) -> Leaf? {
    for name in names {
      guard let leaf = schema.leaves.first(where: { $0.path.components == [name] }) else {
        continue
      }
      guard leaf.maxRepetitionLevel == 0 else { continue }
      if leaf.physicalType == .int32 || leaf.physicalType == .int64 { return leaf }
    }
    return nil
  }

  private static func isUnsigned(_ leaf: Leaf) -> Bool {
    if case .integer(_, isSigned: false) = leaf.logicalType { return true }
    return false
  }

  /// The ledger that a bound is; nil where it is none.
  private static func ledger(_ bytes: Bytes?, _ leaf: Leaf) -> UInt64? {
    guard let bytes, bytes.count == (leaf.physicalType == .int32 ? 4 : 8) else { return nil }
    var word: UInt64 = 0
    for (place, byte) in bytes.array().enumerated() { word |= UInt64(byte) << (8 * UInt64(place)) }
    if isUnsigned(leaf) { return word }
    let value =
      leaf.physicalType == .int32
      ? Int64(Int32(truncatingIfNeeded: word)) : Int64(bitPattern: word)
    return UInt64(exactly: value)
  }

  /// The ledgers of a row group, from its values; those below 0 are none.
  private static func ledgers(
    _ reader: ParquetReader, _ rowGroup: Int, _ leaf: Leaf
  ) throws(ParquetError) -> LedgerRange? {
    var range: LedgerRange?
    let batches = reader.batches(
      columns: [leaf.index], rows: reader.rows(ofRowGroup: rowGroup))
    while let batch = try batches.next() {
      let values = batch.columns[0].values
      for index in 0..<values.count {
        guard let ledger = ledger(values.bytes(at: index), leaf) else { continue }
        let one = LedgerRange(first: ledger, last: ledger)
        if range == nil { range = one } else { range?.formUnion(one) }
      }
    }
    return range
  }

  // MARK: Types

  private static func type(_ reader: ParquetReader) -> String {
    if let type = reader.metadata.keyValues.first(where: { $0.key == "schema_type" })?.value {
      return type
    }
    let names = reader.schema.fields.map(\.name)
    for schema in PredefinedSchema.allCases where schema.schema.fields.map(\.name) == names {
      return schema.rawValue
    }
    return messageType(reader) ?? "columns \(names.joined(separator: ", "))"
  }

  /// The one value of the column `message_type`, which files of types that are inferred have.
  private static func messageType(_ reader: ParquetReader) -> String? {
    guard
      let leaf = reader.schema.leaves.first(where: { $0.path.components == ["message_type"] }),
      leaf.physicalType == .byteArray
    else { return nil }
    var found: Bytes?
    for group in reader.metadata.rowGroups {
      guard let statistics = group.columns[leaf.index].metadata?.statistics,
        let value = statistics.minimum, value == statistics.maximum,
        statistics.isMinimumExact != false, statistics.isMaximumExact != false,
        found == nil || found == value
      else { return nil }
      found = value
    }
    return found.map { String(decoding: $0.array(), as: UTF8.self) }
  }
}
