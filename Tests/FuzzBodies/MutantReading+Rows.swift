internal import Dispatch
internal import Parquet
internal import Synchronization

// Damaged files as rows of Swift values, and from sources whose bytes are fetched.
extension MutantReading {
  /// Rows that are decoded value by value cost far more than those of columns.
  private static let decodedRowLimit = 2_000

  // MARK: By a mapping

  /// A leaf that a field of a mapping can be read from.
  private struct Target {
    let path: String
    /// The lists around it.
    let depth: Int
    let field: SchemaField
  }

  private static func collect(
    _ field: SchemaField, _ path: String, depth: Int, into targets: inout [Target]
  ) {
    switch field.shape {
    case .leaf: targets.append(Target(path: path, depth: depth, field: field))
    case .structure(let fields):
      guard depth == 0 else { return }
      for field in fields { collect(field, "\(path).\(field.name)", depth: 0, into: &targets) }
    case .list(let element): collect(element, path, depth: depth + 1, into: &targets)
    case .map: return
    }
  }

  /// Some columns by mappings of one field each, as a type that they may, or may not, be read as.
  mutating func mapRows(_ reader: ParquetReader) throws(ParquetError) {
    var targets: [Target] = []
    for field in reader.schema.fields {
      MutantReading.collect(field, field.name, depth: 0, into: &targets)
    }
    guard !targets.isEmpty else { return }
    for _ in 0..<2 { try mapRows(reader, random.pick(targets)) }
  }

  private mutating func mapRows(
    _ reader: ParquetReader, _ target: Target
  ) throws(ParquetError) {
    if random.chance(oneIn: 16) { return try read(reader, target, [UInt8].self) }
    switch (target.field.physicalType, target.field.logicalType) {
    case (_, .decimal(let precision, let scale)?) where precision <= 38:
      try read(reader, target, Int128.self, .decimal(precision: precision, scale: scale))
    case (.boolean, _): try read(reader, target, Bool.self)
    case (.int32, .integer(_, isSigned: false)?): try read(reader, target, UInt32.self)
    case (.int64, .integer(_, isSigned: false)?): try read(reader, target, UInt64.self)
    case (.int32, _):
      try random.chance(oneIn: 2)
        ? read(reader, target, Int32.self) : read(reader, target, Int64.self)
    case (.int64, _): try read(reader, target, Int.self)
    case (.float, _), (_, .float16?): try read(reader, target, Float.self)
    case (.double, _): try read(reader, target, Double.self)
    case (.byteArray, let type) where type?.isText ?? random.chance(oneIn: 2):
      try read(reader, target, String.self)
    default: try read(reader, target, [UInt8].self)
    }
  }

  /// Reads `target` as values of `type`, that may be missing or not.
  private mutating func read<Value: FieldValue>(
    _ reader: ParquetReader, _ target: Target, _ type: Value.Type, _ meaning: LogicalType? = nil
  ) throws(ParquetError) {
    let isOptional = !random.chance(oneIn: 4)
    switch (target.depth, isOptional) {
    case (0, true): try rows(reader, target, meaning, Value?.self)
    case (0, false): try rows(reader, target, meaning, Value.self)
    case (1, true): try rows(reader, target, meaning, [Value?]?.self)
    case (1, false): try rows(reader, target, meaning, [Value].self)
    case (2, true): try rows(reader, target, meaning, [[Value?]?]?.self)
    case (2, false): try rows(reader, target, meaning, [[Value]].self)
    default: try rows(reader, target, meaning, [[[Value?]?]?]?.self)
    }
  }

  private mutating func rows<Value: FieldValue>(
    _ reader: ParquetReader, _ target: Target, _ meaning: LogicalType?, _ type: Value.Type
  ) throws(ParquetError) {
    // A mapping's columns have names; a damaged file's may have none.
    guard !target.path.isEmpty else { return }
    let mapping = try RowMapping<Value>({ (value: Value) in value }) {
      Field(target.path, { (row: borrowing Value) in copy row }, as: meaning)
    }
    let rows = try reader.rows(
      mapping, rows: someRows(reader, MutantReading.rowLimit),
      batchRows: random.pick([1_000, 7_000]))
    while try rows.nextBatch() != nil {}
  }

