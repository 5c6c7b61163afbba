public import Parquet

/// What a finished file of MIDAS observations is, and what is wrong with it.
///
/// ``MIDASValidator`` makes these.
public struct MIDASValidation: Hashable, Sendable {
  /// One thing that is wrong.
  public struct Issue: Hashable, Sendable {
    /// What sort of thing. A struct, so that a sort can be added without breaking a `switch`.
    public struct Kind: Hashable, Sendable, CustomStringConvertible {
      /// The sort as reports have it.
      public let description: String

      private init(_ description: String) { self.description = description }

      /// There is no such file, or it cannot be read.
      public static let unreadable = Kind("unreadable")
      /// The file has no bytes.
      public static let empty = Kind("empty")
      /// The file breaks the rules of its format, or cannot be decoded.
      public static let damaged = Kind("damaged")
      /// A column is missing, or is not what it is in tables of MIDAS observations.
      public static let schema = Kind("schema")
      /// The file has more or fewer rows than its sources give, or they cannot be counted.
      public static let rowCount = Kind("row count")
    }

    /// What sort of thing.
    public let kind: Kind
    /// What is wrong.
    public let message: String
    /// Where in the file, as far as that is known.
    public let context: ParquetError.Context

    /// An issue with a file, or with a column of it.
    init(_ kind: Kind, _ message: String, column: String? = nil) {
      self.kind = kind
      self.message = message
      var context = ParquetError.Context()
      context.column = column
      self.context = context
    }

    /// The issue that an error is.
    init(_ kind: Kind, _ error: ParquetError) {
      self.kind = kind
      message = error.message
      var context = error.context
      // The file is known: it is the one validated.
      context.file = nil
      self.context = context
    }
  }

  /// The file.
  public let path: String
  /// Its size in bytes; nil where the system does not know the file.
  public internal(set) var byteCount: Int?
  /// The folder of the data set's files, where the file is one of many.
  var folder: String?
  /// When it was last written, in seconds since 1970-01-01; nil where the system does not know the file.
  public internal(set) var modified: Int?
  /// When it was validated, in seconds since 1970-01-01.
  public internal(set) var checked: Int
  /// The data set that its metadata names.
  public internal(set) var dataSet: String?
  /// The rows that its footer has; nil where it cannot be opened.
  public internal(set) var rowCount: Int?
  /// What is wrong, in the order it was found.
  public internal(set) var issues: [Issue] = []

  init(path: String, checked: Int) {
    self.path = path
    self.checked = checked
  }

  /// Whether nothing is wrong.
  public var isValid: Bool { issues.isEmpty }

  /// The hours between the file's last change and its validation.
  public var ageHours: Double? { modified.map { Double(checked - $0) / 3600 } }

  /// When the file was last written, in UTC: `2024-02-29T10:11:12Z`.
  public var modifiedText: String? { modified.map { TimestampText.text(seconds: $0) } }

  /// The size with a unit; see ``format(byteCount:)``.
  public var formattedByteCount: String? { byteCount.map(MIDASValidation.format) }

  /// A number of bytes with a unit, two decimals where that is not the byte: `512 B`, `1.50 KB`. A unit
  /// has 1024 of the one before.
  public static func format(byteCount: Int) -> String {
    guard byteCount >= 1024 else { return "\(byteCount) B" }
    let units = ["KB", "MB", "GB", "TB"]
    var unit = 0
    var scale = 1024.0
    // Rounding must not show 1024.00 of a unit where a larger one follows.
    while unit + 1 < units.count, (Double(byteCount) / scale * 100).rounded() >= 102_400 {
      unit += 1
      scale *= 1024
    }
    let hundredths = Int((Double(byteCount) / scale * 100).rounded())
    let rest = hundredths % 100
    return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest) \(units[unit])"
  }
}
