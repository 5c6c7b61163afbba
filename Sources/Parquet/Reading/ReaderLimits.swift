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

  /// The most bytes that what is read from one file may have alive at a time: footer, indexes, the pages
  /// and dictionaries that are open, and the columns being made; nil for 64 MiB and 64 bytes for each byte
  /// of the file.
  ///
  /// A batch that was returned no longer counts, only the dictionary that it shares with the reader. All
  /// calls on one reader count together. A file that is honest and compresses better than that may need
  /// more: read fewer rows or columns at a time, or raise this.
  public var totalBytes: Int?

  /// Limits that no sensible file comes near.
  public init() {}

  /// ``totalBytes`` for a file of `fileByteCount` bytes.
  func total(fileByteCount: Int) -> Int {
    if let totalBytes { return totalBytes }
    return (64 << 20) + 64 * min(fileByteCount, Int.max / 128)
  }
}
