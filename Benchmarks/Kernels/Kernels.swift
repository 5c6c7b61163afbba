import Parquet
import Tables

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The kernels that there are: each encoding, codec, statistic and text format by itself, where nothing else
/// costs much, and the data sets as they are written and read by default.
enum Kernels {
  static var all: [Kernel] { [control] + encodings + codecs + extras + texts + dataSets }

  /// The kernel called `name`: one of ``all`` or of ``columnCounts``.
  static func named(_ name: String) -> Kernel? { (all + columnCounts).first { $0.name == name } }

  /// As many allocations as rows and nothing else: shows whether allocations are counted right.
  private static var control: Kernel {
    Kernel(name: controlName, rowCount: 1_000) { (rows) throws(ParquetError) in
      // Where the compiler does not see them used, it leaves allocations out.
      var made = unsafe [UnsafeMutableRawPointer?](repeating: nil, count: rows)
      return { () throws(ParquetError) in
        for row in 0..<rows { unsafe made[row] = malloc(32) }
        return rows
      }
    }
  }

  /// `guard.py` knows it by this name.
  private static let controlName = "control-allocations"

  private static let rowCount = 65_536

  // MARK: Encodings

  /// Writing and reading a column in each of its encodings, without codec and statistics.
  private static var encodings: [Kernel] {
    KernelColumn.all.flatMap { column in
      column.encodings.flatMap { encoding in
        let name = "\(column.name)-\(encoding.name.lowercased())"
        var options = WriterOptions()
        options.compression = .none
        options.statistics = .none
        options.encoding = .always(encoding)
        return pair(name, rowCount: rowCount, options) { (rows) throws(ParquetError) in
          try column.table(rows: rows)
        }
      }
    }
  }

  // MARK: Codecs

  private static var codecs: [Kernel] {
    let codecs: [Compression] = [
      .snappy, .zstd(level: 1), .zstd(level: 3), .gzip(level: 6), .lz4Raw,
    ]
    return codecs.flatMap { codec in
      var options = WriterOptions()
      options.compression = codec
      options.statistics = .none
      options.encoding = .always(.plain)
      return pair("codec-\(codec.label)", rowCount: 16_384, options) {
        (rows) throws(ParquetError) in
        try KernelColumn.text.table(rows: rows)
      }
    }
  }

  // MARK: Statistics, bloom filters, footers, filters

  private static var extras: [Kernel] {
    var kernels: [Kernel] = []
    for column in [KernelColumn.integer, .double, .text, .fixedDecimal] {
      var options = WriterOptions()
      options.compression = .none
      options.encoding = .always(.plain)
      kernels.append(
        writing("statistics-\(column.name)", rowCount: rowCount, options) {
          (rows) throws(ParquetError) in try column.table(rows: rows)
        })
      options.statistics = .none
      options.bloomColumns = [column.name]
      guard column.name != KernelColumn.double.name else { continue }
      kernels.append(
        writing("bloom-\(column.name)", rowCount: rowCount, options) {
          (rows) throws(ParquetError) in try column.table(rows: rows)
        })
    }
    kernels.append(
      Kernel(name: "open-footer-2000-columns", rowCount: 16) { (rows) throws(ParquetError) in
        let source = try file(try KernelColumn.wide(columns: 2_000, rows: rows), WriterOptions())
        return { () throws(ParquetError) in try ParquetReader(source).rowCount }
      })
    kernels.append(
      Kernel(name: "filter-1-percent", rowCount: rowCount) { (rows) throws(ParquetError) in
        let table = try BenchTable(Lineitem.self, rows: rows)
        let source = try file(table, WriterOptions())
        // Lineitem's keys ascend, about four rows to a key.
        let key = Int64(rows / 8)
        return { () throws(ParquetError) in
          let reader = try ParquetReader(source)
          let filter = Filter.and([
            .compare(ColumnPath(["l_orderkey"]), .greaterOrEqual, .integer(key)),
            .compare(ColumnPath(["l_orderkey"]), .less, .integer(key + Int64(rows / 400))),
          ])
          let batches = try reader.batches(columns: [0, 5], filter: filter)
          var kept = 0
          while let batch = try batches.next() { kept += batch.rowCount }
          return kept
        }
      })
    return kernels
  }

