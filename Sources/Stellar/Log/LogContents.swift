internal import Parquet

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// What earlier runs left in the directory of a log.
struct LogContents {
  /// The segments, in their order.
  private(set) var segments: [LogSegment] = []
  /// What the last one says.
  private(set) var state = LogState()
  /// The number of the segment that is next.
  private(set) var nextSegment: UInt64 = 1

  /// Reads what is in `directory`, which nobody else writes to.
  ///
  /// What a kill left of a commit at the end of the last segment is cut off, and what it left of a segment that was
  /// being made is removed.
  ///
  /// - Throws: ``ParquetError`` with code `malformedFile` where anything else is not as it was written.
  init(_ directory: String, calls: FileSystemCalls) throws(ParquetError) {
    var numbers: [UInt64] = []
    for name in try Directory.names(in: directory) {
      if let number = LogSegment.number(name) {
        numbers.append(number)
      } else if LogSegment.isUnfinished(name) {
        try FileNames.remove(Directory.path(name, in: directory))
      }
    }
    numbers.sort()
    for number in numbers {
      let path = Directory.path(LogSegment.name(number), in: directory)
      try read(path, number: number, isLast: number == numbers.last, calls)
      nextSegment = number + 1
    }
    try checkCompleteness(in: directory)
  }

  /// Reads one segment.
  private mutating func read(
    _ path: String, number: UInt64, isLast: Bool, _ calls: FileSystemCalls
  ) throws(ParquetError) {
    var reader = try LogSegmentReader(path: path)
    guard reader.header.number == number else {
      throw reader.damage("this is segment \(reader.header.number)", at: 0)
    }
    var (known, offset) = try reader.state()
    if let last = segments.last {
      let follows = last.number + 1 == number
      let end = last.numbers.upperBound
      guard follows ? known.nextNumber == end : known.nextNumber >= end else {
        throw reader.damage("the segment does not go on where the one before ends", at: 0)
      }
    }
    reading: while true {
      switch try reader.step(at: offset) {
      case .end: break reading
      case .record(let record):
        do throws(ParquetError) { try known.take(record) } catch {
          throw error.adding(file: path, byteOffset: offset)
        }
        offset += record.byteCount
      case .fault(let reason):
        guard isLast, try !reader.wasCommitted(at: offset) else {
          throw reader.damage(reason, at: offset)
        }
        try LogContents.cut(path, to: offset, calls)
        break reading
      }
    }
    segments.append(
      LogSegment(
        number: number, path: path, numbers: reader.header.firstNumber..<known.nextNumber))
    state = known
  }

  /// Sees that every message that is not settled is there.
  private func checkCompleteness(in directory: String) throws(ParquetError) {
    var present = MessageNumbers()
    for segment in segments { present.insert(segment.numbers) }
    let missing = state.unsettled.subtracting(present)
    guard missing.isEmpty else {
      throw ParquetError(
        .malformedFile,
        "the log is damaged: the segment is missing that holds the messages numbered \(missing)"
      ).adding(file: directory)
    }
  }

  /// Cuts the file at `path` for good.
  private static func cut(
    _ path: String, to byteCount: Int, _ calls: FileSystemCalls
  ) throws(ParquetError) {
    let descriptor: Int32
    switch valueOrErrno({ Int(unsafe open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW)) }) {
    case .success(let value): descriptor = Int32(truncatingIfNeeded: value)
    case .failure(let error): throw .system("cannot be opened", error, file: path)
    }
    defer { close(descriptor) }
    let cut = calls.perform(.truncate) { Int(ftruncate(descriptor, off_t(byteCount))) }
    if case .failure(let error) = cut {
      throw .system("cannot be cut where its last commit ends", error, file: path)
    }
    let synced = calls.perform(.sync) { Int(fsync(descriptor)) }
    if case .failure(let error) = synced, error.number != EINVAL, error.number != EROFS {
      throw .system("cannot be made durable", error, file: path)
    }
  }
}
