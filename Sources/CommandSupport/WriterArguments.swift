public import Parquet

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The options that every command takes which writes Parquet, and what they say.
public struct WriterArguments: Sendable {
  /// The options, for a command's table.
  public static let options = ownOptions + EncryptionArguments.options

  private static let ownOptions = [
    CommandOption(
      "compression", "C", repeats: true,
      summary: "snappy (default), none, gzip[:1-9], zstd[:1-22], lz4_raw (or lz4), brotli[:0-11];"
        + " COLUMN=C for one column"),
    CommandOption(
      "encoding", "E", repeats: true,
      summary: "auto (default), \(encodings.dropFirst().map(\.name).joined(separator: ", "));"
        + " COLUMN=E for one column; alp is a preview that few readers know"),
    CommandOption(
      "profile", "P",
      summary: "what the file is written for: latest (default), spark, hive, bigquery, clickhouse;"
        + " changes types that it does not read, and chooses encodings that it does"),
    CommandOption("row-group-rows", "N", summary: "the most rows of a row group: 1048576"),
    CommandOption(
      "row-group-bytes", "N", summary: "the bytes after which a row group is closed: 128Mi"),
    CommandOption("page-version", "V", summary: "1 (default), 2"),
    CommandOption("page-rows", "N", summary: "the most rows of a page: 20000"),
    CommandOption("page-bytes", "N", summary: "the bytes after which a page is closed: 1Mi"),
    CommandOption("dictionary-bytes", "N", summary: "the most bytes of a dictionary: 1Mi"),
    CommandOption("statistics", "S", summary: "page (default), chunk, none"),
    CommandOption(
      "column-order", "O",
      summary: "the order of bounds of floating-point columns: type (default), ieee754"),
    CommandOption(
      "int96", "A,B.C", summary: "timestamp columns that are written as INT96, which is deprecated"),
    CommandOption("bloom", "A,B.C", summary: "columns that get a bloom filter: none"),
    CommandOption(
      "bloom-fpp", "P", summary: "the share of absent values that a bloom filter lets pass: 0.01"),
    CommandOption(
      "sort", "A[:desc],B.C",
      summary: "sort the rows of each row group by these columns; :desc for large values first,"
        + " :nulls_first for nulls first (last otherwise)"),
    CommandOption(
      "threads", "N",
      summary:
        "threads that parse and encode; the file is the same for every number: one a processor"),
    CommandOption(
      "memory", "BYTES", summary: "a ceiling for buffered data: none but row-group-bytes"),
    CommandOption(
      "metadata", "KEY=VALUE", repeats: true, summary: "a pair for the file's metadata"),
    CommandOption("overwrite", summary: "replace OUTPUT where it exists"),
  ]

  private static let encodings: [(name: String, value: WriterOptions.EncodingChoice)] = [
    ("auto", .automatic), ("plain", .always(.plain)), ("dictionary", .always(.rleDictionary)),
    ("delta_binary_packed", .always(.deltaBinaryPacked)),
    ("delta_length_byte_array", .always(.deltaLengthByteArray)),
    ("delta_byte_array", .always(.deltaByteArray)),
    ("byte_stream_split", .always(.byteStreamSplit)), ("rle", .always(.rle)),
    ("alp", .always(.alp)),
  ]

  /// What the engine is told.
  public var options = WriterOptions()
  /// Whether a file that is there already is replaced.
  public let overwrites: Bool

