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
      (#"{"b":"x","l":[]}"#, ""), (#"{"a":1,"l":{}}"#, ""), (#"{"a":1,"l":[]"#, ""),
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

  /// Members without a column are passed over at any depth, and columns of text take any value.
  @Test func rowsOfOtherPrograms() throws {
    let rows = JSONRows(schema: try SchemaFile.decode(Self.schema))
    let given = [
      #"{"z":[{"a":1}],"a":1,"zz":{"a":"}"},"b":{"k":[1.50, true]},"l":[{"y":null,"x":1,"s":["p",2,[ ],null],"z":0}]}"#,
      #"{"b":-0.10,"l":[],"a":7.0,"z":"\u0041"}"#, #"{"b":false,"a":2,"l":[],"é":1e400}"#,
    ]
    let kept = [
      #"{"a":1,"b":"{\"k\":[1.50, true]}","l":[{"x":1,"s":["p","2","[ ]"]}]}"#,
      #"{"a":7,"b":"-0.10","l":[]}"#, #"{"a":2,"b":"false","l":[]}"#,
    ]
    // A text that must be there is not null.
    #expect(append(given[0], to: rows)?.column == "l.list.element.s.list.element")
    #expect(append(given[0].replacing(",null]", with: "]"), to: rows) == nil)
    for text in given.dropFirst() { #expect(append(text, to: rows) == nil) }
    #expect(append(#"{"a":1,"l":[],"z":{"a":}}"#, to: rows)?.kind == .syntax)
    #expect(try text(rows.finish()) == kept)
  }

  /// Times in any form, cut to the unit of the column.
  @Test func timesOfOtherPrograms() throws {
    let rows = JSONRows(
      schema: try SchemaFile.decode(
        """
        message m { required int64 s (TIMESTAMP(MILLIS,true));
          optional int64 n (TIMESTAMP(NANOS,true)); }
        """))
    for (time, shown) in [
      (#""2031-03-01T00:00:00.123456789Z""#, "2031-03-01T00:00:00.123"),
      (#""2031-03-01 00:00:00""#, "2031-03-01T00:00:00.000"),
      (#""2031-03-01T02:00:00+02:00""#, "2031-03-01T00:00:00.000"),
      ("1930003200", "2031-02-28T00:00:00.000"), ("1930003200.9999", "2031-02-28T00:00:00.999"),
      (#""1969-12-31T23:59:59.9999Z""#, "1969-12-31T23:59:59.999"),
      ("-0.0001", "1969-12-31T23:59:59.999"),
    ] {
      #expect(append("{\"s\":\(time),\"n\":\(time)}", to: rows) == nil, "\(time)")
      let row = try text(rows.finish())
      #expect(row.first?.contains("\"s\":\"\(shown)Z\"") == true, "\(row)")
    }
    for time in [#""soon""#, "true", "[]", "1e300", #""2031-02-29T00:00:00Z""#] {
      let fault = append("{\"s\":\(time)}", to: rows)
      #expect(fault?.reason.contains("is not a time as") == true, "\(fault?.reason ?? "")")
    }
    // What 64 bits of nanoseconds do not hold.
    #expect(append(#"{"s":1,"n":"2300-01-01T00:00:00Z"}"#, to: rows)?.column == "n")
    #expect(rows.count == 0)
  }
}
