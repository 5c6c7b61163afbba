import Parquet
import Testing

@_spi(Adapters) @testable import Tables

/// Whatever the text, members are found in just those objects that the reader of NDJSON takes for objects, too.
@Suite struct JSONMembersDifferentialTests {
  static let texts = [
    #"{"a":1,"b":"x\n","c":[1,2.5,null,{"d":true}],"in":{"a":-0,"z":"ü😀"},"e":1e10}"#,
    #"{"in":{"k":{"l":[[]]}},"long":"0123456789012345678901234567890123456789","t":false}"#,
    #"{"q\"":18446744073709551615,"r":"\ud83d\ude00","s":"","n":null}"#,
  ]

  private func scanned(_ bytes: [UInt8]) -> Bool {
    let padded = bytes + [UInt8](repeating: 0x22, count: JSONScanner.slack)
    return unsafe padded.withUnsafeBytes { buffer in
      var scanner = unsafe JSONScanner(UnsafeRawBufferPointer(rebasing: buffer[..<bytes.count]))
      do throws(RowFault) {
        guard try scanner.next() == .object else { return false }
        try scanner.skipValue(depth: 0)
        try scanner.expectEnd()
        return true
      } catch { return false }
    }
  }

  @Test func sameTextsAreTaken() {
    var random = SeededRandom(seed: 12)
    var finder = Finder(opening: ["in"])
    var taken = 0
    for round in 0..<20_000 {
      let text = Self.texts[round % Self.texts.count]
      let bytes = round < 3 ? Array(text.utf8) : MutationTests.mutated(text, &random)
      let found = finder.find(bytes)
      let isTwice = found.reason?.contains("stands twice") == true
      let isTaken = found.members != nil
      if isTaken { taken += 1 }
      // Names that stand twice are found later than other faults behind them, or not at all.
      guard !isTwice else { continue }
      let isJSON = scanned(bytes)
      #expect(isTaken == isJSON, "\(String(decoding: bytes, as: UTF8.self))")
    }
    #expect(taken > 1000)
  }
}
