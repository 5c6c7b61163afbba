/// What a writer may be told; the defaults make a good file for every reader.
public struct WriterOptions: Sendable {
  /// How values are encoded.
  public enum EncodingChoice: Hashable, Sendable {
    /// By measured size: a dictionary where it pays.
    case automatic
    /// This encoding, in every column whose type allows it.
    case always(Encoding)
  }

  /// The kind of data pages.
  public enum PageVersion: Hashable, Sendable {
    /// Levels and values compressed together: what every reader knows.
    case v1
    /// Levels uncompressed before the values.
    case v2
  }

  /// What is noted about the values.
  public enum StatisticsLevel: Hashable, Sendable {
    /// Bounds and counts of pages and of column chunks.
    case page
    /// Bounds and counts of column chunks.
    case chunk
    /// Nothing.
    case none
  }

  /// What the file is written for. Another profile than ``Profile/latest`` changes types that its target
  /// does not read, and permits only options that it reads; columns in options are named as the rows have
  /// them.
  public var profile = Profile.latest
  /// The codec of every column not named in ``columnCompression``.
  public var compression = Compression.snappy
  /// The codec of single columns, by dotted path.
  public var columnCompression: [String: Compression] = [:]
  /// The encoding of every column not named in ``columnEncodings``.
  public var encoding = EncodingChoice.automatic
  /// The encoding of single columns, by dotted path; one that the type does not allow is an error.
  public var columnEncodings: [String: EncodingChoice] = [:]
  /// The most rows of a row group.
  public var rowGroupRows = 1_048_576
  /// The bytes of a row group (encoded pages before compression, and what waits to be encoded) after
  /// which it is closed; checked after each slab of rows.
  public var rowGroupBytes = 128 << 20
  /// The kind of data pages.
  public var pageVersion = PageVersion.v1
  /// The most rows of a page.
  public var pageRows = 20_000
  /// The bytes of a page before compression after which it is closed; a single row may be larger.
  public var pageBytes = 1 << 20
  /// The most bytes of a column chunk's dictionary, as its page has them.
  public var dictionaryBytes = 1 << 20
  /// What is noted about the values.
  public var statistics = StatisticsLevel.page
  /// The most bytes of a bound of text or bytes in statistics; longer ones are shortened and marked
  /// inexact.
  public var statisticsBytes = 64
  /// How the bounds of FLOAT, DOUBLE and FLOAT16 columns are ordered: ``ColumnOrder/typeDefined``, which
  /// every reader knows, or ``ColumnOrder/ieee754Total``, under which pages of nothing but NaN have bounds
  /// and zeros keep their sign; readers that do not know it must leave those bounds alone.
  public var floatOrder = ColumnOrder.typeDefined
  /// The TIMESTAMP columns, by dotted path, that are written as INT96, for readers that know no other points
  /// in time. INT96 is deprecated: the unit is lost, and whether the clock is UTC's.
  public var int96Columns: Set<String> = []
  /// The columns, by dotted path, whose chunks get a bloom filter.
  public var bloomColumns: Set<String> = []
  /// How many of the values that a chunk does not have its bloom filter lets pass, at most: at least
  /// ``leastBloomFalsePositiveRate``, and below 1.
  public var bloomFalsePositiveRate = 0.01
  /// What the rows of each row group are sorted by, the first key first; the row group's metadata says so.
  /// Nothing: the rows stay in the order they come in.
  ///
  /// A row group that is sorted waits in memory as rows. It closes at ``rowGroupRows`` rows, where its
  /// rows would have more than ``rowGroupBytes`` before they are encoded, or a quarter of ``memoryLimit``;
  /// at the latest at 2²⁴ rows or 1 GiB.
  public var sortKeys: [SortKey] = []
  /// How the file is encrypted; nil for a file that is not. The bytes of an encrypted file differ from
  /// one writing to the next.
  public var encryption: EncryptionOptions?
  /// Pairs for the footer, in this order.
  public var keyValues: [KeyValue] = []
  /// Pairs for the column chunks of single columns, in every row group.
  public var columnKeyValues: [ColumnPath: [KeyValue]] = [:]
  /// Who wrote the file, as `application version X.Y.Z (build HASH)`.
  public var createdBy = "swift-parquet version 0.1.0 (build 0)"
  /// How many threads encode columns; the bytes are the same for every number.
  public var threads = 1
  /// A ceiling in bytes for rows and pages held in memory; row groups close early to keep it.
  public var memoryLimit: Int?
  /// Called after each slab of rows with the rows encoded so far; throwing stops the writer.
  public var progress: (@Sendable (_ rows: Int) throws(ParquetError) -> Void)?

  /// The smallest rate that ``bloomFalsePositiveRate`` may be. A value sets eight bits of a block of 256, so
  /// that with a block to itself it is still taken for one of 2⁴⁰; what comes near that takes the largest
  /// filter there can be, whatever the values.
  public static let leastBloomFalsePositiveRate = 1e-9

  /// The defaults.
  public init() {}
}
