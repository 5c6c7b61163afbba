internal import Parquet

/// A place where observations are made.
public struct Station: Hashable, Sendable {
  /// The number MIDAS knows the station by.
  public var sourceID: Int32
  /// The name, as the file it comes from writes it.
  public var name: String
  /// Degrees north.
  public var latitude: Double
  /// Degrees east.
  public var longitude: Double
  /// Metres above mean sea level.
  public var heightMeters: Float
  /// The historic county.
  public var county: String
  /// Who runs the station; `NA` where that is not known.
  public var authority: String
  /// The begin of its records, in nanoseconds since 1970-01-01.
  public var start: Int64
  /// The end of its records, in nanoseconds since 1970-01-01.
  public var end: Int64

  /// What stands for a station that nothing describes: nowhere, and at all times.
  static func unknown(_ sourceID: Int32) -> Station {
    Station(
      sourceID: sourceID, name: "UNKNOWN", latitude: .nan, longitude: .nan, heightMeters: .nan,
      county: "UNKNOWN", authority: "UNKNOWN", start: .min + 1, end: .max)
  }

  /// What makes the description unusable, if anything does.
  public var problem: String? {
    if name.isEmpty { return "the station has no name" }
    if !(latitude >= -90 && latitude <= 90 && longitude >= -180 && longitude <= 180) {
      return "the station's location \(latitude),\(longitude) is not on Earth"
    }
    if latitude == 0 && longitude == 0 { return "the station's location 0,0 stands for none" }
    if !heightMeters.isFinite { return "the station has no height" }
    if start > end { return "the station's records end before they begin" }
    for (what, text) in [("name", name), ("county", county), ("authority", authority)] {
      let upper = text.uppercased()
      if upper.contains("UNKNOWN") || upper.contains("PLACEHOLDER") {
        return "the station's \(what) is the placeholder \(text)"
      }
    }
    return nil
  }
}

extension Station {
  /// The station that a header describes, of observations or of a capability file.
  ///
  /// - Throws: ``ParquetError`` with code `malformedFile` that says what is missing or wrong.
  init(_ header: BADCHeader) throws(ParquetError) {
    func text(_ label: String) throws(ParquetError) -> String {
      guard let value = header.global(label)?.unquoted(), !value.isEmpty else {
        throw ParquetError(.malformedFile, "the header has no \(label)")
      }
      return value
    }
    func values(_ label: String, _ count: Int) throws(ParquetError) -> [String] {
      let line = try text(label)
      let values = line.splitAtCommas()
      guard values.count >= count else {
        throw ParquetError(.malformedFile, "the header's \(label) is `\(line)`")
      }
      return values
    }
    func number(_ text: String, _ label: String) throws(ParquetError) -> Double {
      guard case .number(let value) = DecimalText.double(text) else {
        throw ParquetError(
          .malformedFile, "the header's \(label) holds `\(text)`, which is no number")
      }
      return value
    }
    func time(_ text: String) throws(ParquetError) -> Int64 {
      guard let value = TimestampText.clampedNanoseconds(text) else {
        throw ParquetError(
          .malformedFile, "the header's date_valid holds `\(text)`, which is no time")
      }
      return value
    }
    var identifier = header.global("midas_station_id") ?? ""
    if identifier.isEmpty { identifier = try text("src_id") }
    guard let sourceID = DecimalText.int32(identifier) else {
      throw ParquetError(.malformedFile, "the header's station number is `\(identifier)`")
    }
    let location = try values("location", 2)
    let period = try values("date_valid", 2)
    try self.init(
      sourceID: sourceID, name: text("observation_station"),
      latitude: number(location[0], "location"), longitude: number(location[1], "location"),
      heightMeters: Float(number(values("height", 1)[0], "height")),
      county: text("historic_county_name"), authority: header.global("authority") ?? "NA",
      start: time(period[0]), end: time(period[1]))
    if let problem { throw ParquetError(.malformedFile, problem) }
  }
}

extension DecimalText {
  static func double(_ text: String) -> Reading {
    var text = text
    return text.withUTF8 { bytes in
      let bytes = UnsafeRawBufferPointer(bytes)
      guard let base = bytes.baseAddress else { return .notANumber }
      return unsafe double(base, bytes.count)
    }
  }

  static func int32(_ text: String) -> Int32? {
    var text = text
    return text.withUTF8 { bytes in
      let bytes = UnsafeRawBufferPointer(bytes)
      guard let base = bytes.baseAddress else { return nil }
      return unsafe int32(base, bytes.count)
    }
  }
}
