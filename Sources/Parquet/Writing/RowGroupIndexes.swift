/// The page indexes of a row group's column chunks as they will stand in the file, until they are written
/// before the footer.
///
/// Those of one kind lie in one run of bytes: of thousands of columns, many runs of a few bytes each would
/// take several times as much memory.
struct RowGroupIndexes {
  /// Indexes of one kind, in the order of the columns.
  struct Run {
    /// The indexes, one behind the other.
    var bytes = Bytes()
    /// The bytes of each; nil where a column has none.
    var byteCounts: [Int?] = []
  }

  /// The column indexes.
  let columnIndexes: Run
  /// The offset indexes.
  let offsetIndexes: Run

  /// Whether no column has an index.
  var isEmpty: Bool { columnIndexes.bytes.count == 0 && offsetIndexes.bytes.count == 0 }

  /// Puts the indexes of one column after another.
  struct Joiner: ~Copyable {
    private var columnIndexes = RunJoiner()
    private var offsetIndexes = RunJoiner()

    init() {}

    mutating func append(_ indexes: ChunkIndexes) {
      columnIndexes.append(indexes.columnIndex)
      offsetIndexes.append(indexes.offsetIndex)
    }

    /// The indexes appended; the joiner is empty afterwards.
    mutating func finish() -> RowGroupIndexes {
      RowGroupIndexes(
        columnIndexes: columnIndexes.finish(), offsetIndexes: offsetIndexes.finish())
    }
  }

  private struct RunJoiner: ~Copyable {
    private var buffer = ByteBuffer()
    private var byteCounts: [Int?] = []

    init() {}

    mutating func append(_ bytes: Bytes?) {
      byteCounts.append(bytes?.count)
      if let bytes { buffer.append(bytes) }
    }

    mutating func finish() -> Run {
      defer { byteCounts = [] }
      return Run(bytes: buffer.freeze(), byteCounts: byteCounts)
    }
  }
}
