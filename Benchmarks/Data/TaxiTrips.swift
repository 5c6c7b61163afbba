import Parquet

/// Rides of a city's taxis in one month, in the order of their begin: floats of two decimals, times, codes
/// of few values, some of them missing.
struct TaxiTrips: BuiltDataSet {
  static let name = "taxi"
  static let summary = "taxi trips: floats, times, codes, some nulls"

  static let fields: [SchemaField] = [
    SchemaField("vendor_id", .int32),
    .timestamp("pickup_at", .microseconds, isAdjustedToUTC: false),
    .timestamp("dropoff_at", .microseconds, isAdjustedToUTC: false),
    SchemaField("passenger_count", .int64, .optional),
    SchemaField("trip_distance", .double),
    SchemaField("rate_code", .int64, .optional),
    .string("store_and_forward", .optional),
    SchemaField("pickup_zone", .int32), SchemaField("dropoff_zone", .int32),
    SchemaField("pickup_latitude", .float), SchemaField("pickup_longitude", .float),
    SchemaField("payment_type", .int64),
    SchemaField("fare", .double), SchemaField("extra", .double), SchemaField("tax", .double),
    SchemaField("tip", .double), SchemaField("tolls", .double), SchemaField("total", .double),
    SchemaField("congestion_fee", .double, .optional),
    SchemaField("is_shared", .boolean),
  ]

  private static let zoneCount = 265
  private var random = Random(seed: 20_240_101)
  /// Seconds since 1970-01-01 of the last ride's begin.
  private var clock = 1_704_067_200
  private let ridesPerMinute: Int

  init(rows rowCount: Int) {
    // A month has 44 640 minutes.
    ridesPerMinute = max(rowCount / 44_640, 1)
  }

  mutating func append(rows rowCount: Int, to builder: ColumnBatchBuilder) {
    let leaf = (0..<Self.fields.count).map { builder.leaf($0) }
    for _ in 0..<rowCount {
      clock += random.within(0...(119 / ridesPerMinute))
      // Rides are noted when their data comes in: nearly in the order of their begin.
      let begin = clock - random.skewed(600)
      let pickup = random.skewed(Self.zoneCount)
      let dropoff = random.chance(80) ? pickup : random.skewed(Self.zoneCount)
      let distance = (0.3 + 12 * random.unit() * random.unit() * random.unit())
        .rounded(decimals: 2)
      let duration = Int(distance * Double(random.within(150...420))) + random.within(30...240)
      let isKnown = !random.chance(45)
      let paysByCard = random.chance(780)
      let fare = 3 + 0.7 * (distance * 4 + Double(duration) / 120).rounded()
      let extra = [0, 0, 1, 2.5, 5][random.within(0...4)]
      let tolls = random.chance(60) ? 6.94 : 0
      let fee = random.chance(900) ? 2.5 : 0
      let tip =
        !paysByCard
        ? 0
        : random.chance(500)
          ? (fare * 0.2).rounded(decimals: 2) : Double(random.within(0...40)) * 0.25
      leaf[0].append(Int32(random.chance(740) ? 2 : 1))
      leaf[1].append(Int64(begin) * 1_000_000)
      leaf[2].append(Int64(begin + duration) * 1_000_000)
      leaf[4].append(distance)
      leaf[7].append(Int32(pickup + 1))
      leaf[8].append(Int32(dropoff + 1))
      leaf[9].append(Float(40.6 + Double(pickup % 16) * 0.015 + random.unit() * 0.015))
      leaf[10].append(Float(-74.05 + Double(pickup / 16) * 0.02 + random.unit() * 0.02))
      leaf[11].append(Int64(paysByCard ? 1 : random.within(2...4)))
      leaf[12].append(fare.rounded(decimals: 2))
      leaf[13].append(extra)
      leaf[14].append(0.5)
      leaf[15].append(tip)
      leaf[16].append(tolls)
      leaf[17].append((fare + extra + 0.5 + tip + tolls + (isKnown ? fee : 0)).rounded(decimals: 2))
      leaf[19].append(random.chance(15))
      if isKnown {
        leaf[3].append(Int64(1 + random.skewed(6)))
        leaf[5].append(Int64(random.chance(950) ? 1 : random.within(2...6)))
        leaf[6].append(random.chance(8) ? "Y" : "N")
        leaf[18].append(fee)
      } else {
        for index in [3, 5, 6, 18] { leaf[index].appendNull() }
      }
    }
  }
}
