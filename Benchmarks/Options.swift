import Parquet

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What the command line asks for.
struct BenchOptions {
  enum Mode {
    case help, write, read, encodings, serve, peers, memory, wide, wideStep, rows
    case kernels, kernel, check, baseline, growth, stream, weatherArchive, midas
    case ledgerMessages, stellar, archive
  }

  /// Something on the command line that is not understood.
  struct Problem: Error { var message: String }

  static let help = """
    bench: how fast, and how small, tables made in memory are written

      bench [--data NAME|all] [--rows N] [--codec C,…] [--threads N,…] [--runs N]
            [--only COLUMN,…] [--per-column] [--to DIR]
          rows/s, MB/s of the bytes in memory and bytes out, for each codec and number of threads;
          the median of --runs. Bytes are thrown away unless --to says where files go.
      bench --read FILE [--runs N] [--per-column]
          rows/s of reading a file whole into columns, by one thread; the median of --runs.
      bench --encodings [--data NAME|all] [--rows N] [--codec C,…] [--only COLUMN,…] [--verbose]
          the compressed bytes of each column's chunks as encoded by the automatic choice, beside
          those of the best single encoding forced; the columns that are more than 2 % larger, or
          all with --verbose. The status is 1 where there is one.
      bench --peers [--works W,…] [--data NAME,…] [--rows N] [--codec C,…] [--threads N,…] [--runs N]
            [--to DIR] [--json FILE] [--svg FILE] [--markdown FILE] [--check] [--at-least PERCENT]
          the same work done by this engine and by pyarrow, DuckDB and Polars in turn; `make bench`
          prepares what it needs, `bench --peers --help` says more.
      bench --memory [--columns N] [--bytes N] [--threads N] [--codec C] [--to DIR] [--limit N]
          the memory that writing a long stream of generated batches takes, sampled on the way. With
          --limit the status is 1 where it takes more bytes than that.
      bench --wide [--columns N] [--runs N] [--limit N] [--at-most PERCENT]
          a table of very many columns and 100 rows: the memory that writing and reading it takes,
          and the time that opening its footer takes beside pyarrow's. The status is 1 where it
          takes more bytes than --limit or a larger part of pyarrow's time than --at-most.
      bench --check | --baseline
          the instructions and allocations of each kernel, as callgrind counts them, against
          Benchmarks/baseline.json; the status is 1 where one grew by more than 3 %, 3 where the baseline
          is another machine's. --baseline writes it anew.
      bench --growth
          instructions a row at 0.1, 1 and 3 million rows, and a column of 2 000 rows beside 10, 100 and
          1 000 of them; the status is 1 where one is more than a tenth above the first.
      bench --stream [--rows N] [--threads N] [--codec C] [--limit N]
          a stream of 100 million rows: time and memory of each tenth. The status is 1 where the last takes
          a tenth longer than the second, or more than --limit bytes.
      bench --kernels | --kernel NAME [--rows N]
          the kernels, or one of them once.
      bench --midas [--station-years N] [--runs N] [--works W,…] [--to DIR] [--check]
          hourly weather of stations into Parquet by `parquet midas convert` and by DuckDB, in turns,
          and the size of what comes out beside pyarrow's; `bench --midas --help` says more.
      bench --weather-archive DIR [--station-years N] [--threads N]
          the files that --midas reads, of 2000 station-years where N does not say otherwise, into DIR.
      bench --stellar [--rows N] [--runs N] [--to DIR] [--check]
          ledger messages into an archive by `parquet stellar archive` and by DuckDB, in turns, the memory
          that it takes and its size beside pyarrow's; `bench --stellar --help` says more.
      bench --archive FILE [--rows N] [--runs N] [--threads N,…] [--at-least N]
          messages of a file through the library one at a time, messages/s; the status is 1 where there are
          fewer than --at-least.
      bench --ledger-messages FILE [--rows N] [--seed N] [--threads N]
          the messages that --stellar reads, a million where N does not say otherwise, into FILE.
      bench --rows-api [--rows N] [--runs N]
          rows/s of Swift values into batches and back, by a mapping beside builders, and through a
          file, by a mapping and by Codable.

    N takes Ki, Mi, Gi. Codecs: none, snappy, gzip, zstd, lz4_raw, brotli, with a level as in zstd:3.
    Data sets:

    """
    + DataSets.all.map { data in
      "  \(data.name)" + String(repeating: " ", count: max(1, 12 - data.name.utf8.count))
        + data.summary
    }.joined(separator: "\n")

  var mode = Mode.write
  /// The data set, or "all"; nil for what the mode takes by itself.
  var data: String?
  var isVerbose = false
  var rows: Int?
  var codecs: [Compression]?
  var threads: [Int]?
  var runs: Int?
  var only: [String] = []
  var perColumn = false
  var columnCount: Int?
  var columns: Int { columnCount ?? (mode == .memory ? 16 : 10_000) }
  var bytes = 10 << 30
  /// The bytes that a memory run may take.
  var limit: Int?
  /// What `--peers` hands over to its script.
  var scriptArguments: [String] = []
  /// The most time, in percent of the peer's.
  var atMost: Int?
  /// The least messages a second.
  var atLeast: Int?
  /// The kernel to run.
  var kernel = ""
  /// The file to read, or to write messages to.
  var path = ""
  /// What generated messages are a function of.
  var seed: Int?
  /// What a process for one step of a wide table does.
  var wideStep = ""
  /// The folder that files go to; nil throws the bytes away.
  var directory: String?
  /// How many years of one station each there are in an archive of weather.
  var stationYears: Int?