  // MARK: Text

  private static var texts: [Kernel] {
    let formats: [(String, TextFormat)] = [("csv", .csv), ("ndjson", .ndjson)]
    return formats.flatMap { name, format in
      [
        Kernel(name: "\(name)-read", rowCount: 8_192) { (rows) throws(ParquetError) in
          let table = try BenchTable(Lineitem.self, rows: rows)
          let text = try text(table, format)
          return { () throws(ParquetError) in
            let conversion = TextConversion(.memory(text), format: format)
            return try conversion.run { (schema) throws(ParquetError) in BatchCounter(schema) }
              .summary.rowCount
          }
        },
        Kernel(name: "\(name)-write", rowCount: 8_192) { (rows) throws(ParquetError) in
          let table = try BenchTable(Lineitem.self, rows: rows)
          return { () throws(ParquetError) in
            _ = try text(table, format)
            return table.rowCount
          }
        },
      ]
    }
  }

  private static func text(
    _ table: BenchTable, _ format: TextFormat
  ) throws(ParquetError) -> [UInt8] {
    let memory = MemorySink()
    let sink = try TextSink(memory, schema: table.schema, format: format)
    for batch in table.batches { try sink.write(batch) }
    _ = try sink.finish()
    return memory.bytes.array()
  }

  // MARK: Data sets

  private static var dataSets: [Kernel] {
    DataSets.all.flatMap { data in
      // About as many cells of each.
      let leafCount = (try? Schema(data.fields))?.leaves.count ?? data.fields.count
      let rows = max(512, 200_000 / (leafCount * 512) * 512)
      return [Compression.snappy, .zstd(level: 1)].flatMap { codec in
        var options = WriterOptions()
        options.compression = codec
        return pair("\(data.name)-\(codec.label)", rowCount: rows, options) {
          (rows) throws(ParquetError) in try BenchTable(data, rows: rows)
        }
      }
    }
  }

  /// Few and many columns, for how the cost grows with them.
  private static var columnCounts: [Kernel] {
    [10, 100, 1_000].flatMap { columns in
      pair("columns-\(columns)", rowCount: 2_000, WriterOptions()) {
        (rows) throws(ParquetError) in try KernelColumn.wide(columns: columns, rows: rows)
      }
    }
  }

  // MARK: Parts

  /// Writing a table to nowhere, and reading it from memory.
  private static func pair(
    _ name: String, rowCount: Int, _ options: WriterOptions,
    _ make: @escaping (Int) throws(ParquetError) -> BenchTable
  ) -> [Kernel] {
    [
      writing("\(name)-write", rowCount: rowCount, options, make),
      Kernel(name: "\(name)-read", rowCount: rowCount) { (rows) throws(ParquetError) in
        let source = try file(try make(rows), options)
        return { () throws(ParquetError) in
          let batches = try ParquetReader(source).batches()
          var count = 0
          while let batch = try batches.next() { count += batch.rowCount }
          return count
        }
      },
    ]
  }

  private static func writing(
    _ name: String, rowCount: Int, _ options: WriterOptions,
    _ make: @escaping (Int) throws(ParquetError) -> BenchTable
  ) -> Kernel {
    Kernel(name: name, rowCount: rowCount) { (rows) throws(ParquetError) in
      let table = try make(rows)
      return { () throws(ParquetError) in
        let writer = try ParquetWriter(CountingSink(), schema: table.schema, options: options)
        for batch in table.batches { try writer.write(batch) }
        _ = try writer.finish()
        return table.rowCount
      }
    }
  }

  private static func file(
    _ table: BenchTable, _ options: WriterOptions
  ) throws(ParquetError) -> MemorySource {
    let memory = MemorySink()
    let writer = try ParquetWriter(memory, schema: table.schema, options: options)
    for batch in table.batches { try writer.write(batch) }
    _ = try writer.finish()
    return MemorySource(memory.bytes)
  }
}

/// Counts rows and throws them away.
private final class BatchCounter: BatchSink {
  let schema: Schema
  private var rowCount = 0

  init(_ schema: Schema) { self.schema = schema }

  func write(_ batch: ColumnBatch) { rowCount += batch.rowCount }
  func finish() -> Int { rowCount }
  func abandon() {}
}
