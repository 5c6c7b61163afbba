/// How a page's values are turned into bytes. A struct, so that an encoding this engine does not know
/// survives being read.
///
/// Specification: Encodings.md.
public struct Encoding: RawRepresentable, Hashable, Sendable {
  /// The number in the file.
  public let rawValue: Int32

  /// The encoding with this number, known or not.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// The values as they are.
  public static let plain = Encoding(rawValue: 0)
  /// Deprecated name of ``rleDictionary``; only read.
  public static let plainDictionary = Encoding(rawValue: 2)
  /// Runs and bit-packed groups: levels, booleans and dictionary indices.
  public static let rle = Encoding(rawValue: 3)
  /// Deprecated, levels only; only read.
  public static let bitPacked = Encoding(rawValue: 4)
  /// Differences of integers, in blocks.
  public static let deltaBinaryPacked = Encoding(rawValue: 5)
  /// Lengths as differences, then the bytes.
  public static let deltaLengthByteArray = Encoding(rawValue: 6)
  /// Shared prefixes as lengths, then the rest.
  public static let deltaByteArray = Encoding(rawValue: 7)
  /// Indices into the chunk's dictionary page.
  public static let rleDictionary = Encoding(rawValue: 8)
  /// The first bytes of all values, then the second ones, and so on.
  public static let byteStreamSplit = Encoding(rawValue: 9)
  /// Adaptive lossless floating point; in preview.
  public static let alp = Encoding(rawValue: 10)

  /// The format's own name, or the number where it is not known.
  public var name: String {
    switch self {
    case .plain: "PLAIN"
    case .plainDictionary: "PLAIN_DICTIONARY"
    case .rle: "RLE"
    case .bitPacked: "BIT_PACKED"
    case .deltaBinaryPacked: "DELTA_BINARY_PACKED"
    case .deltaLengthByteArray: "DELTA_LENGTH_BYTE_ARRAY"
    case .deltaByteArray: "DELTA_BYTE_ARRAY"
    case .rleDictionary: "RLE_DICTIONARY"
    case .byteStreamSplit: "BYTE_STREAM_SPLIT"
    case .alp: "ALP"
    default: "\(rawValue)"
    }
  }
}