  init(_ arguments: [String]) throws(Problem) {
    for (script, mode) in [
      ("--peers", Mode.peers), ("--midas", .midas), ("--stellar", .stellar),
    ]
    where arguments.contains(script) {
      self.mode = mode
      scriptArguments = arguments.filter { $0 != script }
      return
    }
    var rest = arguments[...]
    func value(_ option: String) throws(Problem) -> String {
      guard let value = rest.popFirst() else {
        throw Problem(message: "\(option) needs a value")
      }
      return value
    }
    while let argument = rest.popFirst() {
      var option = argument
      if argument.hasPrefix("--"), let equals = argument.firstIndex(of: "=") {
        option = String(argument[..<equals])
        rest = [String(argument[argument.index(after: equals)...])] + rest
      }
      switch option {
      case "--help", "-h", "help": mode = .help
      case "--serve": mode = .serve
      case "--memory": mode = .memory
      case "--wide": mode = .wide
      case "--rows-api": mode = .rows
      case "--check": mode = .check
      case "--baseline": mode = .baseline
      case "--growth": mode = .growth
      case "--stream": mode = .stream
      case "--kernels": mode = .kernels
      case "--kernel":
        mode = .kernel
        kernel = try value(option)
      case "--read":
        mode = .read
        path = try value(option)
      case "--wide-step":
        mode = .wideStep
        wideStep = try value(option)
      case "--weather-archive":
        mode = .weatherArchive
        directory = try value(option)
      case "--station-years": stationYears = try Self.number(value(option), option)
      case "--ledger-messages":
        mode = .ledgerMessages
        path = try value(option)
      case "--archive":
        mode = .archive
        path = try value(option)
      case "--at-least": atLeast = try Self.number(value(option), option)
      case "--seed": seed = try Self.number(value(option), option)
      case "--encodings": mode = .encodings
      case "--data": data = try value(option)
      case "--verbose": isVerbose = true
      case "--per-column": perColumn = true
      case "--rows": rows = try Self.number(value(option), option)
      case "--runs": runs = try Self.number(value(option), option)
      case "--columns": columnCount = try Self.number(value(option), option)
      case "--bytes": bytes = try Self.number(value(option), option)
      case "--limit": limit = try Self.number(value(option), option)
      case "--at-most": atMost = try Self.number(value(option), option)
      case "--only": only = try value(option).split(separator: ",").map(String.init)
      case "--to": directory = try value(option)
      case "--threads":
        var counts: [Int] = []
        for text in try value(option).split(separator: ",") {
          counts.append(try Self.number(String(text), option))
        }
        threads = counts
      case "--codec":
        var list: [Compression] = []
        for text in try value(option).split(separator: ",") {
          list.append(try Self.codec(String(text)))
        }
        codecs = list
      default:
        throw Problem(message: "unknown option \(option); `bench --help` lists them")
      }
    }
  }

  /// A positive whole number, with Ki, Mi or Gi behind it or not.
  private static func number(_ text: String, _ option: String) throws(Problem) -> Int {
    let units = ["Ki": 10, "Mi": 20, "Gi": 30]
    let unit = units.first { text.hasSuffix($0.key) }
    let digits = unit == nil ? text[...] : text.dropLast(2)
    guard let number = Int(digits), number > 0 else {
      throw Problem(message: "\(option) takes a number like 4 or 16Mi, not \(text)")
    }
    let (product, overflow) = number.multipliedReportingOverflow(by: 1 << (unit?.value ?? 0))
    guard !overflow else { throw Problem(message: "\(option): \(text) is too large") }
    return product
  }

  private static func codec(_ text: String) throws(Problem) -> Compression {
    let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
    let level = parts.count > 1 ? Int(parts[1]) : nil
    if parts.count > 1, level == nil { throw Problem(message: "\(text): the level is a number") }
    switch (parts.first ?? "", level) {
    case ("none", nil): return .none
    case ("snappy", nil): return .snappy
    case ("lz4_raw", nil), ("lz4", nil): return .lz4Raw
    case ("gzip", let level): return .gzip(level: level ?? 6)
    case ("zstd", let level): return .zstd(level: level ?? 3)
    case ("brotli", let level): return .brotli(level: level ?? 4)
    default:
      throw Problem(
        message: "unknown codec \(text): none, snappy, gzip, zstd, lz4_raw or brotli")
    }
  }
}

/// Writes a line to standard error.
func printError(_ line: String) {
  var text = line + "\n"
  text.withUTF8 { unsafe _ = write(2, $0.baseAddress, $0.count) }
}