  /// At most `limit` rows of the file.
  private mutating func someRows(_ reader: ParquetReader, _ limit: Int) -> Range<Int> {
    let count = reader.rowCount
    let first = random.chance(oneIn: 2) ? 0 : random.within(0..<min(count, 1_000_000) + 1)
    return first..<first + min(limit, count - first)
  }

  // MARK: By Codable

  /// Any row, each field as the first type that takes it.
  private struct AnyValue: Decodable {
    private struct Key: CodingKey {
      let stringValue: String
      init?(stringValue: String) { self.stringValue = stringValue }
      var intValue: Int? { nil }
      init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
      let single = try decoder.singleValueContainer()
      // A row is never nil; what stands in a slot is asked first.
      if !decoder.codingPath.isEmpty, single.decodeNil() { return }
      if let fields = try? decoder.container(keyedBy: Key.self) {
        for key in fields.allKeys { _ = try fields.decodeIfPresent(AnyValue.self, forKey: key) }
        return
      }
      if var elements = try? decoder.unkeyedContainer() {
        while !elements.isAtEnd { _ = try elements.decode(AnyValue?.self) }
        return
      }
      if (try? single.decode(Int64.self)) != nil || (try? single.decode(UInt64.self)) != nil {
        return
      }
      if (try? single.decode(Double.self)) != nil || (try? single.decode(Bool.self)) != nil {
        return
      }
      if (try? single.decode(Int128.self)) != nil || (try? single.decode(String.self)) != nil {
        return
      }
      _ = try single.decode([UInt8].self)
    }
  }

  /// Some rows, decoded.
  mutating func decodeRows(_ reader: ParquetReader) throws(ParquetError) {
    let limit = MutantReading.decodedRowLimit / (reader.schema.leaves.count / 16 + 1)
    let rows = reader.rows(
      decoding: AnyValue.self, rows: someRows(reader, limit), batchRows: random.pick([100, 1_000]))
    while try rows.nextBatch() != nil {}
  }

  // MARK: From sources whose bytes are fetched

  /// All rows of all columns, from ranges that are put together in some way.
  mutating func readRanges() throws(ParquetError) {
    let source = source
    let ranges = RangeSource(
      name: "mutant", byteCount: source.byteCount, coalescing: coalescing()
    ) { try source.read($0) }
    let reader = try ParquetReader(ranges, limits: limits, decryption: decryption)
    let batches = reader.batches(rows: someRows(reader, MutantReading.rowLimit), batchRows: 4_096)
    while try batches.next() != nil {}
  }

  private mutating func coalescing() -> ReadCoalescing {
    var coalescing = ReadCoalescing()
    coalescing.gapByteCount = random.pick([0, 100, 1 << 20])
    coalescing.byteLimit = random.pick([0, 10_000, 128 << 20])
    coalescing.concurrentReads = random.pick([1, 2])
    return coalescing
  }

  /// The file as one whose bytes are waited for.
  private struct Store: AsyncByteSource {
    let source: MemorySource
    let coalescing: ReadCoalescing
    var name: String { source.name }

    func readSuffix(
      _ count: Int
    ) async throws(ParquetError) -> (bytes: Bytes, byteCount: Int) {
      let byteCount = source.byteCount
      return (try source.read(max(0, byteCount - count)..<byteCount), byteCount)
    }

    func read(_ range: Range<Int>) async throws(ParquetError) -> Bytes { try source.read(range) }
  }

  /// All rows, or those of a filter, by the reader that waits.
  mutating func readWaiting(_ filter: Filter?) throws(ParquetError) {
    let store = Store(source: source, coalescing: coalescing())
    let (limits, decryption) = (limits, decryption)
    let end = random.within(0..<MutantReading.rowLimit)
    let failure = Mutex<ParquetError?>(nil)
    let done = DispatchSemaphore(value: 0)
    Task.detached {
      do throws(ParquetError) {
        let reader = try await AsyncParquetReader(store, limits: limits, decryption: decryption)
        let batches = try reader.batches(
          rows: 0..<min(end, reader.reader.rowCount), filter: filter, batchRows: 4_096)
        while try await batches.next() != nil {}
      } catch {
        failure.withLock { $0 = error }
      }
      done.signal()
    }
    done.wait()
    if let error = failure.withLock({ $0 }) { throw error }
  }
}
