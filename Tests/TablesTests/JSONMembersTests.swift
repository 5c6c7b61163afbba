import Parquet
import Testing

@_spi(Adapters) @testable import Tables

/// A finder of members over texts that it keeps, with the names `opened` numbered first.
struct Finder: ~Copyable {
  var members: JSONMembers

  var hasUnnumbered: Bool { members.hasUnnumbered }
  var nameCount: Int { members.names.count }

  init(opening opened: [String] = []) {
    let names = MemberNames()
    let numbers = opened.map { names.number(adding: $0) }
    members = JSONMembers(names: names, opening: numbers)
  }

  /// The members of the object itself, or the fault; each as its name, kind and text.
  mutating func find(_ text: String, group: Int = 0) -> Result<[String], RowFault> {
    find(Array(text.utf8), group: group)
  }

  mutating func find(_ bytes: [UInt8], group: Int = 0) -> Result<[String], RowFault> {
    let padded = bytes + [UInt8](repeating: 0x37, count: JSONMembers.slack)
    return unsafe padded.withUnsafeBytes { buffer in
      let text = unsafe UnsafeRawBufferPointer(rebasing: buffer[..<bytes.count])
      do throws(RowFault) { unsafe try members.scan(text) } catch { return .failure(error) }
      return .success(shown(group))
    }
  }

  /// The bytes of the line that the text begins with.
  mutating func findLine(_ text: String, isAtEnd: Bool) -> Int? {
    let bytes = Array(text.utf8)
    let padded = bytes + [UInt8](repeating: 0x37, count: JSONMembers.slack)
    return unsafe padded.withUnsafeBytes { buffer in
      unsafe members.scanLine(
        UnsafeRawBufferPointer(rebasing: buffer[..<bytes.count]), isAtEnd: isAtEnd)
    }
  }

  private mutating func shown(_ group: Int) -> [String] {
    let count = group == 0 ? members.memberCount : members.names.count
    var result: [String] = []
    for index in 0..<count {
      let number = group == 0 ? members.name(index) : index
      guard let member = members.member(number, in: group) else { continue }
      let text =
        member.kind == .escapedString
        ? unsafe String(decoding: members.decoded(member), as: UTF8.self)
        : unsafe String(decoding: members.bytes(member), as: UTF8.self)
      result.append("\(members.names.text(number)) \(member.kind) \(text)")
    }
    return result
  }
}

extension Result where Success == [String], Failure == RowFault {
  var members: [String]? { try? get() }
  var reason: String? {
    if case .failure(let fault) = self { return fault.reason }
    return nil
  }
}

@Suite struct JSONMembersTests {
  @Test func kindsAndTexts() {
    var finder = Finder()
    let text = """
       {"a":null,"b" : true ,"c":false,"d":-1.50e+3,"e":"x y","f":"\\u00e9\\n","g":[1, {"a":2}],\
      "h":{ "a" : 1 },"i":"","j":12345678901234567890,"k":0}
      """
    let expected = [
      "a null null", "b boolean true", "c boolean false", "d number -1.50e+3", "e string x y",
      "f escapedString é\n", "g array [1, {\"a\":2}]", "h object { \"a\" : 1 }", "i string ",
      "j number 12345678901234567890", "k number 0",
    ]
    #expect(finder.find(text).members == expected)
    // Again, by the order that is known now.
    #expect(finder.find(text).members == expected)
    #expect(finder.find("{}").members == [])
    #expect(finder.find(" \t\r\n{ } \n").members == [])
  }

  /// Any order of any of the names, whatever came before.
  @Test func anyOrder() {
    var random = SeededRandom(seed: 11)
    var finder = Finder()
    for _ in 0..<3000 {
      let names = (0..<12).shuffled(using: &random).prefix(Int.random(in: 0...12, using: &random))
      var expected: [String] = []
      let members = names.map { name in
        let blank = ["", " ", "\t", "  \r\n"].randomElement(using: &random) ?? ""
        let value = Int.random(in: -99...99, using: &random)
        expected.append("n\(name) number \(value)")
        return "\(blank)\"n\(name)\"\(blank):\(blank)\(value)\(blank)"
      }
      #expect(finder.find("{" + members.joined(separator: ",") + "}").members == expected)
    }
  }