  /// What `arguments` say.
  ///
  /// - Throws: ``UsageError`` for a value that cannot be.
  public init(_ arguments: Arguments) throws(UsageError) {
    overwrites = arguments.has("overwrite")
    for text in arguments.values("compression") {
      let (column, choice) = WriterArguments.split(text)
      let compression = try WriterArguments.compression(choice)
      if let column {
        options.columnCompression[column] = compression
      } else {
        options.compression = compression
      }
    }
    for text in arguments.values("encoding") {
      let (column, choice) = WriterArguments.split(text)
      guard let encoding = WriterArguments.encodings.first(where: { $0.name == choice }) else {
        throw UsageError(
          "--encoding \(text): valid are "
            + WriterArguments.encodings.map(\.name).joined(separator: ", "))
      }
      if let column {
        options.columnEncodings[column] = encoding.value
      } else {
        options.encoding = encoding.value
      }
    }
    let profiles = Profile.allCases.map { (name: $0.rawValue, value: $0) }
    if let profile = try arguments.choice("profile", profiles) { options.profile = profile }
    try readLimits(arguments)
    let versions: [(name: String, value: WriterOptions.PageVersion)] = [("1", .v1), ("2", .v2)]
    if let version = try arguments.choice("page-version", versions) {
      options.pageVersion = version
    }
    let levels: [(name: String, value: WriterOptions.StatisticsLevel)] = [
      ("page", .page), ("chunk", .chunk), ("none", .none),
    ]
    if let level = try arguments.choice("statistics", levels) { options.statistics = level }
    let orders: [(name: String, value: ColumnOrder)] = [
      ("type", .typeDefined), ("ieee754", .ieee754Total),
    ]
    if let order = try arguments.choice("column-order", orders) { options.floatOrder = order }
    if let columns = try arguments.list("int96") { options.int96Columns = Set(columns) }
    if let columns = try arguments.list("bloom") { options.bloomColumns = Set(columns) }
    if let text = arguments.value("bloom-fpp") {
      let least = WriterOptions.leastBloomFalsePositiveRate
      guard let share = Double(text), share >= least, share < 1 else {
        throw UsageError("--bloom-fpp \(text): must be a number of \(least) or more, and below 1")
      }
      options.bloomFalsePositiveRate = share
    }
    options.sortKeys = try WriterArguments.sortKeys(arguments)
    options.encryption = try EncryptionArguments.encryption(arguments)
    for text in arguments.values("metadata") {
      guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
        throw UsageError("--metadata \(text): must be KEY=VALUE")
      }
      options.keyValues.append(
        KeyValue(String(text[..<equals]), String(text[text.index(after: equals)...])))
    }
  }

  /// A writer of rows with `schema` to `sink`.
  ///
  /// - Throws: ``Parquet/ParquetError``, caused by a ``UsageError`` where an option names a column that the
  ///   schema does not have, or asks of one what its type does not allow.
  public func writer(to sink: any ByteSink, schema: Schema) throws(ParquetError) -> ParquetWriter {
    do throws(UsageError) { try check(against: schema) } catch {
      throw ParquetError(.invalidArgument, error.message, cause: error)
    }
    do throws(ParquetError) {
      return try ParquetWriter(sink, schema: schema, options: options)
    } catch {
      guard error.code == .invalidArgument else { throw error }
      throw ParquetError(
        .invalidArgument, error.description, cause: UsageError(error.description))
    }
  }

  /// A sink for the file at `path`, which replaces one that is there only where that is asked for.
  public func fileSink(_ path: String) throws(ParquetError) -> FileSink {
    do throws(ParquetError) {
      return try FileSink(path: path, overwrite: overwrites)
    } catch {
      guard error.systemErrorNumber == EEXIST else { throw error }
      var error = error
      error.message = "exists already; --overwrite replaces it"
      throw error
    }
  }

  /// The names of the given options that say how Parquet is written.
  public static func givenOptions(_ arguments: Arguments) -> [String] {
    options.map(\.name).filter { $0 != "overwrite" && arguments.has($0) }
  }

  /// Checks that the columns which options name are in the schema.
  public func check(against schema: Schema) throws(UsageError) {
    for (option, names) in [
      ("compression", options.columnCompression.keys.sorted()),
      ("encoding", options.columnEncodings.keys.sorted()),
      ("bloom", options.bloomColumns.sorted()), ("int96", options.int96Columns.sorted()),
      ("sort", options.sortKeys.map(\.column)),
      ("encrypt", options.encryption?.columns.keys.sorted() ?? []),
    ] {
      for name in names where schema.leaf(at: name) == nil {
        throw .unknownColumn(name, option: option, schema: schema)
      }
    }
  }

  /// The number of processors that this process may use.
  public static var processorCount: Int { Parallel.processorCount }

  private mutating func readLimits(_ arguments: Arguments) throws(UsageError) {
    let counts = 1...Int(Int32.max)
    let sizes = 1...(1 << 40)
    if let n = try arguments.integer("row-group-rows", in: 1...Int.max) { options.rowGroupRows = n }
    if let n = try arguments.byteCount("row-group-bytes", in: sizes) { options.rowGroupBytes = n }
    if let n = try arguments.integer("page-rows", in: counts) { options.pageRows = n }
    // A page's size is a signed 32-bit number in the file.
    if let n = try arguments.byteCount("page-bytes", in: 1...(1 << 30)) { options.pageBytes = n }
    if let n = try arguments.byteCount("dictionary-bytes", in: 1...(1 << 30)) {
      options.dictionaryBytes = n
    }
    if let n = try arguments.byteCount("memory", in: sizes) { options.memoryLimit = n }
    options.threads =
      try arguments.integer("threads", in: 1...1024) ?? WriterArguments.processorCount
  }

  /// The columns of `--sort`, each with what stands behind its colons.
  private static func sortKeys(_ arguments: Arguments) throws(UsageError) -> [SortKey] {
    var keys: [SortKey] = []
    for part in try arguments.list("sort") ?? [] {
      var key = SortKey(part)
      // A name may have colons itself: only the known words at its end are no part of it.
      suffixes: while let colon = key.column.lastIndex(of: ":") {
        switch key.column[key.column.index(after: colon)...] {
        case "asc": key.isDescending = false
        case "desc": key.isDescending = true
        case "nulls_first": key.nullsFirst = true
        case "nulls_last": key.nullsFirst = false
        default: break suffixes
        }
        key.column = String(key.column[..<colon])
      }
      guard !key.column.isEmpty else {
        throw UsageError("--sort \(part): a name is empty")
      }
      guard !keys.contains(where: { $0.column == key.column }) else {
        throw UsageError("--sort: \(key.column) is given twice")
      }
      keys.append(key)
    }
    return keys
  }

  /// A choice for all columns, or for the one before the last `=`.
  private static func split(_ text: String) -> (column: String?, choice: String) {
    guard let equals = text.lastIndex(of: "=") else { return (nil, text) }
    return (String(text[..<equals]), String(text[text.index(after: equals)...]))
  }

  private static func compression(_ text: String) throws(UsageError) -> Compression {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    func level(_ legal: ClosedRange<Int>) throws(UsageError) -> Int? {
      guard parts.count == 2 else { return nil }
      guard let level = Int(parts[1]), legal.contains(level) else {
        throw UsageError(
          "--compression \(text): \(parts[0]) has levels"
            + " \(legal.lowerBound) to \(legal.upperBound)")
      }
      return level
    }
    switch parts[0] {
    case "gzip": return try level(1...9).map { .gzip(level: $0) } ?? .gzip()
    case "zstd": return try level(1...22).map { .zstd(level: $0) } ?? .zstd()
    case "brotli": return try level(0...11).map { .brotli(level: $0) } ?? .brotli()
    case "snappy" where parts.count == 1: return .snappy
    case "none" where parts.count == 1: return .none
    case "lz4_raw" where parts.count == 1, "lz4" where parts.count == 1: return .lz4Raw
    default:
      throw UsageError(
        "--compression \(text): valid are snappy, none, gzip[:1-9], zstd[:1-22], lz4_raw, lz4,"
          + " brotli[:0-11]")
    }
  }
}

extension UsageError {
  /// The error of an option that names a column the schema does not have; `others` are names that the option
  /// takes beside the paths of the leaves.
  public static func unknownColumn(
    _ name: String, option: String, schema: Schema, others: [ColumnPath] = []
  ) -> UsageError {
    let paths = schema.leaves.map(\.path.description)
    let hint =
      Spelling.nearest(to: name, in: paths + others.map(\.description)).map {
        ", did you mean \($0)?"
      } ?? ""
    let shown = paths.prefix(20).joined(separator: ", ") + (paths.count > 20 ? ", …" : "")
    return UsageError("--\(option): there is no column \(name)\(hint) (valid: \(shown))")
  }
}
