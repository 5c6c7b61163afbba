internal import Dispatch
internal import Parquet
@_spi(Adapters) internal import Tables

/// Takes the lines of an ordinary file, which threads read as they parse: each a piece, of which the lines are its own
/// that begin there.
extension ArchiveCore {
  /// Takes the lines of the file from its start, until its end or until it is stopped.
  func process(
    _ file: FileStream, byteCount: Int, source: String?, isStopped: () -> Bool,
    onProgress: (_ lines: Int) throws(ParquetError) -> Void
  ) throws(ParquetError) {
    try lineMonitor.withLock { () throws(ParquetError) in
      addLineParsers(threads)
      let work = PieceQueue(
        count: (byteCount + ArchiveCore.segmentByteCount - 1) / ArchiveCore.segmentByteCount,
        ahead: 4 * threads)
      // Any thread may read at a place of its own, and each parser is one thread's.
      nonisolated(unsafe) let file = file
      for number in 0..<threads {
        nonisolated(unsafe) let parser = lineParsers[number]
        work.begin { (piece, index) throws(ParquetError) in
          let start = index * ArchiveCore.segmentByteCount
          try unsafe piece.read(
            file, start..<min(start + ArchiveCore.segmentByteCount, byteCount), of: byteCount)
          return unsafe self.parse(piece, parser)
        }
      }
      defer { work.end() }
      var lineCount = 0
      while !isStopped(), let (piece, parsed) = try work.next() {
        try unsafe absorb(parsed, piece.text, source: source, firstLine: lineCount + 1)
        lineCount += parsed.lineCount
        work.release()
        try onProgress(lineCount)
      }
    }
  }

  private func parse(_ piece: LinePiece, _ parser: MessageParser) -> ParsedLines {
    var parsed = unsafe parse(piece.lines, parser)
    if piece.isCut, parsed.refused.isEmpty || !configuration.strict {
      // Its last line goes on for too long, and was left out of the piece but for its beginning.
      var fault = MessageFault(reason: LineBlocks.longLineReason)
      fault.isJSON = false
      parsed.refused.append(
        ParsedLines.Refused(range: piece.cutRange, line: parsed.lineCount, fault: fault))
      parsed.lineCount += 1
      parsed.messageCount += 1
    }
    return parsed
  }
}

/// Pieces that threads work on, some ahead of the one that is taken next.
private final class PieceQueue: @unchecked Sendable {
  typealias Work = @Sendable (LinePiece, Int) throws(ParquetError) -> ParsedLines

  private let monitor = Monitor()
  private let count: Int
  private let pieces: [LinePiece]
  private var results: [Result<ParsedLines, ParquetError>?]
  private var begun = 0
  private var taken = 0
  private var released = 0
  private var workerCount = 0
  private var isEnded = false

  /// So many pieces, of which some are in memory at a time.
  init(count: Int, ahead: Int) {
    self.count = count
    pieces = (0..<max(1, min(ahead, count))).map { _ in LinePiece() }
    results = Array(repeating: nil, count: pieces.count)
  }

  /// Adds a thread that works on pieces.
  func begin(_ work: @escaping Work) {
    monitor.withLock { workerCount += 1 }
    DispatchQueue(label: "stellar lines").async {
      while let index = self.nextToDo() {
        let result: Result<ParsedLines, ParquetError>
        do throws(ParquetError) {
          result = .success(try work(self.pieces[index % self.pieces.count], index))
        } catch { result = .failure(error) }
        self.monitor.withLock {
          self.results[index % self.pieces.count] = result
          self.monitor.signal()
        }
      }
      self.monitor.withLock {
        self.workerCount -= 1
        self.monitor.signal()
      }
    }
  }

  private func nextToDo() -> Int? {
    monitor.withLock {
      while !isEnded, begun < count, begun >= released + pieces.count { monitor.wait() }
      guard !isEnded, begun < count else { return nil }
      begun += 1
      return begun - 1
    }
  }

  /// The next piece, in order, and what came of it; it stays as it is until ``release()``.
  func next() throws(ParquetError) -> (LinePiece, ParsedLines)? {
    let place = taken % pieces.count
    let result = monitor.withLock { () -> Result<ParsedLines, ParquetError>? in
      guard taken < count else { return nil }
      while results[place] == nil { monitor.wait() }
      defer { results[place] = nil }
      return results[place]
    }
    guard let result else { return nil }
    taken += 1
    return (pieces[place], try result.get())
  }

