import CommandSupport
import Parquet

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Parquet files as commands name them.
enum ParquetInput {
  static let standardInput = "standard input"

  /// A reader of the file at `path`, or of standard input where that is `-`.
  static func open(
    _ path: String, _ reading: ReadingArguments? = nil
  ) throws(ParquetError) -> ParquetReader {
    do throws(ParquetError) {
      return try ParquetReader(
        source(path), limits: reading?.limits ?? ReaderLimits(),
        decryption: reading?.keys.decryption(of: path))
    } catch {
      throw error.adding(file: path == "-" ? standardInput : path)
    }
  }

  /// The bytes of a file; standard input is held in memory, as a file is read from its end.
  static func source(_ path: String) throws(ParquetError) -> any ByteSource {
    guard path == "-" else { return try FileSource(path: path) }
    var bytes: [UInt8] = []
    while true {
      let count = try StandardInput.read(upTo: 1 << 20, into: &bytes)
      if count == 0 { break }
    }
    return MemorySource(Bytes(copying: bytes), name: standardInput)
  }

  /// The leaves that `--columns` chooses, in schema order; nil where all are wanted. A name chooses the
  /// leaf with that path, or all leaves below it; paths are as the file has them or as rows show them.
  static func columns(_ arguments: Arguments, _ schema: Schema) throws(UsageError) -> [Int]? {
    guard let names = try arguments.list("columns") else { return nil }
    var chosen: Set<Int> = []
    for name in names {
      let leaves = schema.leaves(under: name)
      guard !leaves.isEmpty else {
        throw .unknownColumn(
          name, option: "columns", schema: schema, others: schema.logicalPaths)
      }
      chosen.formUnion(leaves)
    }
    return chosen.sorted()
  }
}

/// Reading of standard input.
enum StandardInput {
  /// Appends the next bytes; none at the end.
  static func read(upTo limit: Int, into bytes: inout [UInt8]) throws(ParquetError) -> Int {
    let start = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: limit))
    while true {
      let result = unsafe bytes.withUnsafeMutableBytes { buffer in
        valueOrErrno(retryOnInterrupt: false) {
          guard let base = buffer.baseAddress else { return 0 }
          #if canImport(Glibc)
            return unsafe Glibc.read(STDIN_FILENO, base + start, limit)
          #else
            return unsafe Darwin.read(STDIN_FILENO, base + start, limit)
          #endif
        }
      }
      switch result {
      case .success(let count):
        bytes.removeLast(limit - count)
        return count
      case .failure(let error):
        // A signal wakes a read that waits for a terminal or a pipe.
        try Interruption.check()
        guard error.number == EINTR else {
          throw .system("cannot be read", error, file: ParquetInput.standardInput)
        }
      }
    }
  }
}