  @Test func escapesInKeys() {
    var finder = Finder()
    #expect(finder.find(#"{"\u0061b":1}"#).members == ["ab number 1"])
    #expect(finder.find(#"{"ab":2}"#).members == ["ab number 2"])
    #expect(finder.find(#"{"q\"\\":3}"#).members == ["q\"\\ number 3"])
    #expect(finder.find(#"{"q\u0022\u005c":4}"#).members == ["q\"\\ number 4"])
    #expect(finder.find(#"{"\ud83d\ude00":5,"é":6}"#).members == ["😀 number 5", "é number 6"])
    #expect(finder.find(#"{"":7}"#).members == [" number 7"])
    // Names that are one text in other bytes are two names here.
    #expect(finder.find("{\"e\u{301}\":1,\"é\":2}").members?.count == 2)
  }

  @Test func namesThatStandTwice() {
    var finder = Finder(opening: ["o"])
    for text in [
      #"{"a":1,"a":1}"#, #"{"a":1,"b":2,"\u0061":3}"#, #"{"\u0061":1,"a":2}"#,
      #"{"o":{"x":1,"x":2}}"#,
      #"{"o":{"x":1,"y":2,"\u0078":2}}"#, #"{"o":{},"o":{}}"#,
    ] {
      #expect(finder.find(text).reason?.contains("stands twice in one object") == true, "\(text)")
    }
    // The same name in two objects is none of this.
    #expect(finder.find(#"{"a":1,"o":{"a":2,"o":3}}"#).members?.count == 2)
  }

