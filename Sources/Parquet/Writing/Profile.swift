/// What a file is written for: one choice that keeps to what a target reads.
///
/// A profile changes the types that its target does not read into ones that hold every value, and
/// limits encodings, pages and codecs. A value or a type that its target cannot hold is an error, never a
/// loss. docs/profiles.md has all rules.
public enum Profile: String, Hashable, Sendable, CaseIterable {
  /// Readers of the format as it is today: nothing is changed.
  case latest
  /// Apache Spark to 3.x.
  case spark
  /// Apache Hive, Athena and Impala.
  case hive
  /// BigQuery.
  case bigQuery = "bigquery"
  /// ClickHouse.
  case clickHouse = "clickhouse"

  /// The schema that a file for `schema`'s rows has.
  ///
  /// - Throws: ``ParquetError`` with the column: code `unsupportedFeature` for a type that the target
  ///   cannot hold, `schemaMismatch` for names that it cannot tell apart.
  public func storedSchema(_ schema: Schema) throws(ParquetError) -> Schema {
    try ProfileSchema(self, schema).schema
  }
}

/// What a target reads.
struct ProfileRules {
  /// How decimals may lie in the file.
  enum Decimals {
    /// In every way of the format.
    case any
    /// INT32, INT64 and FIXED_LEN_BYTE_ARRAY.
    case noByteArrays
    /// FIXED_LEN_BYTE_ARRAY alone.
    case fixed
  }

  /// The encodings that the writer chooses from by itself.
  var automaticEncodings: Set<Encoding>?
  /// The encodings that may be asked for.
  var encodings: Set<Encoding>
  var pageVersions: Set<WriterOptions.PageVersion> = [.v1]
  var codecs: Set<CompressionCodec> = [.uncompressed, .snappy, .gzip, .zstd]
  var hasUnsigned = false
  var hasNanoseconds = false
  var hasTime = false
  var hasUUID = false
  var hasInterval = false
  /// Whether ENUM, JSON and BSON are more than text and bytes.
  var hasTextKinds = false
  var decimals = Decimals.noByteArrays
  /// The most digits of a decimal.
  var decimalDigits = 38
  var hasLowerCaseNames = false
  /// Whether names that differ only in case are the same.
  var ignoresCase = false

  /// What dictionaries need, and PLAIN.
  private static let common: Set<Encoding> = [.plain, .rleDictionary]
  private static let deltas: Set<Encoding> = [
    .deltaBinaryPacked, .deltaLengthByteArray, .deltaByteArray,
  ]
}

extension Profile {
  /// What the target reads; nil where everything is.
  var rules: ProfileRules? {
    switch self {
    case .latest: nil
    case .spark: .spark
    case .hive: .hive
    case .bigQuery: .bigQuery
    case .clickHouse: .clickHouse
    }
  }
}

extension ProfileRules {
  /// Spark reads the DELTA encodings and boolean runs from 3.3 on: they are there for who asks.
  fileprivate static let spark = ProfileRules(
    automaticEncodings: common, encodings: common.union(deltas).union([.rle]),
    pageVersions: [.v1, .v2], hasTextKinds: true)

  /// The oldest readers: pages of version 1, dictionaries and PLAIN; decimals in bytes, big-endian.
  fileprivate static let hive = ProfileRules(
    automaticEncodings: common, encodings: common, decimals: .fixed, hasLowerCaseNames: true,
    ignoresCase: true)

  fileprivate static let bigQuery = ProfileRules(
    automaticEncodings: common, encodings: common, hasTime: true, decimals: .any, decimalDigits: 76,
    ignoresCase: true)

  fileprivate static let clickHouse = ProfileRules(
    automaticEncodings: nil, encodings: common.union(deltas).union([.rle, .byteStreamSplit]),
    pageVersions: [.v1, .v2],
    codecs: [.uncompressed, .snappy, .gzip, .zstd, .lz4Raw, .brotli], hasUnsigned: true,
    hasNanoseconds: true, hasTime: true, hasUUID: true, hasInterval: true, hasTextKinds: true,
    decimals: .any, decimalDigits: 76)
}
