internal import Parquet
internal import Tables

/// What became of some lines.
struct ParsedLines: @unchecked Sendable {
  /// A line that cannot be stored.
  struct Refused {
    var range: Range<Int>
    /// Its number among the lines, from 0.
    var line: Int
    var fault: MessageFault
  }

  var finished: [FinishedRows] = []
  /// Where the messages that were taken are, in their order; not noted where nobody asks.
  var taken: [Range<Int>] = []
  var refused: [Refused] = []
  var lineCount = 0
  var messageCount = 0
  var warnings = 0
  var lastLedger: UInt64?
  var error: ParquetError?
}

extension ArchiveCore {
  /// The bytes of a piece that a thread parses at a time.
  static let segmentByteCount = 1 << 20

  /// Takes lines, a message each.
  func process(
    lines: UnsafeRawBufferPointer, source: String?, firstLine: Int
  ) throws(ParquetError) -> Int {
    guard threads > 1 else {
      return unsafe try take(lines: lines, source: source, firstLine: firstLine)
    }
    return try lineMonitor.withLock { () throws(ParquetError) in
      unsafe try takeByThreads(lines: lines, source: source, firstLine: firstLine)
    }
  }

  private func takeByThreads(
    lines: UnsafeRawBufferPointer, source: String?, firstLine: Int
  ) throws(ParquetError) -> Int {
    var line = firstLine
    var start = 0
    while start < lines.count {
      var segments: [Range<Int>] = []
      while start < lines.count, segments.count < threads {
        let end = unsafe ArchiveCore.lineEnd(lines, from: start)
        segments.append(start..<end)
        start = end
      }
      let parsed = try unsafe parse(lines, segments)
      for (index, segment) in segments.enumerated() {
        let text = unsafe UnsafeRawBufferPointer(rebasing: lines[segment])
        try unsafe absorb(parsed[index], text, source: source, firstLine: line)
        line += parsed[index].lineCount
      }
    }
    return line - firstLine
  }

  /// Takes lines by the caller's thread alone.
  private func take(
    lines: UnsafeRawBufferPointer, source: String?, firstLine: Int
  ) throws(ParquetError) -> Int {
    try monitor.withLock { () throws(ParquetError) in
      try checkOpen()
      return try working { () throws(ParquetError) in
        unsafe try takeOpen(lines: lines, source: source, firstLine: firstLine)
      }
    }
  }

  private func takeOpen(
    lines: UnsafeRawBufferPointer, source: String?, firstLine: Int
  ) throws(ParquetError) -> Int {
    try beginSource(source)
    var at = 0
    var line = firstLine
    while at < lines.count {
      let rest = unsafe UnsafeRawBufferPointer(rebasing: lines[at...])
      parser.line = line
      switch unsafe ArchiveCore.takeLine(rest, parser) {
      case .taken(let length):
        counts.messagesReceived &+= 1
        if let log { _ = unsafe log.append(UnsafeRawBufferPointer(rebasing: rest[..<length])) }
        try absorbOpenWhereFull()
        at &+= length
      case .blank(let length): at &+= length
      case .refused(let text, let length, let fault):
        counts.messagesReceived &+= 1
        if parser.isScattered { try absorbOpen() }
        // Messages before it are taken, whatever comes of it.
        try log?.commit()
        _ = try unsafe reject(
          fault, UnsafeRawBufferPointer(rebasing: rest[..<text]), source: source, line: line)
        at &+= length
      }
      line &+= 1
    }
    counts.bytesReceived += lines.count
    noteIntake(parser)
    try log?.commit()
    return line - firstLine
  }

  /// Refuses a line that is too long for a message, of which the beginning is kept.
  func refuseLongLine(_ start: [UInt8], source: String?, line: Int) throws(ParquetError) {
    try monitor.withLock { () throws(ParquetError) in
      counts.messagesReceived += 1
      var fault = MessageFault(
        reason: LineBlocks.longLineReason)
      fault.isJSON = false
      let span = unsafe start.span.bytes
      _ = try unsafe span.withUnsafeBytes { (bytes) throws(ParquetError) in
        unsafe try reject(fault, bytes, source: source, line: line)
      }
    }
  }

