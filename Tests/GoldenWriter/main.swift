// Writes tables as Parquet files, each beside a JSON file of what a reader has to find in it.
//
//   golden-writer golden DIR
//   golden-writer shapes DIR [--limit ROWS]
//   golden-writer random|alp DIR --seed S --count N [--start K]

import GoldenTables
import Parquet

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

func fail(_ message: String, status: Int32 = 1) -> Never {
  let line = [UInt8]("golden-writer: \(message)\n".utf8)
  _ = unsafe write(STDERR_FILENO, line, line.count)
  exit(status)
}

func usage(_ message: String) -> Never {
  fail(
    message + "\nusage: golden-writer golden DIR"
      + "\n       golden-writer shapes DIR [--limit ROWS]"
      + "\n       golden-writer random|alp DIR --seed S --count N [--start K]", status: 2)
}

func save(_ bytes: [UInt8], as path: String) {
  guard let file = unsafe fopen(path, "wb") else { fail("\(path): cannot be opened for writing") }
  let written = unsafe fwrite(bytes, 1, bytes.count, file)
  guard unsafe fclose(file) == 0, written == bytes.count else { fail("\(path): cannot be written") }
}

/// Writes `table` and its expectation.
func save(_ table: GoldenTable, in directory: String) throws(ParquetError) {
  let (bytes, written) = try table.write()
  // Where bytes decide, only the writer can say where row groups end; their content is still held
  // against the source rows.
  let rowGroups = table.expectedRowGroups ?? written.metadata.rowGroups.map { Int($0.rowCount) }
  guard rowGroups.reduce(0, +) == table.rows.count else {
    fail("\(table.name): the row groups do not add up to \(table.rows.count) rows: \(rowGroups)")
  }
  save(bytes, as: "\(directory)/\(table.name).parquet")
  save(Expectation.json(for: table, rowGroups: rowGroups), as: "\(directory)/\(table.name).json")
}

/// The numbers that follow the options among `arguments`, from the third one on.
func numbers(_ arguments: [String], _ options: Set<String>) -> [String: Int] {
  var numbers: [String: Int] = [:]
  var i = 2
  while i < arguments.count {
    guard options.contains(arguments[i]), i + 1 < arguments.count,
      let number = Int(arguments[i + 1]), number >= 0
    else { usage("\(arguments[i]): an option with a number is needed") }
    numbers[arguments[i]] = number
    i += 2
  }
  return numbers
}

func run(_ arguments: [String]) throws(ParquetError) {
  guard arguments.count >= 2 else { usage("a mode and a directory are needed") }
  let directory = arguments[1]
  switch arguments[0] {
  case "golden":
    guard arguments.count == 2 else { usage("golden takes a directory and nothing else") }
    for table in try GoldenSet.tables() { try save(table, in: directory) }
  case "shapes":
    let limit = numbers(arguments, ["--limit"])["--limit"] ?? 300
    guard limit > 1 else { usage("--limit is at least 2") }
    for table in try SmallModel.tables(depth: 3, limit: limit) { try save(table, in: directory) }
  case "random", "alp":
    let numbers = numbers(arguments, ["--seed", "--count", "--start"])
    guard let seed = numbers["--seed"], let count = numbers["--count"] else {
      usage("\(arguments[0]) takes --seed and --count")
    }
    let start = numbers["--start"] ?? 0
    for number in start..<start + count {
      let name = "\(arguments[0])-\(seed)-\(number)"
      // Each table has a seed of its own, so that one can be made again alone.
      let own = UInt64(seed) &* 1_000_003 &+ UInt64(number)
      do throws(ParquetError) {
        if arguments[0] == "alp" {
          var maker = FloatTables(seed: own)
          try save(maker.alpTable(named: name), in: directory)
        } else {
          var maker = RandomTables(seed: own)
          try save(maker.table(named: name), in: directory)
        }
      } catch { throw error.adding(file: name) }
    }
  default: usage("\(arguments[0]): no such mode")
  }
}

do {
  try run(Array(CommandLine.arguments.dropFirst()))
} catch { fail("\(error)") }
