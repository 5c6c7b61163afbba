/// Numbers of bytes as people type and read them.
public enum ByteCount {
  private static let units: [(suffix: String, factor: Int)] = [
    ("Ki", 1 << 10), ("Mi", 1 << 20), ("Gi", 1 << 30),
  ]

  /// The number that `text` names: digits, then nothing, Ki, Mi or Gi; nil where it is something else.
  public static func parse(_ text: String) -> Int? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let number = Int(digits) else { return nil }
    let suffix = text.dropFirst(digits.count)
    if suffix.isEmpty { return number }
    guard let unit = units.first(where: { $0.suffix == suffix }) else { return nil }
    let (product, overflow) = number.multipliedReportingOverflow(by: unit.factor)
    return overflow ? nil : product
  }

  /// A short form for people: `512 B`, `1.5 KiB`, `37.2 MiB`.
  public static func format(_ count: Int) -> String {
    guard count >= 1 << 10 else { return "\(count) B" }
    var unit = 0
    // Rounding must not show 1024.0 of a unit where a larger one follows.
    while unit + 1 < units.count, Double(count) / Double(units[unit].factor) >= 1023.95 {
      unit += 1
    }
    let tenths = Int((Double(count) * 10 / Double(units[unit].factor)).rounded())
    return "\(tenths / 10).\(tenths % 10) \(units[unit].suffix)B"
  }
}

/// Groups the digits of a whole number by three: `12,345,678`.
public func grouped(_ number: Int) -> String {
  var result = ""
  for (index, digit) in String(number.magnitude).reversed().enumerated() {
    if index > 0, index % 3 == 0 { result.append(",") }
    result.append(digit)
  }
  return (number < 0 ? "-" : "") + String(result.reversed())
}

/// A number of things: `1 row`, `2,500 rows`; `plural`: what many are called, where that is not one with an s.
public func counted(_ number: Int, _ thing: String, plural: String? = nil) -> String {
  "\(grouped(number)) \(number == 1 ? thing : plural ?? thing + "s")"
}
