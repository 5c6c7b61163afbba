/// The kind of a page. A struct, so that one this engine does not know survives being read.
///
/// Specification: PageType in parquet.thrift.
public struct PageType: RawRepresentable, Hashable, Sendable {
  /// The number in the file.
  public let rawValue: Int32

  /// The kind with this number, known or not.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// Levels and values, compressed together.
  public static let dataPage = PageType(rawValue: 0)
  /// Never used by the format; skipped.
  public static let indexPage = PageType(rawValue: 1)
  /// The values that a chunk's indices mean.
  public static let dictionaryPage = PageType(rawValue: 2)
  /// Levels as they are, then values.
  public static let dataPageV2 = PageType(rawValue: 3)

  /// Whether pages of this kind hold rows.
  package var isDataPage: Bool { self == .dataPage || self == .dataPageV2 }

  /// The format's own name, or the number where it is not known.
  public var name: String {
    switch self {
    case .dataPage: "DATA_PAGE"
    case .indexPage: "INDEX_PAGE"
    case .dictionaryPage: "DICTIONARY_PAGE"
    case .dataPageV2: "DATA_PAGE_V2"
    default: "\(rawValue)"
    }
  }
}
