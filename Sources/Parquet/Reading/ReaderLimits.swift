/// How much memory a file may ask for. A file that asks for more is refused with an error of code
/// `limitExceeded` before the memory is taken.
public struct ReaderLimits: Hashable, Sendable {
  /// The most bytes of a footer.
  public var footerBytes = 256 << 20
  /// The most bytes of a page's header.
  public var pageHeaderBytes = 16 << 20
  /// The most bytes of a data page, as stored, after decompression, and after decoding what cannot be
  /// decoded by parts.
  public var pageBytes = 1 << 30
  /// The most bytes of a dictionary page, as stored and after decompression.
  public var dictionaryBytes = 256 << 20
  /// How many groups deep a schema may be nested.
  public var nestingDepth = 128
  /// The most bytes of one column that one read may make: values, offsets and levels together.
  public var columnBytes = 4 << 30

  /// Limits that no sensible file comes near.
  public init() {}
}
