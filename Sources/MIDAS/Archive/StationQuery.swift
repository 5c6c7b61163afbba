/// Which stations are asked for: those that meet everything that is set.
public struct StationQuery: Hashable, Sendable {
  /// A part of the Earth between two parallels and two meridians, its borders included.
  public struct Region: Hashable, Sendable {
    /// The southern border, in degrees north.
    public let south: Double
    /// The western border, in degrees east.
    public let west: Double
    /// The northern border, in degrees north.
    public let north: Double
    /// The eastern border, in degrees east.
    public let east: Double

    /// A region; nil where a border is not on Earth, or lies on the wrong side of the other. A region
    /// does not cross the meridian of 180°.
    public init?(south: Double, west: Double, north: Double, east: Double) {
      guard south >= -90, south <= north, north <= 90, west >= -180, west <= east, east <= 180
      else { return nil }
      self.south = south
      self.west = west
      self.north = north
      self.east = east
    }

    /// Whether a place lies in the region.
    public func contains(latitude: Double, longitude: Double) -> Bool {
      latitude >= south && latitude <= north && longitude >= west && longitude <= east
    }
  }

  /// The names of data sets, one of which has the station.
  public var dataSets: Set<String>?
  /// A part of the station's name, in any case.
  public var name: String?
  /// The station's historic county as a whole, in any case; blanks stand for hyphens.
  public var county: String?
  /// Where the station is.
  public var region: Region?
  /// A time in nanoseconds since 1970-01-01 that the station's records overlap.
  public var period: ClosedRange<Int64>?

  /// A query for all stations.
  public init() {}

  /// The time from the begin of `first` to the end of `last`, each a year `1991` or a date `1991-02-28`;
  /// nil where one is neither, or `last` lies before `first`.
  public static func period(from first: String, to last: String) -> ClosedRange<Int64>? {
    func time(_ text: String, _ day: String, _ time: String) -> Int64? {
      switch text.utf8.count {
      case 4: TimestampText.clampedNanoseconds("\(text)-\(day) \(time)")
      case 10: TimestampText.clampedNanoseconds("\(text) \(time)")
      default: nil
      }
    }
    guard let start = time(first, "01-01", "00:00:00"), let end = time(last, "12-31", "23:59:59"),
      start <= end
    else { return nil }
    return start...end
  }

  /// Whether a station is asked for.
  public func matches(_ entry: StationRegistry.Entry) -> Bool {
    let station = entry.station
    if let dataSets, !dataSets.contains(entry.dataSet) { return false }
    if let name, !station.name.lowercased().contains(name.lowercased()) { return false }
    if let county, StationQuery.slug(station.county) != StationQuery.slug(county) { return false }
    if let region,
      !region.contains(latitude: station.latitude, longitude: station.longitude)
    {
      return false
    }
    if let period, station.start > period.upperBound || station.end < period.lowerBound {
      return false
    }
    return true
  }

  /// A county's name as the archive writes it: `west-yorkshire`.
  private static func slug(_ text: String) -> String {
    String(text.lowercased().map { $0 == " " ? "-" : $0 })
  }
}
