import Parquet

/// Hourly observations of weather stations, station after station: many doubles of one decimal, each with
/// a quality code as text, instruments that some stations lack, and gaps.
struct HourlyWeather: BuiltDataSet {
  static let name = "weather"
  static let summary = "hourly weather: doubles of one decimal, quality codes, nulls"
  static let usualRowCount = 512 << 10

  /// A quantity that is measured: how it moves from hour to hour.
  private struct Instrument {
    var name: String
    var mean: Double
    var step: Double
    var decimals: Int
    /// Of 1000 stations, how many lack it.
    var lacking: Int
  }

  private static let instruments = [
    Instrument(name: "air_temperature", mean: 9, step: 0.7, decimals: 1, lacking: 30),
    Instrument(name: "dewpoint", mean: 6, step: 0.5, decimals: 1, lacking: 100),
    Instrument(name: "wetb_temp", mean: 7.5, step: 0.5, decimals: 1, lacking: 150),
    Instrument(name: "msl_pressure", mean: 1013, step: 0.6, decimals: 1, lacking: 200),
    Instrument(name: "stn_pres", mean: 1001, step: 0.6, decimals: 1, lacking: 250),
    Instrument(name: "wind_speed", mean: 9, step: 2, decimals: 0, lacking: 100),
    Instrument(name: "wind_direction", mean: 20, step: 2, decimals: 0, lacking: 100),
    Instrument(name: "visibility", mean: 2500, step: 150, decimals: 0, lacking: 400),
    Instrument(name: "cld_base_ht", mean: 90, step: 15, decimals: 0, lacking: 500),
    Instrument(name: "rltv_hum", mean: 80, step: 2.5, decimals: 1, lacking: 200),
    Instrument(name: "prcp_amt", mean: 0, step: 0.3, decimals: 1, lacking: 300),
    Instrument(name: "cs_hr_sun_dur", mean: 0.2, step: 0.2, decimals: 1, lacking: 700),
  ]
  private static let codes = ["6", "6", "6", "6", "9", "109", "1209", "2209", "10009"]
  private static let messages = ["SYNOP", "METAR", "AWSHRLY", "SREW", "HCM"]

  static let fields: [SchemaField] = identity + measurements
  private static let identity: [SchemaField] = [

    .string("id"), .string("met_domain_name"), SchemaField("src_id", .int32),
    SchemaField("rec_st_ind", .int32), SchemaField("version_num", .int32),
    .timestamp("ob_time", .nanoseconds, isAdjustedToUTC: true),
    SchemaField("latitude", .double), SchemaField("longitude", .double),
    SchemaField("height", .float),
  ]
  private static let measurements: [SchemaField] = instruments.flatMap {
    [SchemaField($0.name, .double, .optional), .string("q_" + $0.name, .optional)]
  }

  private static let hoursPerStation = 8_760
  private var random = Random(seed: 1_991)
  private var hour = hoursPerStation
  private var station = 0
  private var message = ""
  private var values = instruments.map(\.mean)
  private var isLacking = instruments.map { _ in false }
  private var isMissing = instruments.map { _ in false }

  init(rows rowCount: Int) {}

  mutating func append(rows rowCount: Int, to builder: ColumnBatchBuilder) {
    let leaf = (0..<Self.fields.count).map { builder.leaf($0) }
    for _ in 0..<rowCount {
      if hour == Self.hoursPerStation { nextStation() }
      let seconds = 662_688_000 + hour * 3_600
      hour += 1
      leaf[0].append("0\(3_000 + station)")
      leaf[1].append(message)
      leaf[2].append(Int32(station))
      leaf[3].append(Int32(random.chance(30) ? 1_011 : 1_001))
      leaf[4].append(Int32(1))
      leaf[5].append(Int64(seconds) * 1_000_000_000)
      leaf[6].append(50 + Double(station * 7_919 % 9_000) / 1_000)
      leaf[7].append(-6 + Double(station * 6_151 % 7_000) / 1_000)
      leaf[8].append(Float(station * 37 % 400))
      for (index, instrument) in Self.instruments.enumerated() {
        // An instrument fails for some hours now and then.
        if random.chance(isMissing[index] ? 80 : 4) { isMissing[index].toggle() }
        values[index] +=
          instrument.step * random.normal() + 0.03 * (instrument.mean - values[index])
        if isLacking[index] || isMissing[index] {
          leaf[9 + 2 * index].appendNull()
          leaf[10 + 2 * index].appendNull()
          continue
        }
        leaf[9 + 2 * index].append(values[index].rounded(decimals: instrument.decimals))
        leaf[10 + 2 * index].append(random.chance(900) ? "6" : random.pick(Self.codes))
      }
    }
  }

  private mutating func nextStation() {
    hour = 0
    station += random.within(1...12)
    message = random.pick(Self.messages)
    for index in Self.instruments.indices {
      isLacking[index] = random.chance(Self.instruments[index].lacking)
      values[index] = Self.instruments[index].mean
    }
  }
}
