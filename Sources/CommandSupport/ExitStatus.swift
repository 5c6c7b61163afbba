/// What the command tells its caller when it ends.
public struct ExitStatus: RawRepresentable, Hashable, Sendable {
  /// The number the shell sees.
  public let rawValue: Int32

  /// The status with this number.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// All was done.
  public static let done = ExitStatus(rawValue: 0)
  /// The data or the work failed.
  public static let failed = ExitStatus(rawValue: 1)
  /// The command line is wrong.
  public static let usage = ExitStatus(rawValue: 2)
  /// The user stopped the work.
  public static let interrupted = ExitStatus(rawValue: 130)
}

/// The command line is wrong; the message is one line that names what is, and what would be right.
public struct UsageError: Error, Hashable, Sendable {
  /// What is wrong and what would be right.
  public var message: String

  /// An error of the command line.
  public init(_ message: String) { self.message = message }
}
