import Dispatch
import Parquet
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What the automatic choice of encodings costs in bytes: each column's compressed chunks beside those that
/// every single encoding makes, forced for the whole column.
struct EncodingBenchmark {
  /// The ratio of the automatic choice to the best single encoding that is still good.
  static let largestRatio = 1.02

  private let options: BenchOptions
  private let codecs: [Compression]

  init(_ options: BenchOptions) {
    self.options = options
    codecs = options.codecs ?? EncodingBenchmark.builtInCodecs
  }

  private static var builtInCodecs: [Compression] {
    var codecs: [Compression] = [.none, .snappy, .gzip(), .zstd(level: 1), .zstd(level: 3)]
    #if LZ4
      codecs.append(.lz4Raw)
    #endif
    #if Brotli
      codecs.append(.brotli())
    #endif
    return codecs
  }

  /// Prints the table.
  ///
  /// - Throws: ``ParquetError`` with code `limitExceeded` where a chunk is larger than it should be.
  func run() throws(ParquetError) {
    var worst = 0.0
    var columnCount = 0
    var tooLarge = 0
    print(
      "compressed bytes of each column's chunks: the automatic choice to the best single encoding\n"
    )
    print(row("data", "rows", "codec", "columns", "auto", "best single", "worst", "of column"))
    for data in try DataSets.named(options.data ?? "all") {
      let rows = options.rows ?? data.usualRowCount
      let results = try measure(BenchTable(data, rows: rows, only: options.only))
      for codec in codecs {
        let own = results.filter { $0.codec == codec }.sorted { $0.ratio > $1.ratio }
        guard let first = own.first else { continue }
        print(
          row(
            data.name, "\(rows)", codec.label, "\(own.count)", "\(own.reduce(0) { $0 + $1.auto })",
            "\(own.reduce(0) { $0 + $1.best.byteCount })", fixed(first.ratio, 4), first.path))
        let large = own.filter { $0.ratio > Self.largestRatio }
        for result in options.isVerbose ? own : large { print("    " + result.description) }
        worst = max(worst, first.ratio)
        columnCount += own.count
        tooLarge += large.count
      }
      fflush(nil)
    }
    print(
      "\nworst ratio \(fixed(worst, 4)); above \(fixed(Self.largestRatio, 2)):"
        + " \(tooLarge) of \(columnCount) columns")
    if tooLarge > 0 {
      throw ParquetError(
        .limitExceeded, "the automatic choice is more than 2 % larger than the best single encoding"
      )
    }
  }

  private func row(_ cells: String...) -> String {
    let widths = [10, 9, 9, 8, 12, 12, 8]
    return zip(cells, widths).map { cell, width in
      cell + String(repeating: " ", count: max(1, width - cell.utf8.count))
    }.joined() + (cells.last ?? "")
  }

  // MARK: Measuring

  private func measure(_ table: BenchTable) throws(ParquetError) -> [Result] {
    let jobs = table.schema.leaves.indices.flatMap { leaf in codecs.map { (leaf, $0) } }
    let cores = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    let threads = min(options.threads?.first ?? cores, jobs.count)
    let next = Atomic(0)
    let results = Mutex<[(job: Int, result: Result)]>([])
    let failure = Mutex<ParquetError?>(nil)
    DispatchQueue.concurrentPerform(iterations: threads) { _ in
      while true {
        let job = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard job < jobs.count else { return }
        do throws(ParquetError) {
          let result = try measure(table.column(jobs[job].0), jobs[job].1)
          results.withLock { $0.append((job, result)) }
        } catch {
          failure.withLock { $0 = $0 ?? error }
        }
      }
    }
    if let failure = failure.withLock({ $0 }) { throw failure }
    return results.withLock { $0.sorted { $0.job < $1.job }.map(\.result) }
  }

