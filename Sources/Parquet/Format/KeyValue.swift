/// A pair of the footer: what the file's writer says about it, for whoever knows the key.
public struct KeyValue: Hashable, Sendable {
  /// The key; may stand more than once.
  public var key: String
  /// The value, if there is one.
  public var value: String?

  /// A pair.
  public init(_ key: String, _ value: String?) {
    self.key = key
    self.value = value
  }
}