  /// Lets the piece taken last be read anew.
  func release() {
    monitor.withLock {
      released = taken
      monitor.signal()
    }
  }

  /// Ends the work, and waits until no thread is at it.
  func end() {
    monitor.withLock {
      isEnded = true
      monitor.signal()
      while workerCount > 0 { monitor.wait() }
    }
  }
}

/// A piece of a file of lines, in memory of its own.
@safe
private final class LinePiece: @unchecked Sendable {
  private static let extensionByteCount = 8 << 10

  private var buffer: UnsafeMutableRawBufferPointer
  private var range = 0..<0
  /// Whether the last line is longer than lines may be, so that the piece ends before it.
  private(set) var isCut = false

  init() {
    unsafe buffer = .allocate(
      byteCount: ArchiveCore.segmentByteCount + 2 * LinePiece.extensionByteCount, alignment: 64)
  }

  deinit { unsafe buffer.deallocate() }

  /// The lines that begin in the piece; bytes may be read some way behind them.
  var lines: UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[range])
  }

  /// The lines, and the beginning of one that is too long.
  var text: UnsafeRawBufferPointer {
    let end = isCut ? range.upperBound + 1024 : range.upperBound
    return unsafe UnsafeRawBufferPointer(
      rebasing: UnsafeRawBufferPointer(buffer)[range.lowerBound..<end])
  }

  /// The beginning of the line that is too long, from the start of ``lines``.
  var cutRange: Range<Int> { range.count..<range.count + 1024 }

  /// Reads the lines that begin at places of `piece`, in a file of `byteCount` bytes.
  func read(
    _ file: FileStream, _ piece: Range<Int>, of byteCount: Int
  ) throws(ParquetError) {
    isCut = false
    range = 0..<0
    // A line begins behind the end of another one: the byte before tells.
    let first = max(0, piece.lowerBound - 1)
    var count = try fill(file, first, from: 0, to: piece.upperBound - first)
    var begin = 0
    if piece.lowerBound == 0 {
      if unsafe count >= 3 && buffer[0] == 0xEF && buffer[1] == 0xBB && buffer[2] == 0xBF {
        begin = 3
      }
    } else {
      guard let end = lineEnd(0..<count) else { return }
      begin = end
    }
    guard begin < count else { return }
    if unsafe buffer[count - 1] != UInt8(ascii: "\n") {
      guard let whole = try lastLine(file, first, &count, of: byteCount) else {
        isCut = true
        range = begin..<(lastLineEnd(begin..<count) ?? begin)
        return
      }
      count = whole
    }
    range = begin..<count
  }

  /// Reads on to the end of the last line; where that is, nil where it is too far.
  private func lastLine(
    _ file: FileStream, _ first: Int, _ count: inout Int, of byteCount: Int
  ) throws(ParquetError) -> Int? {
    var searched = count
    while first + count < byteCount {
      guard count - searched < LineBlocks.largestLineByteCount else { return nil }
      let more = max(LinePiece.extensionByteCount, count - ArchiveCore.segmentByteCount)
      let wanted = min(count + more, byteCount - first)
      let filled = try fill(file, first, from: count, to: wanted)
      if let end = lineEnd(count..<filled) { return end }
      if filled < wanted { return filled }
      count = filled
      searched = min(searched, count)
    }
    return count
  }

  /// Reads the file's bytes from `first` on into the buffer's places from `start` to `end`; where they end.
  private func fill(
    _ file: FileStream, _ first: Int, from start: Int, to end: Int
  ) throws(ParquetError) -> Int {
    if unsafe end + JSONMembers.slack + 1024 > buffer.count {
      let larger = UnsafeMutableRawBufferPointer.allocate(
        byteCount: 2 * end + JSONMembers.slack + 1024, alignment: 64)
      unsafe larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[..<start]))
      unsafe buffer.deallocate()
      unsafe buffer = larger
    }
    var at = start
    while at < end {
      let added = unsafe try file.read(
        at: first + at, into: UnsafeMutableRawBufferPointer(rebasing: buffer[at..<end]))
      guard added > 0 else { break }
      at += added
    }
    return at
  }

  /// Behind the first line's end among some bytes.
  private func lineEnd(_ range: Range<Int>) -> Int? {
    unsafe buffer[range].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 }
  }

  /// Behind the last line's end among some bytes.
  private func lastLineEnd(_ range: Range<Int>) -> Int? {
    unsafe buffer[range].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 }
  }
}
