import Parquet
import Testing

@testable import Tables

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@Suite struct InputTests {
  /// Calls `body` with the path of a file that holds `text`.
  private func withFile(_ text: String, _ body: (String) throws -> Void) throws {
    var path = Array("/tmp/tables-test-XXXXXX".utf8CString)
    let descriptor = unsafe path.withUnsafeMutableBufferPointer { path in
      unsafe path.baseAddress.map { unsafe mkstemp($0) } ?? -1
    }
    try #require(descriptor >= 0)
    let name = String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { unsafe unlink(name) }
    var text = text
    let written = text.withUTF8 { unsafe write(descriptor, $0.baseAddress, $0.count) }
    close(descriptor)
    try #require(written == text.utf8.count)
    try body(name)
  }

  private func lines(_ input: TextInput, _ sampleRows: Int = 10_000) throws -> ([String], Int) {
    var conversion = TextConversion(input, format: .ndjson)
    conversion.limits.sampleRows = sampleRows
    let memory = MemorySink()
    let (sink, summary) = try conversion.run { schema throws(ParquetError) in
      try TextSink(memory, schema: schema, format: .ndjson)
    }
    _ = try sink.finish()
    let text = String(decoding: memory.bytes.array(), as: UTF8.self)
    return (text.split(separator: "\n").map(String.init), summary.restartCount)
  }

  static let rows = (0..<5000).map { "{\"x\":\($0)}" } + ["{\"x\":0.5}"]
  static let doubles = (0..<5000).map { "{\"x\":\($0).0}" } + ["{\"x\":0.5}"]

  @Test func filesAreReadAgain() throws {
    try withFile(Self.rows.joined(separator: "\n")) { path in
      let input = try TextInput.file(path)
      #expect(input.byteCount == Self.rows.reduce(-1) { $0 + $1.utf8.count + 1 })
      let (lines, restarts) = try lines(input, 10)
      #expect(lines == Self.doubles)
      #expect(restarts == 1)
    }
  }

  @Test func pipesAreKeptToBeReadAgain() throws {
    let text = Self.rows.joined(separator: "\n") + "\n"
    var ends: [Int32] = [0, 0]
    let isMade = unsafe ends.withUnsafeMutableBufferPointer { ends in
      unsafe ends.baseAddress.map { unsafe pipe($0) == 0 } ?? false
    }
    try #require(isMade)
    // A pipe holds 64 KiB; the rows are shorter.
    try #require(text.utf8.count < 65_536)
    var copy = text
    let written = copy.withUTF8 { unsafe write(ends[1], $0.baseAddress, $0.count) }
    close(ends[1])
    try #require(written == text.utf8.count)
    defer { close(ends[0]) }
    let path = "/dev/fd/\(ends[0])"
    let (lines, restarts) = try lines(try TextInput.file(path), 10)
    #expect(lines == Self.doubles)
    #expect(restarts == 1)
  }

  @Test func whatCannotBeOpened() throws {
    for (path, word) in [("/tmp/no such file at all", "No such file"), ("/tmp", "directory")] {
      let error = #expect(throws: ParquetError.self) { try TextInput.file(path) }
      #expect(error?.code == .inputOutput)
      #expect(error?.context.file == path)
      #expect(error?.message.contains(word) == true)
    }
  }

  /// A sink whose disk is full after a number of batches.
  private final class FailingSink: BatchSink {
    let schema: Schema
    var left: Int
    var isAbandoned = false

    init(_ schema: Schema, failingAfter left: Int) {
      self.schema = schema
      self.left = left
    }

    func write(_ batch: ColumnBatch) throws(ParquetError) {
      left -= 1
      if left < 0 { throw ParquetError(.inputOutput, "the disk is full") }
    }

    func finish() throws(ParquetError) -> Int { 0 }
    func abandon() { isAbandoned = true }
  }

  @Test func errorsAbandonTheOutput() throws {
    var opened: [FailingSink] = []
    func run(_ text: String, failingAfter: Int, stopping: Bool = false) -> ParquetError? {
      var conversion = TextConversion(.memory(Array(text.utf8), name: "in"), format: .ndjson)
      conversion.limits.batchRows = 10
      if stopping {
        conversion.progress = { (_: TextProgress) throws(ParquetError) in
          throw ParquetError(.cancelled, "stop")
        }
      }
      do throws(ParquetError) {
        _ = try conversion.run { schema throws(ParquetError) in
          let sink = FailingSink(schema, failingAfter: failingAfter)
          opened.append(sink)
          return sink
        }
        return nil
      } catch { return error }
    }
    let rows = String(repeating: "{\"a\":1}\n", count: 50)
    #expect(run(rows, failingAfter: 2)?.code == .inputOutput)
    #expect(run(rows + "{", failingAfter: 100)?.code == .rejectedData)
    #expect(run(rows, failingAfter: 100, stopping: true)?.code == .cancelled)
    #expect(opened.count == 3)
    #expect(opened.filter(\.isAbandoned).count == 3)
  }

  /// What is written to Parquet and read back is what was read.
  @Test(arguments: 0..<20)
  func throughParquet(_ seed: Int) throws {
    var random = SeededRandom(seed: UInt64(1000 + seed))
    let shape = RandomShape.object(depth: 3, &random)
    let rows =
      [shape.full()]
      + (0..<Int.random(in: 1...200, using: &random)).map { _ in
        shape.value(canBeNull: false, &random)
      }
    var conversion = TextConversion(
      .memory(Array(rows.joined(separator: "\n").utf8)), format: .ndjson)
    conversion.limits.batchRows = [1, 17, 1000][seed % 3]
    let memory = MemorySink()
    let (writer, _) = try conversion.run { schema throws(ParquetError) in
      var options = WriterOptions()
      options.rowGroupRows = 64
      options.pageRows = 10
      return try ParquetWriter(memory, schema: schema, options: options)
    }
    _ = try writer.finish()
    let reader = try ParquetReader(MemorySource(memory.bytes))
    let text = MemorySink()
    let sink = try TextSink(text, schema: reader.schema, format: .ndjson)
    let batches = reader.batches()
    while let batch = try batches.next() { try sink.write(batch) }
    _ = try sink.finish()
    let lines = String(decoding: text.bytes.array(), as: UTF8.self).split(separator: "\n")
    #expect(lines.map(String.init) == rows)
  }
}
