import Testing

@testable import Parquet

@Suite struct UTF8Tests {
  private func check(_ bytes: [UInt8]) {
    let expected = String(validating: bytes, as: UTF8.self) != nil
    #expect(unsafe bytes.withUnsafeBytes { unsafe isUTF8($0) } == expected, "\(bytes)")
  }

  @Test func allShortSequencesAgreeWithTheStandardLibrary() {
    for a in UInt8.min ... .max {
      check([a])
      for b in UInt8.min ... .max { check([a, b]) }
    }
  }

  @Test func longerSequencesAgreeWithTheStandardLibrary() {
    var random = SeededGenerator(seed: 31)
    let edges: [UInt8] = [
      0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1,
      0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF,
    ]
    for _ in 0..<60_000 {
      let padding = Int.random(in: 0...9, using: &random)
      let tail = (0..<Int.random(in: 1...5, using: &random)).map { _ in
        edges[Int.random(in: 0..<edges.count, using: &random)]
      }
      check([UInt8](repeating: 0x61, count: padding) + tail)
    }
  }
}
