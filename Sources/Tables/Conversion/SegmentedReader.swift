internal import Parquet

/// What a reader of text came to.
enum ReadStep {
  /// More rows.
  case batch(ColumnBatch)
  /// The end of the input.
  case end
  /// A row that an inferred schema cannot hold: it must be widened.
  case misfit
}

/// Reads text into batches of one schema, several segments of the input at a time.
///
/// A window of the input is cut into segments, threads parse them while one reads the next window, and
/// what came of them is taken up in order. Where the segments are cut depends on the input alone, and
/// a cut inside a record is found out because the segment before it does not end there: what was made of
/// the segments behind is thrown away then. So any number of threads gives the same batches, rejects
/// and errors.
final class SegmentedReader {
  /// More threads than that would hold more of the input in memory than is reasonable.
  static let largestThreadCount = 32
  /// How many rows of a segment may be rejected before what came of them is taken up.
  private static let rejectLimit = 4096

  /// A segment, and what a thread made of it. Each has one thread that works on it.
  private final class Task {
    let segment: TextSegment
    /// Whether it ends where the cutter believes that a record does.
    let isCut: Bool
    var parsed = ParsedSegment()

    init(_ segment: TextSegment, isCut: Bool) {
      self.segment = segment
      self.isCut = isCut
    }
  }

  private let window: InputWindow
  private let parsers: [any SegmentParser]
  private let segmentByteCount: Int
  private var cutter = SegmentCutter()
  private var log: RejectLog
  /// The lines before the window's first byte.
  private var lines: Int
  /// The segments parsed and not taken up, and how many of them were.
  private var tasks: [Task] = []
  private var taken = 0
  private var batches: [ColumnBatch] = []
  private var handedOut = 0
  /// Whether the window's last record is known not to be whole.
  private var isMoreNeeded = false
  private var isMisfit = false

  /// A reader of what `buffer` has not consumed yet, in segments of about `segmentByteCount` bytes; each
  /// of `parsers` has a thread, and `lines` were consumed before.
  init(
    _ buffer: consuming InputBuffer, lines: Int, parsers: [any SegmentParser],
    segmentByteCount: Int, inputByteCount: Int?, log: consuming RejectLog
  ) {
    self.parsers = parsers
    self.segmentByteCount = segmentByteCount
    self.lines = lines
    self.log = log
    // Some segments a thread, so that all are busy to the end; one thread has nobody to wait for.
    let threads = parsers.count
    let segments = threads == 1 ? 1 : max(min(threads * 4, 16), threads)
    // Small inputs need no large windows.
    let byteCount = min(segments * segmentByteCount, inputByteCount ?? .max)
    window = InputWindow(
      buffer, byteCount: max(byteCount, segmentByteCount), headroom: segmentByteCount)
  }

  /// The bytes of input read so far.
  var byteOffset: Int { window.offset }
  /// The rows that were rejected so far.
  var rejectedCount: Int { log.count }
  /// Ends the log of rejects.
  func finishRejects() throws(ParquetError) { try log.finish() }
  /// Leaves no log of rejects.
  func abandonRejects() { log.abandon() }

  /// The next rows.
  func next() throws(ParquetError) -> ReadStep {
    while true {
      if handedOut < batches.count {
        handedOut += 1
        return .batch(batches[handedOut - 1])
      }
      batches.removeAll()
      handedOut = 0
      if isMisfit { return .misfit }
      if taken < tasks.count {
        taken += 1
        try takeUp(tasks[taken - 1])
      } else if try !parseWindow() {
        return .end
      }
    }
  }

  // MARK: Parsing

  /// Parses the segments of the window, with more bytes where there are; false at the end of the input.
  private func parseWindow() throws(ParquetError) -> Bool {
    tasks.removeAll()
    taken = 0
    if isMoreNeeded, window.isAtEnd { return false }
    if isMoreNeeded || window.count < segmentByteCount, !window.isAtEnd {
      do throws(ParquetError) { try window.advance() } catch {
        throw error.adding(line: lines + 1, byteOffset: window.offset)
      }
      isMoreNeeded = false
    }
    guard window.count > 0 else { return !window.isAtEnd }
    let ends = unsafe cutter.cut(
      window.start, window.count, isAtEnd: window.isAtEnd, byteCount: segmentByteCount)
    var start = 0
    for end in ends {
      let isLast = end == window.count
      tasks.append(
        Task(
          segment(from: start, to: end, isAtEnd: isLast && window.isAtEnd), isCut: !isLast))
      start = end
    }
    let tasks = tasks
    var order = Array(tasks.indices)
    if parsers.count > 1, window.isReadByAnyThread { order.insert(tasks.count, at: 0) }
    try Parallel.forEach(order, threads: parsers.count) { (index, thread) throws(ParquetError) in
      if index == tasks.count {
        window.readAhead()
      } else {
        tasks[index].parsed = parsers[thread].parse(tasks[index].segment)
      }
    }
    return true
  }

  /// A piece of the window as it is at hand.
  private func segment(from start: Int, to end: Int, isAtEnd: Bool) -> TextSegment {
    unsafe TextSegment(
      start: window.start + start, count: end - start, isAtEnd: isAtEnd,
      rejectLimit: log.takesRows ? SegmentedReader.rejectLimit : 1)
  }

  /// Takes up what came of a segment that begins where the one before ended.
  private func takeUp(_ task: Task) throws(ParquetError) {
    let parsed = task.parsed
    let segment = task.segment
    task.parsed = ParsedSegment()
    for row in parsed.rejects {
      unsafe try log.reject(
        line: lines + row.line + 1, byteOffset: window.offset + row.offset, column: row.column,
        reason: row.reason,
        row: UnsafeRawBufferPointer(start: segment.start + row.start, count: row.end - row.start))
    }
    batches = parsed.batches
    lines += parsed.lines
    window.consume(parsed.used)
    let left = segment.count - parsed.used
    switch parsed.ending {
    case .misfit: isMisfit = true
    case .failed(let error): throw error
    case .stopped where left > 0:
      // What came of the segments behind stays: whether they begin right is told by this one's end.
      let rest = Task(
        unsafe TextSegment(
          start: segment.start + parsed.used, count: left, isAtEnd: segment.isAtEnd,
          rejectLimit: segment.rejectLimit),
        isCut: task.isCut)
      rest.parsed = parsers[0].parse(rest.segment)
      taken -= 1
      tasks[taken] = rest
    case .stopped, .exhausted:
      let isLast = taken == tasks.count
      if left > 0, task.isCut {
        cutter.noteFailure()
        tasks.removeAll()
        taken = 0
      }
      // What is left of the window is less than a record, but for segments thrown away.
      isMoreNeeded = isLast
    }
  }
}
