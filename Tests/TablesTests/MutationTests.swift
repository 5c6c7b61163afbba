import Parquet
import Testing

@testable import Tables

/// Text with bytes changed, lost and doubled: whatever comes of it is the same for every window and
/// chunk, and never a trap.
@Suite struct MutationTests {
  static let csv = #"""
    id,name,price,day,at,tags
    1,"Ann, ""one""",1.50,2024-02-29,2024-02-29T12:00:00.5Z,"[1,null]"
    -9223372036854775808,,1e300,0001-01-01,1969-12-31 23:59:59.999999999+01:00,[]
    18446744073709551615,"multi
    line ü😀",-0.0,,,

    """#

  static let ndjson = """
    {"id":1,"name":"Ann \\"one\\" \\ud83d\\ude00","price":1.50,"list":[[1],null,[]],"s":{"x":{"y":[{"z":true}]}}}
    {"id":-9223372036854775808,"name":null,"price":1e300,"list":[],"s":null}
    {"id":18446744073709551615,"name":"ü😀","price":-0.0,"s":{"x":{}}}

    """

  static let csvSchema = """
    message m { optional int64 id; optional binary name (STRING); optional int64 price (DECIMAL(18,3));
      optional int32 day (DATE); optional int64 at (TIMESTAMP(NANOS,true));
      optional group tags (LIST) { repeated group list { optional int32 element; } } }
    """

  static let ndjsonSchema = """
    message m { required int64 id (INTEGER(64,false)); optional binary name (JSON); optional float price;
      optional group list (LIST) { repeated group list { optional group element (LIST) {
        repeated group list { optional int32 element (INTEGER(8,true)); } } } }
      optional group s { optional group x { optional group y (LIST) { repeated group list {
        optional group element { required boolean z; } } } } } }
    """

  static func mutated(_ text: String, _ random: inout SeededRandom) -> [UInt8] {
    var bytes = Array(text.utf8)
    for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
      let at = Int.random(in: 0..<bytes.count, using: &random)
      let marks = Array("\",\n\r{}[]:\\-+.eE019 \u{FF}tfnu".utf8)
      switch Int.random(in: 0..<6, using: &random) {
      case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
      case 1: bytes[at] = marks[Int.random(in: 0..<marks.count, using: &random)]
      case 2: bytes.remove(at: at)
      case 3: bytes.insert(marks[Int.random(in: 0..<marks.count, using: &random)], at: at)
      case 4:
        let end = min(bytes.count, at + Int.random(in: 0...20, using: &random))
        bytes.insert(contentsOf: bytes[at..<end], at: at)
      default: bytes.removeSubrange(at...)
      }
    }
    return bytes
  }

  private func outcome(
    _ bytes: [UInt8], _ format: TextFormat, _ schema: String?, _ window: Int, _ chunk: Int,
    rejecting: Bool, batchRows: Int, sampleRows: Int
  ) -> String {
    do {
      let converted = try convert(
        bytes: bytes, format, schema: schema, chunk: chunk, window: window, batchRows: batchRows,
        sampleRows: sampleRows, rejecting: rejecting)
      return converted.text + converted.rejects
        + (converted.schema.map { SchemaText.encode($0) } ?? "")
    } catch { return "\(error)" }
  }

  @Test(arguments: 0..<8)
  func mutations(_ seed: Int) {
    var random = SeededRandom(seed: UInt64(seed))
    for _ in 0..<60 {
      for (text, format, schema) in [
        (Self.csv, TextFormat.csv, Self.csvSchema), (Self.ndjson, .ndjson, Self.ndjsonSchema),
      ] {
        let bytes = Self.mutated(text, &random)
        for schema in [schema, nil] {
          for rejecting in [false, true] {
            let whole = outcome(
              bytes, format, schema, 1 << 16, .max, rejecting: rejecting, batchRows: 1000,
              sampleRows: 10_000)
            let cut = outcome(
              bytes, format, schema, 4, 3, rejecting: rejecting, batchRows: 1, sampleRows: 1)
            #expect(whole == cut, "\(String(decoding: bytes, as: UTF8.self))")
          }
        }
      }
    }
  }

  @Test func mutatedSchemas() throws {
    var random = SeededRandom(seed: 99)
    let schema = try SchemaFormsTests.sample()
    for text in [SchemaText.encode(schema), SchemaJSON.encode(schema)] {
      for _ in 0..<600 {
        let bytes = Self.mutated(text, &random)
        guard let schema = try? SchemaFile.decode(String(decoding: bytes, as: UTF8.self)) else {
          continue
        }
        // What is taken can be written again.
        #expect(try SchemaText.decode(SchemaText.encode(schema)) == schema)
        #expect(try SchemaJSON.decode(SchemaJSON.encode(schema)) == schema)
      }
    }
  }
}
