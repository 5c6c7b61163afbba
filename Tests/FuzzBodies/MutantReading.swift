public import Parquet
internal import Tables

/// Everything that can be done with a file without writing to disk, done to one that is damaged.
public struct MutantReading {
  /// The rows that one pass reads: a footer may truthfully say more than anyone can wait for.
  static let rowLimit = 20_000
  /// The bytes of text that one pass writes.
  private static let textLimit = 4 << 20
  /// Files of more bytes get two of the passes, not all.
  private static let smallByteCount = 24 << 10

  let source: MemorySource
  let limits: ReaderLimits
  let decryption: DecryptionOptions?
  var random: Random
  /// What must not be, whatever the bytes are.
  public private(set) var findings: [String] = []
  /// How many of the passes ended in an error, by its code.
  public private(set) var outcomes: [String: Int] = [:]

  private enum Pass: CaseIterable {
    case schema, text, csv, pages, filter, verification, summaries, rows, splicing, rewriting
    case mapping, decoding, ranges, waiting
  }

  /// A reading of a file whose choices follow from `seed`.
  public init(_ bytes: [UInt8], seed: UInt64, limits: ReaderLimits = ReaderLimits()) {
    self.limits = limits
    source = MemorySource(Bytes(copying: bytes), name: "mutant")
    random = Random(seed: seed &+ 1)
    // Encrypted files are read with keys that fit and with some that do not, and without any.
    var keys = MutantReading.keys(random.pick([16, 16, 32]))
    // Most files are bound to none, and refused at once where one is given.
    if random.chance(oneIn: 16) { keys.aadPrefix = Array("tester".utf8) }
    decryption = random.chance(oneIn: 4) ? nil : keys
  }

  /// The keys of the encrypted files of parquet-testing, of which there are two sets: of 16 bytes each, or of
  /// 32.
  public static func keys(_ byteCount: Int) -> DecryptionOptions {
    func key(_ start: Int) -> [UInt8] { (start..<start + byteCount).map { UInt8(48 + $0 % 10) } }
    func key(_ start: Int, last: Int) -> [UInt8] { key(start).dropLast() + [UInt8(48 + last)] }
    var keys = ["kf": key(0)]
    for column in 1...8 {
      keys["kc\(column)"] = key(1, last: byteCount == 16 ? column - 1 : column + 1)
    }
    return DecryptionOptions(keys: NamedKeys(keys))
  }

  /// Reads the file in every way.
  public mutating func run() {
    let verifiesChecksums = random.chance(oneIn: 3)
    let reader: ParquetReader
    do throws(ParquetError) {
      reader = try ParquetReader(
        source, limits: limits, verifyingChecksums: verifiesChecksums, decryption: decryption)
    } catch {
      note(error, in: "open")
      return
    }
    var passes = Pass.allCases
    if source.byteCount > MutantReading.smallByteCount {
      passes = [random.pick(passes), random.pick(passes)]
    }
    for pass in passes {
      do throws(ParquetError) {
        try run(pass, reader)
        outcomes["done", default: 0] += 1
      } catch { note(error, in: "\(pass)") }
    }
  }

  private mutating func run(_ pass: Pass, _ reader: ParquetReader) throws(ParquetError) {
    switch pass {
    case .schema:
      _ = SchemaText.encode(reader.schema)
      _ = SchemaJSON.encode(reader.schema)
    case .text: try write(reader, .ndjson)
    case .csv: try write(reader, .csv)
    case .pages:
      for group in reader.metadata.rowGroups.indices {
        for leaf in reader.schema.leaves {
          _ = try reader.pages(rowGroup: group, column: leaf.index)
        }
      }
    case .filter: try filter(reader)
    case .verification:
      let faults = try FileVerifier(source, limits: limits, decryption: decryption).verify()
      for fault in faults.prefix(8) { check(fault, in: "verify") }
    case .summaries:
      guard reader.rowCount < 1_000_000 else { return }
      for leaf in reader.schema.leaves { _ = try reader.summary(ofColumn: leaf.index) }
    case .rows: try readRows(reader)
    case .mapping: try mapRows(reader)
    case .decoding: try decodeRows(reader)
    case .ranges: try readRanges()
    case .waiting: try readWaiting(random.chance(oneIn: 2) ? randomFilter(reader) : nil)
    case .splicing:
      let writer = try ParquetWriter(NullSink(), schema: reader.schema)
      for group in reader.metadata.rowGroups.indices {
        try writer.append(rowGroup: group, of: reader)
      }
      _ = try writer.finish()
    case .rewriting:
      let writer = try ParquetWriter(NullSink(), schema: reader.schema)
      let batches = reader.batches(batchRows: 64)
      if let batch = try batches.next() { try writer.write(batch) }
      _ = try writer.finish()
    }
  }

