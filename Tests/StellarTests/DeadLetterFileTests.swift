import Foundation
import Parquet
import Testing

@testable import Stellar

@Suite struct DeadLetterFileTests {
  typealias Letter = DeadLetterFile.Letter

  let folder: Folder

  init() throws { folder = try Folder() }

  private func open(_ name: String = "a/b/dead.ndjson") throws -> DeadLetterFile {
    try DeadLetterFile(path: folder.file(name))
  }

  private func lines(_ name: String = "a/b/dead.ndjson") throws -> [String] {
    let text = try folder.text(name)
    #expect(text.hasSuffix("\n"))
    return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }

  /// A line as JSON.
  private func object(_ line: String) throws -> [String: Any] {
    let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
    return try #require(object as? [String: Any])
  }

  @Test func aLineHasWhatIsKnown() throws {
    let file = try open()
    try file.append(
      "{\"a\": [1.50,\r\n 2]\n}",
      Letter(
        reason: "no \"closed_at\"", type: "event\u{1}", field: "closed_at", source: "in\\put",
        line: 7, received: 1_752_415_200_000_001, isJSON: true))
    try file.append("not {json", Letter(reason: "no JSON", received: -1, isJSON: false))
    try file.flush()
    #expect(file.count == 2)
    #expect(
      try lines() == [
        #"{"reason":"no \"closed_at\"","type":"event\u0001","field":"closed_at","#
          + #""source":"in\\put","line":7,"received":"2025-07-13T14:00:00.000001Z","#
          + #""message":{"a": [1.50,   2] }}"#,
        #"{"reason":"no JSON","type":null,"field":null,"source":null,"line":null,"#
          + #""received":"1969-12-31T23:59:59.999999Z","text":"not {json"}"#,
      ])
  }

  @Test func everyMessageComesBack() throws {
    let messages: [[UInt8]] = [
      [], [0], Array("line\nbreaks\r\n\tand \"quotes\" \\ \u{2028} \u{10FFFF}".utf8),
      [0xFF], [0xC3], Array("x".utf8) + [0xED, 0xA0, 0x80], [UInt8](0...255),
      Array(repeating: 0x0A, count: 5000), Array(repeating: 0xFE, count: 200_000),
    ]
    let file = try open()
    // What no JSON can be is none, whatever the caller says.
    let claims = messages.map { ($0, false) } + [([], true), ([0xFF], true), ([0x22, 0xC3], true)]
    for (message, isJSON) in claims {
      try file.append(message, Letter(reason: "r", received: 0, isJSON: isJSON))
    }
    let found = try lines().map(object)
    #expect(found.count == claims.count)
    for ((message, _), object) in zip(claims, found) {
      let text = (object["text"] as? String).map { Array($0.utf8) }
      let base64 = (object["base64"] as? String).flatMap { Data(base64Encoded: $0) }
      let back = text ?? base64.map { Array($0) }
      #expect(back == message)
      let isText = String(validating: message, as: UTF8.self) != nil
      #expect((text != nil) == isText)
    }
  }

  @Test func whatIsThereStays() throws {
    try folder.write(Array("old\n".utf8), to: "dead")
    try open("dead").append("1", Letter(reason: "r", received: 0, isJSON: true))
    #expect(try lines("dead").count == 2)
    // A line that a kill has cut is ended first, and only it.
    try folder.write(Array("old\n{\"reason\":\"cu".utf8), to: "dead")
    let file = try open("dead")
    for _ in 0..<2 { try file.append("1", Letter(reason: "r", received: 0, isJSON: true)) }
    let found = try lines("dead")
    #expect(found.count == 4)
    #expect(found[0] == "old")
    #expect(found[1] == "{\"reason\":\"cu")
    #expect(try object(found[2])["message"] as? Int == 1)
    #expect(found[3] == found[2])
  }

  @Test func aDiskThatIsFullForAWhile() async throws {
    let path = folder.file("dead")
    await #expect(processExitsWith: .success) { [path = path as String] in
      signal(SIGXFSZ, SIG_IGN)
      let file = try DeadLetterFile(path: path)
      var limit = rlimit()
      unsafe getrlimit(__rlimit_resource_t(1), &limit)
      let old = limit.rlim_cur
      limit.rlim_cur = 300
      unsafe setrlimit(__rlimit_resource_t(1), &limit)
      let letter = Letter(reason: "r", received: 0, isJSON: false)
      try file.append("first", letter)
      let long = String(repeating: "x", count: 1000)
      let refused = error { try file.append(long, letter) }
      #expect(refused?.systemErrorNumber == EFBIG)
      #expect(file.count == 1)
      limit.rlim_cur = old
      unsafe setrlimit(__rlimit_resource_t(1), &limit)
      try file.append(long, letter)
      try file.flush()
    }
    let found = try lines("dead")
    #expect(found.count == 3)
    #expect(try object(found[0])["text"] as? String == "first")
    #expect(error { _ = try object(found[1]) } == nil)
    #expect(try object(found[2])["text"] as? String == String(repeating: "x", count: 1000))
  }

  @Test func whatCannotBeOpenedIsSaid() throws {
    let refused = error { _ = try DeadLetterFile(path: folder.path) }
    #expect(refused?.code == .inputOutput)
    try folder.write([], to: "plain")
    #expect(error { _ = try open("plain/dead") }?.context.file == folder.file("plain"))
  }
}

extension DeadLetterFile {
  /// Adds a text.
  func append(_ text: String, _ letter: Letter) throws { try append(Array(text.utf8), letter) }

  /// Adds bytes.
  func append(_ bytes: [UInt8], _ letter: Letter) throws {
    try unsafe bytes.span.bytes.withUnsafeBytes { (bytes) throws(ParquetError) in
      unsafe try append(bytes, letter)
    }
  }
}