  /// Measures a table of one column.
  private func measure(
    _ table: BenchTable, _ codec: Compression
  ) throws(ParquetError) -> Result {
    let leaf = table.schema.leaves[0]
    var singles: [Single] = []
    for encoding in Self.encodings(leaf.physicalType, andOthers: options.isVerbose) {
      singles.append(
        Single(
          encoding: encoding,
          chunks: try chunks(table, codec, .always(encoding)).map(\.totalCompressedByteCount),
          isCandidate: Self.encodings(leaf.physicalType, andOthers: false).contains(encoding)))
    }
    let auto = try chunks(table, codec, .automatic)
    return Result(
      path: leaf.path.description, codec: codec, chunks: auto.map(\.totalCompressedByteCount),
      encodings: Set(auto.flatMap(dataEncodings)).sorted(),
      singles: singles)
  }

  /// The chunks of a table of one column, written in one way.
  private func chunks(
    _ table: BenchTable, _ codec: Compression, _ encoding: WriterOptions.EncodingChoice
  ) throws(ParquetError) -> [ColumnMetadata] {
    var writer = WriterOptions()
    writer.compression = codec
    writer.columnEncodings[table.schema.leaves[0].path.description] = encoding
    // Row groups that end at the same rows, whatever the encoding.
    writer.rowGroupBytes = .max / 2
    let file = try writeOnce(table, writer, to: nil)
    return file.rowGroups.compactMap { $0.columns[0].metadata }
  }

  /// The encodings of a chunk's data pages.
  private func dataEncodings(_ chunk: ColumnMetadata) -> [String] {
    (chunk.encodingStatistics ?? []).filter { $0.pageType != .dictionaryPage }.map {
      $0.encoding.name.lowercased()
    }
  }

  /// The single encodings that the automatic choice may be held against: those it chooses among. Others
  /// that are legal are not read by every engine.
  private static func encodings(_ type: PhysicalType, andOthers: Bool) -> [Encoding] {
    switch type {
    case .boolean: [.plain, .rle]
    case .int32, .int64:
      [.plain, .rleDictionary, .deltaBinaryPacked] + (andOthers ? [.byteStreamSplit] : [])
    case .float, .double: [.plain, .rleDictionary, .byteStreamSplit]
    case .byteArray: [.plain, .rleDictionary, .deltaLengthByteArray, .deltaByteArray]
    case .fixedLengthByteArray:
      [.plain, .rleDictionary] + (andOthers ? [.deltaByteArray, .byteStreamSplit] : [])
    case .int96: [.plain, .rleDictionary]
    }
  }

  /// A column in one encoding.
  private struct Single {
    var encoding: Encoding
    /// The compressed bytes of each row group's chunk.
    var chunks: [Int]
    /// Whether the automatic choice may take it.
    var isCandidate: Bool

    var byteCount: Int { chunks.reduce(0, +) }
  }

  /// A column with one codec.
  private struct Result {
    var path: String
    var codec: Compression
    /// The compressed bytes of each row group's chunk, as chosen automatically.
    var chunks: [Int]
    /// What was chosen.
    var encodings: [String]
    var singles: [Single]

    var auto: Int { chunks.reduce(0, +) }

    /// The best single encoding of the whole column.
    var best: Single {
      singles.filter(\.isCandidate).min { $0.byteCount < $1.byteCount } ?? singles[0]
    }

    /// The largest of the chunks' ratios to the smallest that a single encoding makes of the same chunk.
    var ratio: Double {
      chunks.indices.map { chunk in
        let best = singles.filter(\.isCandidate).map { $0.chunks[chunk] }.min() ?? 1
        return Double(chunks[chunk]) / Double(max(best, 1))
      }.max() ?? 1
    }

    var description: String {
      let sizes = singles.map {
        "\($0.encoding.name.lowercased()) \($0.byteCount)" + ($0.isCandidate ? "" : " (not chosen)")
      }
      return "\(fixed(ratio, 4)) \(path): auto \(auto) (\(encodings.joined(separator: " "))); "
        + sizes.joined(separator: ", ")
    }
  }
}