  /// All rows as text, each column in what form it has there.
  private func write(_ reader: ParquetReader, _ format: TextFormat) throws(ParquetError) {
    let sink = NullSink()
    let text = try TextSink(sink, schema: reader.schema, format: format)
    let batches = reader.batches(batchRows: 4096)
    var rows = 0
    while rows < MutantReading.rowLimit, sink.byteCount < MutantReading.textLimit,
      let batch = try batches.next()
    {
      rows += batch.rowCount
      // What the schema does not allow (text that is not UTF-8, columns of one list that disagree) must be
      // told, not walked out of bounds, both by the check and by who makes text of it.
      do throws(ParquetError) {
        _ = try ColumnBatch(schema: batch.schema, columns: batch.columns)
      } catch  where error.code == .schemaMismatch {}
      try text.write(batch)
    }
    _ = try text.finish()
  }

  /// Some columns of some rows of a row group.
  private mutating func readRows(_ reader: ParquetReader) throws(ParquetError) {
    let groups = reader.metadata.rowGroups
    guard !groups.isEmpty, !reader.schema.leaves.isEmpty else { return }
    let group = random.within(0..<groups.count)
    let total = groups[group].rowCount
    let first = random.within(0..<min(total, 1_000_000) + 1)
    let count = random.within(0..<min(total - first, MutantReading.rowLimit) + 1)
    let columns = (0..<3).map { _ in random.within(0..<reader.schema.leaves.count) }
    _ = try reader.read(rowGroup: group, columns: columns, rows: first..<first + count)
  }

  /// The rows of a random filter.
  private mutating func filter(_ reader: ParquetReader) throws(ParquetError) {
    guard let filter = randomFilter(reader) else { return }
    let batches = try reader.batches(filter: filter, batchRows: 1024)
    while batches.report.testedRowCount < MutantReading.rowLimit, try batches.next() != nil {}
  }

  /// A filter of some columns; nil where there is none to be had.
  private mutating func randomFilter(_ reader: ParquetReader) -> Filter? {
    let leaves = reader.schema.leaves.filter { $0.maxRepetitionLevel == 0 }
    guard !leaves.isEmpty else { return nil }
    var tests: [Filter] = []
    for _ in 0..<1 + random.within(0..<3) { tests.append(test(random.pick(leaves), reader)) }
    switch random.within(0..<3) {
    case 0: return .and(tests)
    case 1: return .or(tests)
    default: return .not(.and(tests))
    }
  }

  private mutating func test(_ leaf: Leaf, _ reader: ParquetReader) -> Filter {
    if random.chance(oneIn: 5) { return .isNull(leaf.path) }
    func literal() -> FilterLiteral {
      let group = reader.metadata.rowGroups.first
      let bounds = group?.columns[leaf.index].metadata?.statistics
      if leaf.physicalType == .boolean { return .boolean(random.chance(oneIn: 2)) }
      let width = leaf.physicalType.byteWidth ?? random.within(0..<12)
      if let bound = bounds?.minimum, random.chance(oneIn: 2),
        leaf.physicalType.byteWidth == nil || bound.count == width
      {
        return .plain(bound.array())
      }
      return .plain((0..<width).map { _ in UInt8(truncatingIfNeeded: random.next()) })
    }
    if random.chance(oneIn: 4) { return .isIn(leaf.path, [literal(), literal()]) }
    return .compare(
      leaf.path,
      random.pick([.equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual]), literal())
  }

  // MARK: Errors

  private mutating func note(_ error: ParquetError, in place: String) {
    outcomes[error.code.description, default: 0] += 1
    check(error, in: place)
  }

  /// Holds an error to what every one of them must be.
  private mutating func check(_ error: ParquetError, in place: String) {
    let codes: [ParquetError.Code] = [
      .malformedFile, .unsupportedFeature, .featureNotBuiltIn, .limitExceeded,
    ]
    // What is rewritten is held to a writer's rules, too.
    let isWriters = place == "rewriting" || place == "splicing"
    // Values of some types cannot be compared.
    let isUnordered =
      (place == "filter" || place == "waiting") && error.message.contains("have no order")
    // No key is given, or none of that name, or another prefix than the file's.
    let isEncrypted =
      error.message.contains("is not at hand") || error.message.contains("AAD prefix")
    // Types are asked for that the file may not have, and values that may be missing.
    let isRows =
      (place == "mapping" || place == "decoding")
      && (error.code == .schemaMismatch || error.code == .rejectedData)
    guard codes.contains(error.code) || isWriters || isUnordered || isEncrypted || isRows else {
      findings.append("\(place): an error of code \(error.code): \(error)")
      return
    }
    // Text is made of batches, which know no file; opening and reading do.
    let isText = place == "text" || place == "csv" || isWriters || place == "schema"
    if error.context.file == nil, !isText { findings.append("\(place): no file: \(error)") }
  }
}

/// A sink that counts bytes.
private final class NullSink: ByteSink {
  private(set) var byteCount = 0

  func write(_ bytes: RawSpan) throws(ParquetError) { byteCount += bytes.byteCount }
  func finish() throws(ParquetError) {}
  func abandon() {}
}
