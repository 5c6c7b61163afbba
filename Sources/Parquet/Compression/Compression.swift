/// How a page's bytes are made smaller, with the effort to spend where the codec knows levels.
public enum Compression: Hashable, Sendable {
  /// As they are.
  case none
  /// Snappy: fast, the default of most engines.
  case snappy
  /// Gzip, levels 1 to 9.
  case gzip(level: Int = 6)
  /// Zstandard, levels 1 to 22.
  case zstd(level: Int = 3)
  /// An LZ4 block; needs the trait LZ4.
  case lz4Raw
  /// Brotli, levels 0 to 11; needs the trait Brotli.
  case brotli(level: Int = 4)

  /// The codec's name as the command's options spell it.
  public var name: String {
    switch self {
    case .none: "none"
    case .snappy: "snappy"
    case .gzip: "gzip"
    case .zstd: "zstd"
    case .lz4Raw: "lz4_raw"
    case .brotli: "brotli"
    }
  }

  /// The codec as the file names it.
  var codec: CompressionCodec {
    switch self {
    case .none: .uncompressed
    case .snappy: .snappy
    case .gzip: .gzip
    case .zstd: .zstd
    case .lz4Raw: .lz4Raw
    case .brotli: .brotli
    }
  }

  /// Why this cannot be used to write, or nil: a level out of range, a codec not built in.
  package var problem: ParquetError? {
    func range(_ level: Int, _ legal: ClosedRange<Int>) -> ParquetError? {
      legal.contains(level)
        ? nil
        : ParquetError(
          .invalidArgument,
          "\(name) has levels \(legal.lowerBound) to \(legal.upperBound), not \(level)")
    }
    switch self {
    case .gzip(let level): return range(level, 1...9)
    case .zstd(let level): return range(level, 1...22)
    case .brotli(let level): return range(level, 0...11) ?? codec.missingTrait
    case .none, .snappy, .lz4Raw: return codec.missingTrait
    }
  }
}

/// A codec as the file names it. A struct, so that one this engine does not know survives being read.
///
/// Specification: Compression.md.
public struct CompressionCodec: RawRepresentable, Hashable, Sendable {
  /// The number in the file.
  public let rawValue: Int32

  /// The codec with this number, known or not.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// As they are.
  public static let uncompressed = CompressionCodec(rawValue: 0)
  /// A raw Snappy block.
  public static let snappy = CompressionCodec(rawValue: 1)
  /// RFC 1952 members.
  public static let gzip = CompressionCodec(rawValue: 2)
  /// Not supported.
  public static let lzo = CompressionCodec(rawValue: 3)
  /// RFC 7932.
  public static let brotli = CompressionCodec(rawValue: 4)
  /// Deprecated and ambiguous; only read.
  public static let lz4 = CompressionCodec(rawValue: 5)
  /// RFC 8878 frames.
  public static let zstd = CompressionCodec(rawValue: 6)
  /// An LZ4 block.
  public static let lz4Raw = CompressionCodec(rawValue: 7)

  /// The format's own name, or the number where it is not known.
  public var name: String {
    switch self {
    case .uncompressed: "UNCOMPRESSED"
    case .snappy: "SNAPPY"
    case .gzip: "GZIP"
    case .lzo: "LZO"
    case .brotli: "BROTLI"
    case .lz4: "LZ4"
    case .zstd: "ZSTD"
    case .lz4Raw: "LZ4_RAW"
    default: "\(rawValue)"
    }
  }

  /// The error of a build without the trait that brings this codec; nil where it is built in.
  var missingTrait: ParquetError? {
    func missing(_ trait: String) -> ParquetError {
      ParquetError(
        .featureNotBuiltIn, "\(name): built without \(trait): rebuild with --traits \(trait)")
    }
    switch self {
    #if !LZ4
      case .lz4, .lz4Raw: return missing("LZ4")
    #endif
    #if !Brotli
      case .brotli: return missing("Brotli")
    #endif
    default: return nil
    }
  }
}