  @Test func openedObjects() {
    var finder = Finder(opening: ["in", "other"])
    let text = #"{"x":1,"in":{"x":"a","y":[1],"in":{"z":1}},"other":{"x":null},"y":2}"#
    #expect(
      finder.find(text, group: 1).members
        == ["in object {\"z\":1}", "x string a", "y array [1]"])
    #expect(finder.find(text, group: 2).members == ["x null null"])
    #expect(finder.find(text).members?.first == "x number 1")
    // What is no object is not opened, and nothing is left of the text before.
    #expect(finder.find(#"{"in":[{"x":1}],"other":null}"#, group: 1).members == [])
    #expect(finder.find(#"{"y":1}"#, group: 2).members == [])
    #expect(finder.find(#"{"other":{"in":5}}"#, group: 2).members == ["in number 5"])
  }

  @Test func moreNamesThanAreNumbered() {
    var finder = Finder()
    let count = MemberNames.largestCount + 10
    for index in 0..<count {
      let found = finder.find("{\"k\(index)\":1,\"k\(index / 2)\":2,\"k0\":3}")
      let isTwice = index == 0 || index / 2 == 0
      if isTwice {
        #expect(found.members == nil)
      } else {
        let hasUnnumbered = finder.hasUnnumbered
        #expect(hasUnnumbered == (index >= MemberNames.largestCount))
      }
    }
    let found1 = finder.nameCount
    #expect(found1 == MemberNames.largestCount)
    // Names that have a number are found as ever, those without are passed over.
    #expect(finder.find(#"{"new":[1,{"a":2}],"k7":5}"#).members == ["k7 number 5"])
    let found2 = finder.hasUnnumbered
    #expect(found2)
    #expect(finder.find(#"{"k7":5}"#).members == ["k7 number 5"])
    let found3 = !finder.hasUnnumbered
    #expect(found3)
    #expect(finder.find(#"{"new":[1,{"a":2]}"#).members == nil)
  }

  @Test func longNamesTakeBoundedMemory() {
    var finder = Finder()
    let name = String(repeating: "n", count: 100_000)
    for index in 0..<30 { #expect(finder.find("{\"\(index)\(name)\":1}").members != nil) }
    let found4 = finder.hasUnnumbered
    #expect(found4)
    let found5 = finder.nameCount
    #expect(found5 < 12)
  }

  @Test func everyPrefixIsRefused() {
    let text = #"{"ab":"c\u0041d","é":[1,{"x":-0.5e1}],"in":{"k":null,"t":true},"n":123456789}"#
    let bytes = Array(text.utf8)
    var finder = Finder(opening: ["in"])
    for length in 0..<bytes.count {
      #expect(finder.find(Array(bytes[..<length])).members == nil, "\(length)")
    }
    #expect(finder.find(bytes).members?.count == 4)
  }

  @Test func depth() {
    var finder = Finder(opening: ["in"])
    func nested(_ depth: Int, _ open: String, _ close: String) -> String {
      String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
    }
    for depth in [1, 50, 126] {
      #expect(finder.find("{\"a\":\(nested(depth, "[", "]"))}").members?.count == 1)
      #expect(finder.find("{\"a\":\(nested(depth, "{\"a\":", "}"))}").members?.count == 1)
    }
    for depth in [129, 100_000] {
      #expect(finder.find("{\"a\":\(nested(depth, "[", "]"))}").members == nil)
      #expect(finder.find("{\"in\":\(nested(depth, "{\"a\":", "}"))}").members == nil)
      #expect(finder.find("{\"in\":{\"a\":\(nested(depth, "[", "]"))}}").members == nil)
      #expect(finder.find(String(repeating: "{\"in\":", count: depth)).members == nil)
    }
  }

  @Test func notUTF8() {
    var finder = Finder()
    for bad: [UInt8] in [
      [0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x80],
    ] {
      for text in ["{\"k\":\"", "{\""] {
        let tail = text.count > 2 ? "\"}" : "\":1}"
        #expect(finder.find(Array(text.utf8) + bad + Array(tail.utf8)).members == nil, "\(bad)")
      }
    }
    for text in [#"{"a":"\ud83d"}"#, #"{"a":"\ude00\ud83d"}"#, "{\"a\":\"\u{1}\"}", "{\"\t\":1}"] {
      #expect(finder.find(text).members == nil, "\(text)")
    }
  }

  @Test func lines() {
    var finder = Finder()
    #expect(finder.findLine("{\"a\":1}\n{\"a\":2}\n", isAtEnd: false) == 8)
    #expect(finder.findLine("{\"a\":1} \r\n", isAtEnd: false) == 10)
    #expect(finder.findLine("{\"a\":1}", isAtEnd: true) == 7)
    #expect(finder.findLine("{\"a\":1}", isAtEnd: false) == nil)
    #expect(finder.findLine("{\"a\":1", isAtEnd: true) == nil)
    #expect(finder.findLine("{\"a\":\n1}\n", isAtEnd: true) == nil)
    #expect(finder.findLine("{\"a\":1}{\"b\":2}\n", isAtEnd: true) == nil)
    #expect(finder.findLine("\n{\"a\":1}\n", isAtEnd: true) == nil)
    #expect(finder.findLine("[1]\n", isAtEnd: true) == nil)
  }

  @Test func elementsOfArrays() {
    var finder = Finder()
    let text = Array(#"{"a":[ {"x":[1]} , 2,"s\"",null ]}"#.utf8) + [UInt8](repeating: 0, count: 64)
    unsafe text.withUnsafeBytes { buffer in
      try? unsafe finder.members.scan(UnsafeRawBufferPointer(rebasing: buffer.dropLast(64)))
      guard let member = finder.members.member(finder.members.name(0), in: 0) else { return }
      let ranges = finder.members.elements(member, limit: 4) ?? []
      let texts = ranges.map { String(decoding: text[$0], as: UTF8.self) }
      #expect(texts == [#"{"x":[1]}"#, "2", #""s\"""#, "null"])
      #expect(finder.members.elements(member, limit: 3) == nil)
    }
  }
}
