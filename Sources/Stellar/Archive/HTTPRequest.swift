/// The head of an HTTP/1 request, as far as a server of two pages needs it.
struct HTTPRequest: Hashable {
  /// The method, such as GET.
  let method: String
  /// The path, without what follows a question mark.
  let path: String

  /// Where the head ends within `bytes`: behind its empty line; nil where that is not there yet.
  static func end(in bytes: [UInt8]) -> Int? {
    var lineStart = 0
    var hasLine = false
    for (index, byte) in bytes.enumerated() where byte == 0x0A {
      let length = index - lineStart
      let isEmpty = length == 0 || length == 1 && bytes[lineStart] == 0x0D
      // An empty line before the request is no end of it.
      if isEmpty, hasLine { return index + 1 }
      if !isEmpty { hasLine = true }
      lineStart = index + 1
    }
    return nil
  }

  /// Reads a head; nil where it is none.
  init?(_ head: some Collection<UInt8>) {
    let lines = head.split(separator: 0x0A, omittingEmptySubsequences: true).map { line in
      line.last == 0x0D ? line.dropLast() : line
    }.filter { !$0.isEmpty }
    guard let first = lines.first, lines.dropFirst().allSatisfy(HTTPRequest.isField) else {
      return nil
    }
    let parts = first.split(separator: 0x20, omittingEmptySubsequences: false)
    guard parts.count == 3, HTTPRequest.isToken(parts[0]),
      !parts[1].isEmpty, parts[1].allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
      HTTPRequest.isVersion(parts[2])
    else { return nil }
    method = String(decoding: parts[0], as: UTF8.self)
    var target = String(decoding: parts[1].prefix { $0 != 0x3F && $0 != 0x23 }, as: UTF8.self)
    if target.hasPrefix("http://") {
      let rest = target.dropFirst("http://".count)
      target = rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? "/"
    }
    guard target.hasPrefix("/") || target == "*" else { return nil }
    path = target
  }

  /// Whether the line is a field: a name, a colon, and a value without control characters.
  private static func isField(_ line: some Collection<UInt8>) -> Bool {
    guard let colon = line.firstIndex(of: 0x3A), isToken(line[..<colon]) else { return false }
    return line[colon...].allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
  }

  private static func isToken(_ text: some Collection<UInt8>) -> Bool {
    let others = Array("!#$%&'*+-.^_`|~".utf8)
    return !text.isEmpty
      && text.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: others.contains(byte)
        }
      }
  }

  private static func isVersion(_ text: some Collection<UInt8>) -> Bool {
    text.elementsEqual("HTTP/1.1".utf8) || text.elementsEqual("HTTP/1.0".utf8)
  }
}

/// A response, whose connection is closed behind it.
struct HTTPResponse {
  /// The status and what it is called: `404 Not Found`.
  let status: String
  /// The type of the body.
  var type = "text/plain; charset=utf-8"
  /// Fields of this response alone, each with its line break.
  var fields = ""
  /// The text.
  let body: String

  /// The bytes that are sent.
  var bytes: [UInt8] {
    let head =
      "HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n"
      + "\(fields)Connection: close\r\n\r\n"
    return Array(head.utf8) + Array(body.utf8)
  }
}
