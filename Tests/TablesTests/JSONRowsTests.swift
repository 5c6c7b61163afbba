import Parquet
import Testing

@_spi(Adapters) @testable import Tables

@Suite struct JSONRowsTests {
  private static let schema = """
    message m { required int64 a; optional binary b (STRING);
      required group l (LIST) { repeated group list { required group element {
        required int32 x; required group s (LIST) { repeated group list {
          required binary element (STRING); } } } } } }
    """

  private func append(_ text: String, to rows: JSONRows) -> RowFault? {
    let bytes = Array(text.utf8) + [UInt8](repeating: 0, count: JSONMembers.slack)
    return unsafe bytes.withUnsafeBytes { buffer in
      let text = unsafe UnsafeRawBufferPointer(rebasing: buffer[..<text.utf8.count])
      do throws(RowFault) { unsafe try rows.append(text) } catch { return error }
      return nil
    }
  }

  private func text(_ batch: ColumnBatch) throws -> [String] {
    let memory = MemorySink()
    let sink = try TextSink(memory, schema: batch.schema, format: .ndjson)
    try sink.write(batch)
    _ = try sink.finish()
    return String(decoding: memory.bytes.array(), as: UTF8.self).split(separator: "\n").map(
      String.init)
  }

  @Test func rowsComeAndGo() throws {
    let rows = JSONRows(schema: try SchemaFile.decode(Self.schema))
    let first = #"{"a":1,"b":"x","l":[{"x":1,"s":["p","q"]},{"x":2,"s":[]}]}"#
    let second = #"{"a":-2,"b":null,"l":[]}"#
    #expect(append(first, to: rows) == nil)
    // Each is refused whole, and what it has appended is taken back.
    for (bad, reason) in [
      (#"{"a":1,"l":[{"x":1,"s":["p"]},{"s":[]}]}"#, ""),
      (#"{"a":1,"l":[{"x":3000000000,"s":[]}]}"#, ""),
      (#"{"b":"x","l":[]}"#, ""), (#"{"a":1,"l":[],"z":1}"#, ""), (#"{"a":1,"l":[]"#, ""),
      ("[1]", "a row is a JSON object"), ("", ""), (#"{"a":1,"l":[]} x"#, ""),
      (#"{"a":1,"a":1,"l":[]}"#, ""), (#"{"a":1,"l":null}"#, ""),
    ] {
      let fault = append(bad, to: rows)
      #expect(fault != nil, "\(bad)")
      if !reason.isEmpty { #expect(fault?.reason == reason) }
      #expect(rows.count == 1)
    }
    #expect(append(" " + second + "\n", to: rows) == nil)
    #expect(rows.count == 2)
    #expect(try text(rows.finish()) == [first, second])
    #expect(rows.count == 0)
    #expect(append(second, to: rows) == nil)
    #expect(try text(rows.finish()) == [second])
  }
}
