import Parquet

/// Rows like those of TPC-H's table lineitem: its columns, types and distributions, in plain form
/// (values one after another, no dictionaries prepared).
///
/// The rows are a function of seed and scale; how many are taken at once does not change them.
struct Lineitem: DataSet {
  static let name = "lineitem"
  static let summary = "TPC-H's lineitem"
  static let usualRowCount = 2 << 20
  /// The columns; money is DECIMAL(15, 2).
  static let fields: [SchemaField] = [
    SchemaField("l_orderkey", .int64), SchemaField("l_partkey", .int64),
    SchemaField("l_suppkey", .int64), SchemaField("l_linenumber", .int32),
    .decimal("l_quantity", precision: 15, scale: 2),
    .decimal("l_extendedprice", precision: 15, scale: 2),
    .decimal("l_discount", precision: 15, scale: 2), .decimal("l_tax", precision: 15, scale: 2),
    .string("l_returnflag"), .string("l_linestatus"), .date("l_shipdate"), .date("l_commitdate"),
    .date("l_receiptdate"), .string("l_shipinstruct"), .string("l_shipmode"), .string("l_comment"),
  ]

  private static let instructions = [
    "DELIVER IN PERSON", "COLLECT COD", "NONE", "TAKE BACK RETURN",
  ].map { Array($0.utf8) }
  private static let modes = ["REG AIR", "AIR", "RAIL", "SHIP", "TRUCK", "MAIL", "FOB"].map {
    Array($0.utf8)
  }
  /// Days since 1970-01-01 of the first order, 1992-01-01, the last, 1998-08-02, and of the day that
  /// divides past from future, 1995-06-17.
  private static let firstOrder = 8035
  private static let lastOrder = 10440
  private static let today = 9298

  private let pool: TextPool
  private let parts: Int
  private let suppliers: Int
  private var random: Random
  private var order = 0
  private var orderDate = 0
  private var line = 0
  private var lineCount = 0

  /// The rows of a table of TPC-H's scale that has about `rowCount` of them.
  init(rows rowCount: Int) {
    self.init(
      scale: max(1, (rowCount + 3_000_000) / 6_000_000), seed: 19_920_101,
      pool: TextPool(byteCount: 16 << 20, seed: 7))
  }

  /// A generator of rows; `scale` is TPC-H's scale factor, which sets how many parts there are.
  init(scale: Int, seed: UInt64, pool: TextPool) {
    self.pool = pool
    parts = 200_000 * scale
    suppliers = 10_000 * scale
    random = Random(seed: seed)
  }

  /// The next `rowCount` rows, as one column for each of ``fields``.
  mutating func next(rows rowCount: Int) -> [Column] {
    var int64 = (0..<7).map { _ in [Int64](repeating: 0, count: rowCount) }
    var int32 = (0..<4).map { _ in [Int32](repeating: 0, count: rowCount) }
    var text = (0..<5).map { _ in TextColumn(rows: rowCount) }
    for row in 0..<rowCount {
      if line == lineCount { nextOrder() }
      line &+= 1
      let part = random.within(1...parts)
      let step = random.within(0...3) &* (suppliers / 4 &+ (part &- 1) / suppliers)
      let quantity = random.within(1...50)
      let price = 90_000 &+ (part / 10) % 20_001 &+ 100 &* (part % 1_000)
      int64[0][row] = Int64(order / 8 &* 32 &+ order % 8 &+ 1)
      int64[1][row] = Int64(part)
      int64[2][row] = Int64((part &- 1 &+ step) % suppliers &+ 1)
      int32[0][row] = Int32(line)
      int64[3][row] = Int64(quantity &* 100)
      int64[4][row] = Int64(quantity &* price)
      int64[5][row] = Int64(random.within(0...10))
      int64[6][row] = Int64(random.within(0...8))
      let shipped = orderDate &+ random.within(1...121)
      let received = shipped &+ random.within(1...30)
      int32[1][row] = Int32(shipped)
      int32[2][row] = Int32(orderDate &+ random.within(30...90))
      int32[3][row] = Int32(received)
      let flag = received > Self.today ? "N" : random.within(0...1) == 0 ? "R" : "A"
      text[0].append(flag.utf8.first ?? 78)
      text[1].append(shipped > Self.today ? 79 : 70)
      text[2].append(random.pick(Self.instructions)[...])
      text[3].append(random.pick(Self.modes)[...])
      let length = random.within(10...43)
      let start = random.within(0...pool.bytes.count &- length)
      text[4].append(pool.bytes[start..<start &+ length])
    }
    func fixed<T: BitwiseCopyable>(_ values: [T]) -> Column {
      Column(.fixed(width: MemoryLayout<T>.size, Bytes(copying: values)))
    }
    let i = int64.map(fixed)
    let d = int32.map(fixed)
    let t = text.map(\.column)
    return [
      i[0], i[1], i[2], d[0], i[3], i[4], i[5], i[6], t[0], t[1], d[1], d[2], d[3], t[2], t[3],
      t[4],
    ]
  }

  private mutating func nextOrder() {
    order &+= 1
    orderDate = random.within(Self.firstOrder...Self.lastOrder)
    line = 0
    lineCount = random.within(1...7)
  }
}

/// Texts one after another, and where each begins.
private struct TextColumn {
  private var bytes: [UInt8] = []
  private var offsets: [UInt32] = [0]

  init(rows: Int) { offsets.reserveCapacity(rows + 1) }

  mutating func append(_ byte: UInt8) {
    bytes.append(byte)
    offsets.append(UInt32(bytes.count))
  }

  mutating func append(_ text: ArraySlice<UInt8>) {
    bytes.append(contentsOf: text)
    offsets.append(UInt32(bytes.count))
  }

  /// All letters are ASCII, so there is nothing to validate.
  var column: Column {
    Column(
      ColumnValues(
        uncheckedOffsets: Bytes(copying: offsets), bytes: Bytes(copying: bytes), isText: true))
  }
}
