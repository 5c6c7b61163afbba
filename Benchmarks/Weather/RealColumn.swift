/// A column of a real file of MIDAS Open: how its values are spread, and how they follow each other.
///
/// The figures were counted in files of these data sets: one year of one station each. What comes of them has the
/// entropy and the compressed size of the real column to within a tenth, which `Benchmarks/midas/check_entropy.py`
/// holds against those files.
struct RealColumn {
  /// What the values are.
  enum Values {
    /// The same for a whole file.
    case constant(String)
    /// What each row has another of: a time or an identifier, which the archive gives.
    case identity
    /// Numbers, by their quantiles: the smallest, further ones at even distances, the largest.
    case numbers(Form, [Int])
    /// Codes, and how many of 4 096 rows have each.
    case codes([(text: String, weight: Int)])
  }

  /// How a file writes a number of a quantile's unit.
  enum Form {
    /// `290.0` for 29.
    case floatTens
    /// `29.0` for 29.
    case float
    /// `290` for 29.
    case tens
    /// `29` for 29.
    case whole
    /// `2.9` for 29, and `3` for 30.
    case tenths
    /// Watt-hours as kilojoules: `104` for 29.
    case kilojoules
  }

  /// The data set, the year and the name of the real column.
  var dataSet: String
  var year: Int
  var name: String
  var values: Values
  /// How many of 1 000 rows keep the place in the distribution that the row before has.
  var keeping = 0
  /// How far the others move at most, in parts of 65 536 of the distribution; nil: anywhere.
  var step: Int?
  /// Of 10 000 rows behind one with a value, how many have none; and of those behind one without, how many
  /// have one again.
  var losing = 0
  var regaining = 10_000
}

extension RealColumn {
  // MARK: Mean wind, 1994

  static let hour = identity("ob_end_time")
  static let station = identity("src_id")
  static let identifier = identity("id")
  static let identifierKind = identity("id_type", .constant("WMO"))
  static let message = identity("met_domain_name", .constant("SYNOP"))
  static let version = identity("version_num", .constant("1"))
  static let receipt = identity("meto_stmp_time", .constant("NA"))
  static let delay = identity("midas_stmp_etime", .constant("NA"))

  private static func identity(_ name: String, _ values: Values = .identity) -> RealColumn {
    RealColumn(dataSet: "uk-mean-wind-obs", year: 1994, name: name, values: values)
  }

  static let windDirection = RealColumn(
    dataSet: "uk-mean-wind-obs", year: 1994, name: "mean_wind_dir",
    values: .numbers(
      .floatTens,
      [2, 7, 8, 9, 11, 12, 14, 15, 16, 18, 19, 21, 22, 24, 26, 27, 28, 29, 29, 30, 35]),
    keeping: 600, step: 32_000, losing: 75, regaining: 8_333)
  static let windSpeed = RealColumn(
    dataSet: "uk-mean-wind-obs", year: 1994, name: "mean_wind_speed",
    values: .numbers(
      .float,
      [9, 11, 12, 14, 16, 18, 19, 21, 23, 25, 27, 29, 31, 34, 36, 38, 41, 44, 48, 52, 73]),
    keeping: 400, step: 65_535, losing: 75, regaining: 3_846)
  static let gustSpeed = RealColumn(
    dataSet: "uk-mean-wind-obs", year: 1994, name: "max_gust_speed",
    values: .numbers(
      .float,
      [11, 17, 22, 26, 29, 32, 34, 37, 38, 41, 43, 45, 47, 51, 54, 59, 64, 69, 74, 81, 103]),
    keeping: 300, step: 65_535, losing: 120, regaining: 8_889)
  static let windDirectionQuality = RealColumn(
    dataSet: "uk-mean-wind-obs", year: 1994, name: "mean_wind_dir_q",
    values: .codes([("9", 4_018), ("109", 42), ("0", 36)]), keeping: 600)
  static let windSpeedQuality = RealColumn(
    dataSet: "uk-mean-wind-obs", year: 1994, name: "mean_wind_speed_q",
    values: .codes([("9", 4_018), ("NA", 42), ("0", 36)]), keeping: 600)
  static let gustQuality = RealColumn(
    dataSet: "uk-mean-wind-obs", year: 1994, name: "max_gust_speed_q",
    values: .codes([("9", 4_041), ("0", 55)]))
  static let gustTimeQuality = RealColumn(
    dataSet: "uk-mean-wind-obs", year: 1994, name: "max_gust_ctime_q",
    values: .codes([("9", 2_839), ("0", 1_257)]), keeping: 200)
  static let descriptor = RealColumn(
    dataSet: "uk-mean-wind-obs", year: 1994, name: "mean_wind_dir_j", values: .constant("NA"))

