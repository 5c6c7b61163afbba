internal import Parquet

/// Reads the records of a segment.
///
/// Memory: a window of the segment, or one record where that is longer.
struct LogSegmentReader {
  /// What is at a place of a segment.
  enum Step {
    case record(LogRecord)
    case end
    /// No whole record, for this reason.
    case fault(String)
  }

  private static let windowByteCount = 256 << 10
  /// How many places that look like records are held against their checksums before they are taken for some.
  private static let largestTrialCount = 1000

  let path: String
  let header: LogSegmentHeader
  let byteCount: Int
  private let source: FileSource
  private var window = Bytes()
  private var windowStart = 0

  /// Opens the segment at `path`.
  ///
  /// - Throws: ``ParquetError`` with code `inputOutput`, or `malformedFile`.
  init(path: String) throws(ParquetError) {
    self.path = path
    source = try FileSource(path: path)
    byteCount = source.byteCount
    do throws(ParquetError) {
      header = try LogSegmentHeader(
        try source.read(0..<min(byteCount, LogSegmentHeader.byteCount)))
    } catch { throw error.adding(file: path, byteOffset: 0) }
  }

  /// The error of damage at `offset`.
  func damage(_ what: String, at offset: Int) -> ParquetError {
    ParquetError(.malformedFile, "the log is damaged: \(what)").adding(
      file: path, byteOffset: offset)
  }

  /// The state that the segment begins with, and where its first record is.
  ///
  /// - Throws: ``ParquetError`` with code `malformedFile`.
  mutating func state() throws(ParquetError) -> (state: LogState, end: Int) {
    let offset = LogSegmentHeader.byteCount
    switch try step(at: offset) {
    case .record(let record) where record.kind == .state:
      do throws(ParquetError) {
        let state = try LogState(record.payload)
        guard state.nextNumber == header.firstNumber else {
          throw LogPayload.malformed("header and state of the segment do not agree")
        }
        return (state, offset + record.byteCount)
      } catch { throw error.adding(file: path, byteOffset: offset) }
    case .record, .end: throw damage("the segment has no state", at: offset)
    case .fault(let reason): throw damage(reason, at: offset)
    }
  }

  /// What is at `offset`.
  ///
  /// - Throws: ``ParquetError`` with code `inputOutput`.
  mutating func step(at offset: Int) throws(ParquetError) -> Step {
    let rest = byteCount - offset
    if rest == 0 { return .end }
    guard rest >= LogRecord.headerByteCount else { return .fault("a record is cut") }
    let start = try bytes(offset, LogRecord.headerByteCount)
    guard let head = LogRecord.Header(start, at: offset, marker: header.marker) else {
      return .fault("no record is where one must be")
    }
    let length = LogRecord.headerByteCount + head.payloadByteCount
    guard length <= rest else { return .fault("a record is cut") }
    let whole = try bytes(offset, length)
    guard whole.checksum(8..<length) == head.checksum else {
      return .fault("the checksum of a record is wrong")
    }
    return .record(
      LogRecord(
        kind: head.kind, number: head.number, committed: head.committed,
        payload: whole.slice(LogRecord.headerByteCount..<length)))
  }

  /// Whether what is at `fault` had been committed, as any record behind it says.
  ///
  /// A commit that a kill interrupted, or whose bytes a crash of the machine lost in part, is followed by nothing that
  /// was written later.
  mutating func wasCommitted(at fault: Int) throws(ParquetError) -> Bool {
    var offset = fault + 1
    var trials = 0
    while byteCount - offset >= LogRecord.headerByteCount {
      let part = try bytes(offset, min(LogSegmentReader.windowByteCount, byteCount - offset))
      var at = 0
      while at + LogRecord.headerByteCount <= part.count {
        let place = at
        at += 1
        guard part.number(at: place, as: UInt32.self) == header.marker,
          let head = LogRecord.Header(
            part.slice(place..<part.count), at: offset + place, marker: header.marker),
          head.committed > fault
        else { continue }
        trials += 1
        if trials > LogSegmentReader.largestTrialCount { return true }
        if case .record = try step(at: offset + place) { return true }
      }
      offset += at
    }
    return false
  }

  /// `count` bytes from `offset` on, which are there.
  private mutating func bytes(_ offset: Int, _ count: Int) throws(ParquetError) -> Bytes {
    if offset < windowStart || offset + count > windowStart + window.count {
      let wanted = min(max(count, LogSegmentReader.windowByteCount), byteCount - offset)
      // The old window goes before the new one comes.
      window = Bytes()
      window = try source.read(offset..<offset + wanted)
      windowStart = offset
    }
    return window.slice(offset - windowStart..<offset - windowStart + count)
  }
}
