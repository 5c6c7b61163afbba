/// JSON text being written: only what expectations need.
package struct JSONText {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }

  package mutating func string(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": raw("\\\"")
      case "\\": raw("\\\\")
      case let control where control.value < 0x20:
        raw("\\u00" + Self.hex(of: UInt64(control.value), digits: 2))
      default: bytes.append(contentsOf: String(scalar).utf8)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// A key and its colon.
  package mutating func key(_ name: String) {
    string(name)
    raw(":")
  }

  package mutating func array<Elements: Sequence>(
    _ elements: Elements, separator: String = ",",
    _ write: (inout JSONText, Elements.Element) -> Void
  ) {
    raw("[")
    var isFirst = true
    for element in elements {
      if !isFirst { raw(separator) }
      isFirst = false
      write(&self, element)
    }
    raw("]")
  }

  /// A value: integers exact, floating point as the hexadecimal of its bits, bytes as hexadecimal.
  package mutating func value(_ value: Value) {
    switch value {
    case .null: raw("null")
    case .boolean(let value): raw(value ? "true" : "false")
    case .int32(let value): raw("\(value)")
    case .int64(let value): raw("\(value)")
    case .float(let bits): raw("\"\(Self.hex(of: UInt64(bits), digits: 8))\"")
    case .double(let bits): raw("\"\(Self.hex(of: bits, digits: 16))\"")
    case .bytes(let bytes): hex(bytes)
    case .list(let elements), .group(let elements): array(elements) { $0.value($1) }
    case .map(let entries):
      array(entries) { json, entry in json.array(entry) { $0.value($1) } }
    }
  }

  /// Bytes as a string of hexadecimal digits.
  package mutating func hex(_ data: [UInt8]) {
    let digits = Array("0123456789abcdef".utf8)
    bytes.append(UInt8(ascii: "\""))
    for byte in data {
      bytes.append(digits[Int(byte >> 4)])
      bytes.append(digits[Int(byte & 15)])
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func hex(of number: UInt64, digits: Int) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: digits - text.count) + text
  }
}