  // MARK: Mean wind, 1991: calm for most of the time

  static let calmSpeed = RealColumn(
    dataSet: "uk-mean-wind-obs", year: 1991, name: "mean_wind_speed",
    values: .numbers(
      .whole, [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 4, 5, 6, 7, 9, 11, 18]),
    keeping: 300, step: 16_000, losing: 28)
  static let calmGustSpeed = RealColumn(
    dataSet: "uk-mean-wind-obs", year: 1991, name: "max_gust_speed",
    values: .numbers(
      .whole, [0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 5, 6, 7, 8, 10, 11, 13, 16, 19, 24, 40]),
    keeping: 100, step: 8_000, losing: 1_175)
  static let calmGustDirection = RealColumn(
    dataSet: "uk-mean-wind-obs", year: 1991, name: "max_gust_dir",
    values: .numbers(
      .tens, [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 4, 7, 10, 16, 20, 22, 24, 25, 27, 29, 36]),
    keeping: 500, step: 65_535, losing: 1_175)
  static let calmGustQuality = RealColumn(
    dataSet: "uk-mean-wind-obs", year: 1991, name: "max_gust_speed_q",
    values: .codes([("9", 3_665), ("0", 431)]), keeping: 200)
  static let calmGustTimeQuality = RealColumn(
    dataSet: "uk-mean-wind-obs", year: 1991, name: "max_gust_ctime_q",
    values: .codes([("9", 3_049), ("0", 1_047)]), keeping: 700)

  // MARK: Daily temperature, 1991

  static let maximumTemperature = RealColumn(
    dataSet: "uk-daily-temperature-obs", year: 1991, name: "max_air_temp",
    values: .numbers(
      .tenths,
      [
        -75, 17, 47, 62, 72, 80, 87, 95, 105, 110, 118, 128, 135, 150, 160, 177, 194, 207, 229,
        242, 277,
      ]),
    keeping: 100, step: 32_000)
  static let minimumTemperature = RealColumn(
    dataSet: "uk-daily-temperature-obs", year: 1991, name: "min_air_temp",
    values: .numbers(
      .tenths,
      [
        -108, -55, -33, -16, -5, 6, 20, 30, 41, 49, 55, 62, 71, 77, 84, 91, 101, 115, 125, 140,
        174,
      ]),
    step: 32_000)
  static let grassTemperature = RealColumn(
    dataSet: "uk-daily-temperature-obs", year: 1991, name: "min_grss_temp",
    values: .numbers(
      .tenths,
      [
        -169, -86, -63, -53, -31, -14, -4, 3, 12, 29, 36, 46, 52, 62, 70, 76, 85, 91, 105, 125,
        165,
      ]),
    keeping: 100, step: 32_000, losing: 947, regaining: 5_152)
  static let concreteTemperature = RealColumn(
    dataSet: "uk-daily-temperature-obs", year: 1991, name: "min_conc_temp",
    values: .numbers(
      .tenths,
      [
        -130, -72, -47, -34, -16, -3, 6, 17, 32, 41, 47, 59, 66, 72, 81, 86, 95, 102, 121, 136,
        172,
      ]),
    keeping: 100, step: 16_000, losing: 822, regaining: 5_000)
  static let maximumTemperatureQuality = RealColumn(
    dataSet: "uk-daily-temperature-obs", year: 1991, name: "max_air_temp_q",
    values: .constant("9"))
  static let minimumTemperatureQuality = RealColumn(
    dataSet: "uk-daily-temperature-obs", year: 1991, name: "min_air_temp_q",
    values: .codes([("9", 3_980), ("109", 116)]), keeping: 100)
  static let concreteTemperatureQuality = RealColumn(
    dataSet: "uk-daily-temperature-obs", year: 1991, name: "min_conc_temp_q",
    values: .codes([("9", 3_431), ("0", 289), ("NA", 289), ("109", 87)]), keeping: 765)

