internal import Parquet
internal import Tables

extension ArchiveSetting {
  /// A key that takes a text, which may be missing.
  static func text(
    _ key: String, _ placeholder: String, _ meaning: String, _ path: Path<String?>,
    isLocalPath: Bool = false
  ) -> ArchiveSetting {
    ArchiveSetting(
      key, placeholder, "", meaning, path, expected: "a text without control characters",
      isText: true, localPath: isLocalPath ? path : nil, read: textOf,
      isLegal: { $0.map(isPrintable) ?? true })
  }

  /// A key that takes a text with a default.
  static func text(
    _ key: String, _ placeholder: String, _ standard: String, _ meaning: String,
    _ path: Path<String>
  ) -> ArchiveSetting {
    ArchiveSetting(
      key, placeholder, standard, meaning, path, expected: "a text without control characters",
      isText: true, read: textOf, isLegal: { !$0.isEmpty && isPrintable($0) })
  }

  /// A key that takes the prefix of keys of objects.
  static func prefix(
    _ key: String, _ placeholder: String, _ meaning: String, _ path: Path<String>
  ) -> ArchiveSetting {
    ArchiveSetting(
      key, placeholder, "", meaning, path, expected: "a text", isText: true,
      read: { (value) throws(ParquetError) in
        guard let text = textOf(value) else { return nil }
        let isTrimmed = text.utf8.count > 1 && text.utf8.last == UInt8(ascii: "/")
        return isTrimmed ? String(Substring(text.utf8.dropLast())) : text
      },
      isLegal: { (prefix) throws(ParquetError) in
        try ArchiveConfiguration.checkPrefix(prefix)
        return true
      })
  }

  /// A key that takes true or false.
  static func boolean(
    _ key: String, _ standard: Bool, _ meaning: String, _ path: Path<Bool>
  ) -> ArchiveSetting {
    ArchiveSetting(
      key, "true|false", "\(standard)", meaning, path, expected: "true or false", isText: false,
      read: {
        guard case .boolean(let value) = $0.content else { return nil }
        return value
      }, isLegal: { _ in true })
  }

  /// A key that takes a whole number.
  static func integer(
    _ key: String, _ range: ClosedRange<Int>, _ standard: Int, _ meaning: String,
    _ path: Path<Int>
  ) -> ArchiveSetting {
    ArchiveSetting(
      key, "N", "\(standard)", meaning, path, expected: expected(range), isText: false,
      read: integerOf, isLegal: range.contains)
  }

  /// A key that takes a whole number, which may be missing.
  static func integer(
    _ key: String, _ range: ClosedRange<Int>, _ standard: String, _ meaning: String,
    _ path: Path<Int?>
  ) -> ArchiveSetting {
    ArchiveSetting(
      key, "N", standard, meaning, path, expected: expected(range), isText: false, read: integerOf,
      isLegal: { $0.map(range.contains) ?? true })
  }

  /// A key that takes a number of minutes.
  static func minutes(
    _ key: String, _ most: Int, _ standard: Int, _ meaning: String, _ path: Path<Double>
  ) -> ArchiveSetting {
    ArchiveSetting(
      key, "MINUTES", "\(standard)", meaning, path, expected: "a number from 0 to \(most)",
      isText: false,
      read: {
        switch $0.content {
        case .integer(let number): Double(number)
        case .number(let number): number
        default: nil
        }
      }, isLegal: { $0 >= 0 && $0 <= Double(most) })
  }

  /// A key that takes one of several words.
  static func choice<Value: Sendable>(
    _ key: String, _ placeholder: String, _ standard: String, _ meaning: String,
    _ path: Path<Value>, words: String, read: @escaping @Sendable (String) -> Value?,
    isLegal: @escaping @Sendable (Value) throws(ParquetError) -> Bool = { _ in true }
  ) -> ArchiveSetting {
    ArchiveSetting(
      key, placeholder, standard, meaning, path, expected: "one of \(words)", isText: true,
      read: { textOf($0).flatMap(read) }, isLegal: isLegal)
  }

  /// The text of a value: numbers are taken as they are written, so that a folder may be called 2025.
  static func textOf(_ value: ConfigurationValue) -> String? {
    switch value.content {
    case .string, .integer, .number: value.text
    default: nil
    }
  }

  /// The words of a choice, for messages.
  static func words<Choice: CaseIterable & RawRepresentable>(
    of type: Choice.Type
  ) -> String where Choice.RawValue == String {
    type.allCases.map(\.rawValue).joined(separator: ", ")
  }

  /// The whole number that a value is, also one with a point, as programs write them that know no others.
  @Sendable private static func integerOf(_ value: ConfigurationValue) -> Int? {
    switch value.content {
    case .integer(let number): number
    case .number(let number): Int(exactly: number)
    default: nil
    }
  }

  private static func expected(_ range: ClosedRange<Int>) -> String {
    "a whole number from \(range.lowerBound) to \(range.upperBound)"
  }

  @Sendable private static func isPrintable(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
  }
}
