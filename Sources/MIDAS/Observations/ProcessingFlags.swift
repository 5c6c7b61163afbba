@_spi(Adapters) internal import Parquet

/// What became of a value, a station or a record on its way into the table: the texts of the `pf_` columns.
enum ProcessingFlag: String {
  case parseOK = "ParseOk"
  case parseFailed = "ParseFailed"
  case missingValue = "MissingValue"
  case stationFound = "StationFound"
  case stationMissing = "StationMissing"
  case original = "Original"
  case superseded = "Superseded"
  case duplicateResolved = "DuplicateResolved"
}

extension ObservationSchema {
  /// The column that says whether the station of a row was found.
  static let stationFlag = "pf_station"
  /// The column that says whether a row is one of several of one identifier, station and time.
  static let recordFlag = "pf_record"

  /// The column of the processing flags of a measurement.
  static func flag(of measurement: String) -> String { "pf_\(measurement)" }

  /// `schema` with a column of processing flags for each measurement, the station and the record.
  ///
  /// - Throws: ``ParquetError`` with code `malformedFile` where a measurement has the name of such a column.
  static func addingFlags(to schema: Schema) throws(ParquetError) -> Schema {
    let others = Array(schema.fields[base.count...])
    let measurements = others.map(\.name).filter { !$0.hasPrefix("q_") }
    let flags = measurements.map(flag(of:)) + [stationFlag, recordFlag]
    let taken = Set(others.map(\.name))
    if let clash = flags.first(where: taken.contains) {
      throw ParquetError(
        .malformedFile, "\(clash) is a measurement and the name of a column of processing flags")
    }
    if let twice = flags.first(where: { flag in flags.count { $0 == flag } > 1 }) {
      throw ParquetError(.malformedFile, "there would be two columns \(twice) of processing flags")
    }
    let fields = others + flags.map { SchemaField.string($0, .optional) }
    return try Schema(Array(schema.fields[..<base.count]) + sorted(fields))
  }
}

/// The processing flags of a batch's records, of which later ones may change what earlier ones are.
struct RecordFlags: ~Copyable {
  private static let texts: [ProcessingFlag] = [.original, .duplicateResolved, .superseded]
  private var indices: [UInt32] = []

  /// Notes the next row, the only one of its kind so far.
  mutating func append() { indices.append(0) }

  /// Notes that `winner` stays and `loser` goes.
  mutating func resolve(winner: Int, loser: Int) {
    indices[winner] = 1
    indices[loser] = 2
  }

  /// The column of all rows noted; none are noted afterwards.
  mutating func finish() throws(ParquetError) -> Column {
    defer { indices.removeAll(keepingCapacity: true) }
    return try Column(flags: RecordFlags.texts, indices: Bytes(copying: indices))
  }
}

extension LeafAppender {
  /// Appends the text of `flag`.
  func append(_ flag: ProcessingFlag) {
    var text = flag.rawValue
    text.withUTF8 { unsafe append(uncheckedText: UnsafeRawBufferPointer($0)) }
  }
}

extension Column {
  /// A column of processing flags: each row's is the one of `flags` at its index, of 32 bits.
  init(flags: [ProcessingFlag], indices: Bytes) throws(ParquetError) {
    let builder = ColumnBatchBuilder(schema: try Schema([.string("flag")]))
    for flag in flags { builder.leaf(0).append(flag.rawValue) }
    let texts = try builder.finish().columns[0].values
    self.init(ColumnValues(uncheckedIndices: DictionaryIndices(indices), dictionary: texts))
  }
}
