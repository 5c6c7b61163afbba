import Parquet

/// Requests to web servers as text: addresses, identifiers, log lines.
struct WebText: BuiltDataSet {
  static let name = "strings"
  static let summary = "URLs, UUIDs, log lines"

  static let fields: [SchemaField] = [
    .string("url"), .string("host"), .string("path"), .string("referrer", .optional),
    .string("user_agent"), .string("request_id"),
    SchemaField("trace_id", .fixedLengthByteArray(byteCount: 16), logicalType: .uuid),
    .string("log_line"), .string("message"), .string("session"), .string("country", .optional),
    SchemaField("status_text", .byteArray, logicalType: .enumeration),
  ]

  private static let sections = [
    "products", "articles", "users", "search", "images", "api/v2/orders", "help",
  ]
  private static let countries = ["GB", "DE", "FR", "US", "NL", "SE", "PL", "IT", "ES", "JP"]
  private static let levels = ["INFO", "INFO", "INFO", "DEBUG", "WARN", "ERROR"]
  private static let states = ["OK", "OK", "OK", "NOT_FOUND", "MOVED", "SERVER_ERROR"]
  private static let agents = (0..<180).map { index in
    "Browser/\(80 + index % 40).0 (System \(index % 7); rv:\(index % 13)) Engine/\(600 + index % 5)"
  }

  private var random = Random(seed: 777)
  private let pool = TextPool(byteCount: 1 << 20, seed: 8)
  private var milliseconds = 0
  private var text = Text()

  init(rows rowCount: Int) {}

  mutating func append(rows rowCount: Int, to builder: ColumnBatchBuilder) {
    let leaf = (0..<Self.fields.count).map { builder.leaf($0) }
    for _ in 0..<rowCount {
      milliseconds += random.within(0...40)
      let host = "www.shop-\(random.skewed(400)).example"
      let section = random.pick(Self.sections)
      let item = random.skewed(50_000)
      let status = random.pick(Self.states)
      text.clear()
      text.add("/\(section)/")
      text.add(item, width: 6)
      let path = text
      text.add("?page=\(1 + random.skewed(30))&ref=")
      text.addHex(8, &random)
      let tail = text
      leaf[2].append(path)

      text.clear()
      text.add("https://" + host)
      text.add(tail.bytes)
      leaf[0].append(text)
      leaf[1].append(host)
      if random.chance(300) {
        leaf[3].appendNull()
      } else {
        leaf[3].append("https://search.example/q/\(random.skewed(3_000))")
      }
      leaf[4].append(Self.agents[random.skewed(Self.agents.count)])

      text.clear()
      for (index, count) in [8, 4, 4, 4, 12].enumerated() {
        if index > 0 { text.add("-") }
        text.addHex(count, &random)
      }
      leaf[5].append(text)

      let words = [random.next(), random.next()]
      unsafe leaf[6].append(bytes: words.span.bytes)

      text.clear()
      addTime()
      text.add(" \(random.pick(Self.levels)) [worker-\(random.within(1...16))] GET ")
      text.add(path.bytes)
      text.add(" \(status) in \(random.skewed(900)) ms, \(random.skewed(100_000)) bytes")
      leaf[7].append(text)

      let length = random.within(20...160)
      let start = random.within(0...pool.bytes.count - length)
      text.clear()
      text.add(Array(pool.bytes[start..<start + length]))
      leaf[8].append(text)

      let first = random.next()
      let second = random.next()
      text.clear()
      text.addBase64(
        (0..<12).map { UInt8(truncatingIfNeeded: ($0 < 8 ? first : second) &>> (8 * ($0 & 7))) })
      leaf[9].append(text)
      if random.chance(20) {
        leaf[10].appendNull()
      } else {
        leaf[10].append(random.pick(Self.countries))
      }
      leaf[11].append(status)
    }
  }

  /// Adds the time of day, in a log's form.
  private mutating func addTime() {
    let seconds = milliseconds / 1000
    text.add("2024-03-05T")
    text.add(seconds / 3600 % 24, width: 2)
    text.add(":")
    text.add(seconds / 60 % 60, width: 2)
    text.add(":")
    text.add(seconds % 60, width: 2)
    text.add(".")
    text.add(milliseconds % 1000, width: 3)
    text.add("Z")
  }
}