  /// Where a piece that begins at `start` ends: behind a line's end, or where the bytes do.
  private static func lineEnd(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
    let wanted = start + segmentByteCount
    guard wanted < bytes.count else { return bytes.count }
    let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[(wanted - 1)...])
    let end = unsafe rest.firstIndex(of: UInt8(ascii: "\n"))
    return end.map { wanted + $0 } ?? bytes.count
  }

  /// Parses the pieces, each by a thread.
  private func parse(
    _ lines: UnsafeRawBufferPointer, _ segments: [Range<Int>]
  ) throws(ParquetError) -> [ParsedLines] {
    addLineParsers(segments.count)
    let parsers = lineParsers
    let parsed = ParsedSegments(count: segments.count)
    nonisolated(unsafe) let bytes = unsafe lines
    try Parallel.forEach(Array(segments.indices), threads: segments.count) {
      (index, _) throws(ParquetError) in
      let text = unsafe UnsafeRawBufferPointer(rebasing: bytes[segments[index]])
      parsed[index] = unsafe self.parse(text, parsers[index])
    }
    return parsed.all
  }

  /// Makes parsers for so many threads.
  func addLineParsers(_ count: Int) {
    while lineParsers.count < count {
      lineParsers.append(MessageParser(configuration, clock: clock, keepsTexts: keepsTexts))
    }
  }

  /// Parses lines; where the configuration is strict, up to the first that is refused.
  func parse(_ text: UnsafeRawBufferPointer, _ parser: MessageParser) -> ParsedLines {
    var parsed = ParsedLines()
    let notesPlaces = log != nil
    var at = 0
    while at < text.count {
      let rest = unsafe UnsafeRawBufferPointer(rebasing: text[at...])
      parser.line = parsed.lineCount + 1
      switch unsafe ArchiveCore.takeLine(rest, parser) {
      case .taken(let length):
        if notesPlaces { parsed.taken.append(at..<at + length) }
        at &+= length
      case .blank(let length): at &+= length
      case .refused(let end, let length, let fault):
        parsed.refused.append(
          ParsedLines.Refused(range: at..<at + end, line: parsed.lineCount, fault: fault))
        at &+= length
      }
      parsed.lineCount &+= 1
      if configuration.strict, !parsed.refused.isEmpty { break }
    }
    parsed.messageCount = parser.messageCount + parsed.refused.count
    parsed.warnings = parser.warnings
    parser.forgetWarnings()
    parsed.lastLedger = parser.lastLedger
    do throws(ParquetError) { parsed.finished = try parser.finish() } catch {
      parsed.error = error
    }
    return parsed
  }

  /// What becomes of a line, of so many bytes with its end.
  private enum LineOutcome {
    case taken(Int)
    case blank(Int)
    /// The bytes without its end come first.
    case refused(Int, Int, MessageFault)
  }

  /// Takes the line that `rest` begins with.
  @inline(__always)
  private static func takeLine(
    _ rest: UnsafeRawBufferPointer, _ parser: MessageParser
  ) -> LineOutcome {
    do throws(MessageFault) {
      if let length = unsafe try parser.takeLine(rest, isAtEnd: true) { return .taken(length) }
      return unsafe takeOtherLine(rest, parser, nil)
    } catch { return unsafe takeOtherLine(rest, parser, error) }
  }

  /// Takes a line that is blank, or not what it should be.
  @inline(never)
  private static func takeOtherLine(
    _ rest: UnsafeRawBufferPointer, _ parser: MessageParser, _ fault: MessageFault?
  ) -> LineOutcome {
    let end = unsafe rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.count
    let length = min(end + 1, rest.count)
    let line = unsafe UnsafeRawBufferPointer(rebasing: rest[..<end])
    if let fault { return .refused(end, length, fault) }
    if unsafe line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { return .blank(length) }
    do throws(MessageFault) { unsafe try parser.take(line, ledger: nil) } catch {
      return .refused(end, length, error)
    }
    return .taken(length)
  }

  /// Takes up what became of some lines.
  func absorb(
    _ parsed: ParsedLines, _ text: UnsafeRawBufferPointer, source: String?, firstLine: Int
  ) throws(ParquetError) {
    try monitor.withLock { () throws(ParquetError) in
      try checkOpen()
      try working { () throws(ParquetError) in
        unsafe try takeUp(parsed, text, source: source, firstLine: firstLine)
      }
    }
  }

  private func takeUp(
    _ parsed: ParsedLines, _ text: UnsafeRawBufferPointer, source: String?, firstLine: Int
  ) throws(ParquetError) {
    if let error = parsed.error { throw error }
    try absorbOpen()
    var first: UInt64?
    if let log {
      for range in parsed.taken {
        let number = unsafe log.append(UnsafeRawBufferPointer(rebasing: text[range]))
        first = first ?? number
      }
      try log.commit()
    }
    counts.messagesReceived += parsed.messageCount
    counts.bytesReceived += text.count
    if let ledger = parsed.lastLedger { counts.currentLedger = ledger }
    if parsed.warnings > 0 {
      counts.unreadableTimes += parsed.warnings
      onEvent(.unreadableTimes(parsed.warnings))
    }
    var problem: ParquetError?
    do throws(ParquetError) {
      try absorb(
        parsed.finished, firstNumber: first, source: source, firstLine: firstLine - 1)
    } catch {
      problem = error
    }
    for refused in parsed.refused {
      _ = try unsafe reject(
        refused.fault, UnsafeRawBufferPointer(rebasing: text[refused.range]), source: source,
        line: firstLine + refused.line)
    }
    if let problem { throw problem }
  }
}

/// A place for what each thread makes.
@safe
final class ParsedSegments: @unchecked Sendable {
  private let places: UnsafeMutablePointer<ParsedLines>
  private let count: Int

  init(count: Int) {
    self.count = count
    unsafe places = .allocate(capacity: count)
    unsafe places.initialize(repeating: ParsedLines(), count: count)
  }

  deinit {
    unsafe places.deinitialize(count: count)
    unsafe places.deallocate()
  }

  subscript(index: Int) -> ParsedLines {
    get { unsafe places[index] }
    set { unsafe places[index] = newValue }
  }

  var all: [ParsedLines] { (0..<count).map { self[$0] } }
}
