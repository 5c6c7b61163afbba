internal import Parquet

/// The schema of a data set's table: 22 columns that all data sets share, then its measurements and
/// their quality codes.
enum ObservationSchema {
  /// The columns of every data set, in order.
  static let base: [SchemaField] = [
    time("ob_end_time"),
    SchemaField("ob_hour_count", .int32),
    .string("observation_id"),
    SchemaField("station_id", .int32),
    .string("id_type"),
    .string("met_domain_name"),
    SchemaField("rec_st_ind", .int32),
    SchemaField("version_num", .int32),
    SchemaField("station_src_id", .int32),
    .string("station_name"),
    SchemaField("station_latitude", .double),
    SchemaField("station_longitude", .double),
    SchemaField("station_height_meters", .float),
    .string("station_county"),
    .string("station_authority"),
    SchemaField("east_grid_ref", .int32, .optional),
    SchemaField("north_grid_ref", .int32, .optional),
    .string("grid_ref_type", .optional),
    time("station_start_date"),
    time("station_end_date"),
    time("meto_stmp_time", .optional),
    SchemaField("midas_stmp_etime", .int32, .optional),
  ]

  /// Where some of them are.
  static let time = 0
  static let sourceID = 8
  static let county = 13

  /// The base columns whose values differ by station only.
  static let stationColumns = 8..<20

  /// The columns behind the base, in the order of their names' bytes.
  static func sorted(_ fields: [SchemaField]) -> [SchemaField] {
    fields.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  /// Local time in nanoseconds, as pandas has it; the values are UTC.
  private static func time(_ name: String, _ repetition: Repetition = .required) -> SchemaField {
    .timestamp(name, .nanoseconds, isAdjustedToUTC: false, repetition)
  }
}

/// Gathers the columns of a data set over all its files.
struct ObservationSchemaBuilder {
  private var isText: [String: Bool] = [:]
  private var qualityNames: Set<String> = []

  /// Adds the columns of one layout.
  ///
  /// - Throws: ``ParquetError`` with code `malformedFile` where a name clashes with a base column, or a
  ///   measurement's with a quality code's.
  mutating func add(_ columns: ObservationColumns) throws(ParquetError) {
    for (name, role) in zip(columns.names, columns.roles) {
      switch role {
      case .measurement(let output, let text):
        // Text in one file and numbers in another are text.
        isText[output] = (isText[output] ?? false) || text
      case .quality(let measured): qualityNames.insert("q_\(measured)")
      default: continue
      }
      let output = role.outputName ?? name
      guard !ObservationSchema.base.contains(where: { $0.name == output }) else {
        throw ParquetError(.malformedFile, "column \(name) has the name of a column of the output")
      }
    }
    if let clash = isText.keys.filter(qualityNames.contains).min() {
      throw ParquetError(
        .malformedFile, "\(clash) is a measurement and the output name of a quality code")
    }
  }

  /// The schema: base columns, then all others in the order of their names' bytes.
  func finish() throws(ParquetError) -> Schema {
    var fields = isText.map { name, text in
      text ? SchemaField.string(name, .optional) : SchemaField(name, .double, .optional)
    }
    fields += qualityNames.map { SchemaField.string($0, .optional) }
    return try Schema(ObservationSchema.base + ObservationSchema.sorted(fields))
  }
}

extension ColumnRole {
  /// The column of the output for a measurement or a quality code.
  var outputName: String? {
    switch self {
    case .measurement(let name, _): name
    case .quality(let name): "q_\(name)"
    default: nil
    }
  }
}
