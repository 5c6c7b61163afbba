import Testing

@testable import Parquet

/// What several threads do differently: large pages compressed apart, row groups written with the next rows.
@Suite struct ParallelWritingTests {
  private static func schema() throws -> Schema {
    try Schema([SchemaField("number", .int64), .string("text"), .string("other", .optional)])
  }

  /// Texts that take more than 128 KiB a page, and repeat only in parts.
  private static func batch(rows: Int) throws -> ColumnBatch {
    let builder = ColumnBatchBuilder(schema: try schema())
    var random = SeededGenerator(seed: 3)
    for row in 0..<rows {
      builder.leaf(0).append(Int64(row))
      let number = UInt64.random(in: .min ... .max, using: &random)
      builder.leaf(1).append("the text of row \(row), which has the number \(number)")
      if row % 3 == 0 {
        builder.leaf(2).appendNull()
      } else {
        builder.leaf(2).append(String(repeating: "\(number % 1000) ", count: 20))
      }
    }
    return try builder.finish()
  }

  private static func options(_ version: WriterOptions.PageVersion) -> WriterOptions {
    var options = WriterOptions()
    options.pageVersion = version
    // Some row groups, so that all but the last are written while another one is encoded.
    options.rowGroupRows = 9_000
    return options
  }

  @Test(arguments: [WriterOptions.PageVersion.v1, .v2], [Compression.snappy, .none])
  func bytesAreTheSame(version: WriterOptions.PageVersion, codec: Compression) throws {
    let batch = try Self.batch(rows: 40_000)
    var options = Self.options(version)
    options.compression = codec
    let expected = try written(try Self.schema(), options, [batch])
    // The case is the one meant: there is a page that is compressed apart.
    let pages = try ParquetReader(MemorySource(expected)).pages(rowGroup: 0, column: 1)
    let largest = pages.map(\.header.uncompressedByteCount).max() ?? 0
    #expect(largest >= 128 << 10)
    for threads in [2, 5] {
      options.threads = threads
      let isSame = try written(try Self.schema(), options, [batch]) == expected
      #expect(isSame, "\(threads) threads")
    }
  }

  /// Wherever the sink fails, the writer says so at the latest when it finishes, and the sink is abandoned.
  @Test func aSinkThatFailsLaterIsHeardOf() throws {
    let batch = try Self.batch(rows: 40_000)
    var options = Self.options(.v1)
    options.threads = 3
    let whole = try written(try Self.schema(), options, [batch]).count
    for limit in stride(from: 0, to: whole, by: whole / 23) {
      let sink = LimitedSink(limit: limit)
      let error = thrownError { () throws(ParquetError) in
        let writer = try ParquetWriter(sink, schema: batch.schema, options: options)
        try writer.write(batch)
        return try writer.finish()
      }
      #expect(error?.code == .inputOutput, "after \(limit) of \(whole) bytes")
      #expect(sink.isAbandoned)
    }
  }
}

/// Takes so many bytes, and then nothing more.
private final class LimitedSink: ByteSink {
  private var left: Int
  private(set) var isAbandoned = false

  init(limit: Int) { left = limit }

  func write(_ bytes: RawSpan) throws(ParquetError) {
    guard bytes.byteCount <= left else { throw ParquetError(.inputOutput, "full") }
    left -= bytes.byteCount
  }

  func finish() throws(ParquetError) {}
  func abandon() { isAbandoned = true }
}
