internal import Parquet

/// What a column of an observation file is for.
enum ColumnRole: Hashable, Sendable {
  case time
  case hourCount
  case observationID
  case identifierType
  case domainName
  case versionNumber
  case sourceID
  case recordState
  case receiptTime
  case storageDelay
  /// A number, or text for the codes that are not numbers.
  case measurement(name: String, isText: Bool)
  /// The quality code of a measurement, `name_q` in the file.
  case quality(name: String)
  /// The descriptor of a measurement, `name_j` in the file: not kept.
  case descriptor
}

/// The columns of one layout of observation files: what each is for.
struct ObservationColumns: Hashable, Sendable {
  /// The names that may be the rows' time, the first one present is.
  static let timeNames = ["ob_end_time", "ob_date", "ob_time"]

  /// The columns in the file's order.
  let names: [String]
  let roles: [ColumnRole]
  /// Where the columns that identify an observation are.
  let time: Int
  let observationID: Int
  let identifierType: Int
  let domainName: Int
  let versionNumber: Int
  let sourceID: Int
  let recordState: Int
  let hourCount: Int?
  /// The days of a multi-day amount: the span where there is no hour count.
  let dayCount: Int?
  let receiptTime: Int?
  let storageDelay: Int?

  /// The time column of a header, if it has one.
  static func timeColumn(of header: BADCHeader) -> String? {
    if let name = timeNames.first(where: header.columns.contains) { return name }
    return header.timeCoordinate.flatMap { header.columns.contains($0) ? $0 : nil }
  }

  /// The layout that a header describes.
  ///
  /// - Throws: ``ParquetError`` with code `malformedFile` where a column is missing that every
  ///   observation has.
  init(_ header: BADCHeader) throws(ParquetError) {
    let names = header.columns
    guard let timeName = ObservationColumns.timeColumn(of: header) else {
      throw ParquetError(
        .malformedFile,
        "has no time column: none of \(ObservationColumns.timeNames.joined(separator: ", "))")
    }
    func required(_ name: String) throws(ParquetError) -> Int {
      guard let index = names.firstIndex(of: name) else {
        throw ParquetError(.malformedFile, "has no column \(name), which every observation needs")
      }
      return index
    }
    self.names = names
    time = try required(timeName)
    observationID = try required("id")
    identifierType = try required("id_type")
    domainName = try required("met_domain_name")
    versionNumber = try required("version_num")
    sourceID = try required("src_id")
    recordState = try required("rec_st_ind")
    hourCount = names.firstIndex(of: "ob_hour_count")
    dayCount = hourCount == nil ? names.firstIndex(of: "ob_day_cnt") : nil
    receiptTime = names.firstIndex(of: "meto_stmp_time")
    storageDelay = names.firstIndex(of: "midas_stmp_etime")
    var types: [String: String] = [:]
    for attribute in header.attributes where attribute.label == "type" {
      types[attribute.reference] = types[attribute.reference] ?? attribute.value
    }
    roles = names.map { name in
      name == timeName ? .time : ColumnRole(name, isText: types[name] == "char")
    }
  }
}

extension ColumnRole {
  /// The role of a column by its name; `isText`: the header types it `char`.
  ///
  /// The suffix decides, never the prefix: soil temperatures are called `q5cm_soil_temp`.
  init(_ name: String, isText: Bool) {
    switch name {
    case "ob_hour_count": self = .hourCount
    case "id": self = .observationID
    case "id_type": self = .identifierType
    case "met_domain_name": self = .domainName
    case "version_num": self = .versionNumber
    case "src_id": self = .sourceID
    case "rec_st_ind": self = .recordState
    case "meto_stmp_time": self = .receiptTime
    case "midas_stmp_etime": self = .storageDelay
    default:
      if name.utf8.count > 2, name.hasSuffix("_q") {
        self = .quality(name: String(name.dropLast(2)))
      } else if name.utf8.count > 2, name.hasSuffix("_j") {
        self = .descriptor
      } else {
        self = .measurement(name: name, isText: isText && !ColumnRole.numericCodes.contains(name))
      }
    }
  }

  /// Columns that some release types `char` and whose values are numbers: clock times as HHMM, codes.
  static let numericCodes: Set<String> = [
    "ob_end_ctime", "max_gust_ctime", "ob_day_cnt",
    "conc_state_id", "lying_snow_flag", "snow_day_id", "hail_day_id", "thunder_day_flag",
    "gale_day_flag", "frsh_mnt_snwfall_flag",
    "wind_speed_unit_id", "src_opr_type", "prst_wx_id", "past_wx_id_1", "past_wx_id_2",
    "cld_ttl_amt_id", "low_cld_type_id", "med_cld_type_id", "hi_cld_type_id", "cld_base_amt_id",
    "cld_amt_id_1", "cld_amt_id_2", "cld_amt_id_3", "cld_amt_id_4",
    "cloud_type_id_1", "cloud_type_id_2", "cloud_type_id_3", "cloud_type_id_4",
    "cld_base_ht_id_1", "cld_base_ht_id_2", "cld_base_ht_id_3", "cld_base_ht_id_4",
    "ground_state_id",
  ]
}