  // MARK: Daily rain, 1991

  static let rainRecordState = RealColumn(
    dataSet: "uk-daily-rain-obs", year: 1991, name: "rec_st_ind",
    values: .codes([("1001", 2_794), ("1011", 1_302)]), keeping: 700)
  static let rainDayCount = RealColumn(
    dataSet: "uk-daily-rain-obs", year: 1991, name: "ob_day_cnt", values: .constant("4"))
  static let rain = RealColumn(
    dataSet: "uk-daily-rain-obs", year: 1991, name: "prcp_amt",
    values: .numbers(
      .tenths, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 2, 4, 6, 10, 17, 28, 52, 82, 278]),
    keeping: 200, step: 32_000)
  static let rainQuality = RealColumn(
    dataSet: "uk-daily-rain-obs", year: 1991, name: "prcp_amt_q",
    values: .codes([("9", 3_586), ("10009", 415), ("1209", 95)]), keeping: 400)

  // MARK: Radiation, 1991

  static let global = RealColumn(
    dataSet: "uk-radiation-obs", year: 1991, name: "glbl_irad_amt",
    values: .numbers(
      .kilojoules,
      [Int](repeating: 0, count: 19) + [
        1, 5, 12, 20, 29, 41, 56, 70, 86, 105, 125, 147, 175, 204, 236, 279, 334, 396, 459, 541,
        642, 938,
      ]),
    keeping: 200, step: 32_000)
  static let diffuse = RealColumn(
    dataSet: "uk-radiation-obs", year: 1991, name: "difu_irad_amt",
    values: .numbers(
      .kilojoules,
      [Int](repeating: 0, count: 19) + [
        1, 5, 11, 19, 26, 36, 48, 59, 69, 79, 91, 104, 117, 132, 149, 170, 190, 215, 244, 275,
        326, 512,
      ]),
    keeping: 200, step: 32_000)
  static let direct = RealColumn(
    dataSet: "uk-radiation-obs", year: 1991, name: "direct_irad",
    values: .numbers(
      .kilojoules,
      [
        1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 7, 8, 11, 14, 17, 22, 28, 32, 41, 51, 56, 69,
        86, 95, 115, 126, 144, 173, 196, 239, 280, 349, 426, 531, 652, 901,
      ]),
    keeping: 600, step: 8_000)
  static let directQuality = RealColumn(
    dataSet: "uk-radiation-obs", year: 1991, name: "direct_irad_q",
    values: .codes([
      ("0", 2_525), ("9", 1_362), ("2200", 144), ("2209", 61), ("1400", 3), ("1409", 1),
    ]), keeping: 750)
  static let globalQuality = RealColumn(
    dataSet: "uk-radiation-obs", year: 1991, name: "glbl_irad_amt_q",
    values: .codes([("9", 4_051), ("109", 45)]), keeping: 500)
  static let unmeasured = RealColumn(
    dataSet: "uk-radiation-obs", year: 1991, name: "irad_bal_amt", values: .constant("NA"))
  static let unmeasuredQuality = RealColumn(
    dataSet: "uk-radiation-obs", year: 1991, name: "irad_bal_amt_q", values: .constant("0"))
}
