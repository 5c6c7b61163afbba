import Foundation
import FuzzBodies
import Testing

/// Every input that a fuzz target ever failed on, in Fuzz/Findings; a trap ends the test run.
@Suite struct FindingsTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fuzz/Findings")

  @Test(arguments: FuzzBody.allCases)
  func replayed(body: FuzzBody) throws {
    let folder = Self.folder.appendingPathComponent(body.rawValue)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    for name in names.sorted() {
      let clock = ContinuousClock()
      let time = try clock.measure {
        body.run([UInt8](try Data(contentsOf: folder.appendingPathComponent(name))))
      }
      #expect(time < .seconds(60), "\(name)")
    }
  }

  /// Each body does something with what is sound, and with nothing.
  @Test func bodiesRun() throws {
    for body in FuzzBody.allCases { body.run([]) }
    FuzzBody.csv.run([0] + Array("a,b\n1,x\n".utf8))
    FuzzBody.ndjson.run([2] + Array(#"{"a":1,"b":[null,2]}"#.utf8))
    for encoding in UInt8(0)..<8 {
      for type in UInt8(0)..<8 {
        for version in UInt8(0)..<2 {
          FuzzBody.encoding.run(
            [encoding, type, 3, 4, 0, version, 2] + [UInt8](repeating: 0, count: 64))
        }
      }
    }
  }
}
