/// The one error of the engine and of everything built on it.
///
/// ``code-swift.property`` says whose fault it is, ``message`` says what is wrong and what to do,
/// ``context-swift.property`` says where. The context is put together only when an error is thrown.
public struct ParquetError: Error, Sendable {
  /// Whose fault an error is. A struct, so that a code can be added without breaking a `switch`.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    /// The code as scripts see it.
    public let description: String

    private init(_ description: String) { self.description = description }

    /// The bytes break the format's rules: the file is damaged or its writer is wrong.
    public static let malformedFile = Code("malformed file")
    /// The file uses something the format allows and this engine does not know.
    public static let unsupportedFeature = Code("unsupported feature")
    /// The engine knows the feature; this build lacks the package trait that brings it.
    public static let featureNotBuiltIn = Code("feature not built in")
    /// The caller asked for something that cannot be.
    public static let invalidArgument = Code("invalid argument")
    /// The data does not have the schema it is held against.
    public static let schemaMismatch = Code("schema mismatch")
    /// Going on would exceed a limit that the caller set or accepted.
    public static let limitExceeded = Code("limit exceeded")
    /// The operating system or a storage service refused.
    public static let inputOutput = Code("input/output")
    /// Rows or values of the input cannot be stored as asked.
    public static let rejectedData = Code("rejected data")
    /// The caller asked to stop.
    public static let cancelled = Code("cancelled")
  }

  /// Where an error happened; only what is known is set.
  public struct Context: Hashable, Sendable {
    /// The file's path or name, as the user gave it.
    public var file: String?
    /// The row group, counted from 0.
    public var rowGroup: Int?
    /// The column, as its dotted path.
    public var column: String?
    /// The page within the column chunk, counted from 0.
    public var page: Int?
    /// The row, counted from 0.
    public var row: Int?
    /// The line of a text input, counted from 1.
    public var line: Int?
    /// The offset into the file, in bytes.
    public var byteOffset: Int?

    /// A context that knows nothing yet.
    public init() {}
  }

  /// Whose fault it is.
  public var code: Code
  /// What is wrong and, where there is a remedy, what to do.
  public var message: String
  /// Where it happened.
  public var context: Context
  /// What it came from: an error of the system or of a codec library.
  public var cause: (any Error)?

  /// Makes an error.
  public init(
    _ code: Code, _ message: String, context: Context = Context(), cause: (any Error)? = nil
  ) {
    self.code = code
    self.message = message
    self.context = context
    self.cause = cause
  }

  /// The same error with what an outer layer knows added; what is already known stays.
  public func adding(
    file: String? = nil, rowGroup: Int? = nil, column: String? = nil, page: Int? = nil,
    row: Int? = nil, line: Int? = nil, byteOffset: Int? = nil
  ) -> ParquetError {
    var copy = self
    copy.context.file = context.file ?? file
    copy.context.rowGroup = context.rowGroup ?? rowGroup
    copy.context.column = context.column ?? column
    copy.context.page = context.page ?? page
    copy.context.row = context.row ?? row
    copy.context.line = context.line ?? line
    copy.context.byteOffset = context.byteOffset ?? byteOffset
    return copy
  }
}

extension ParquetError: CustomStringConvertible {
  /// One line: `CONTEXT: what is wrong`.
  public var description: String {
    let place = context.description
    return place.isEmpty ? message : "\(place): \(message)"
  }
}

extension ParquetError.Context: CustomStringConvertible {
  /// The known parts, outermost first: `taxi.parquet: row group 3, column fare, page 2, byte 812`.
  public var description: String {
    var parts: [String] = []
    if let rowGroup { parts.append("row group \(rowGroup)") }
    if let column { parts.append("column \(column)") }
    if let page { parts.append("page \(page)") }
    if let line { parts.append("line \(line)") }
    if let row { parts.append("row \(row)") }
    if let byteOffset { parts.append("byte \(byteOffset)") }
    let place = parts.joined(separator: ", ")
    guard let file else { return place }
    return place.isEmpty ? file : "\(file): \(place)"
  }
}
