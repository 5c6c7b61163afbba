public import Parquet

/// A stream that can say whether it would be waited for.
public protocol WaitingStream: ByteStream {
  /// Whether reading would return at once; waits for that as long as `duration`.
  func hasInput(within duration: Duration) -> Bool
}

/// A stream in blocks of whole lines: as many as are there, up to a size.
///
/// Where nothing is there a block is handed on as it is, so that lines of a slow stream are not kept back.
@safe
public final class LineBlocks {
  /// The most bytes of a line.
  public static let largestLineByteCount = 64 << 20
  /// Why a longer one is refused, where its beginning is kept.
  package static var longLineReason: String {
    "a line of more than \(largestLineByteCount) bytes, which begins so"
  }
  /// Readable bytes that follow a block.
  private static let slack = JSONMembers.slack

  private let stream: any ByteStream
  private let name: String
  private let isStopped: () -> Bool
  private let byteCount: Int
  private var buffer: UnsafeMutableRawBufferPointer
  /// What is read and not handed on: the rest of a line in front, whole lines never.
  private var start = 0
  private var end = 0
  private var hasEnded = false
  private var hasBegun = false
  /// Whether the bytes that come are those of a line that is too long, up to its end.
  private var isPassing = false
  /// Is told the number of a line that is too long, and how it begins; such a line is passed over.
  public var onLongLine: (_ line: Int, _ start: [UInt8]) throws(ParquetError) -> Void
  /// The number of lines handed on.
  public private(set) var lineCount = 0

  /// The lines of `stream`.
  ///
  /// - Parameters:
  ///   - stream: what is read.
  ///   - name: what it is called in errors.
  ///   - byteCount: the size of a block.
  ///   - isStopped: whether reading is to end, asked before each read and, where a stream waits, every 100 ms.
  public init(
    _ stream: any ByteStream, name: String, byteCount: Int,
    isStopped: @escaping () -> Bool = { false }
  ) {
    onLongLine = { (line, _) throws(ParquetError) in throw LineBlocks.tooLong(name, line: line) }
    self.stream = stream
    self.name = name
    self.byteCount = max(byteCount, 1)
    self.isStopped = isStopped
    unsafe buffer = .allocate(byteCount: self.byteCount + LineBlocks.slack, alignment: 64)
  }

  deinit { unsafe buffer.deallocate() }

  private var room: Int { unsafe buffer.count - LineBlocks.slack - end }

  /// Calls `body` with the next lines, each with its end but for the last of a stream; bytes may be read some way behind
  /// them. It returns how many there were.
  ///
  /// - Returns: false, without a call, where the stream is at its end.
  /// - Throws: ``Parquet/ParquetError`` with code `inputOutput` where the stream cannot be read, with `limitExceeded`
  ///   and the line's number for a line that is too long; what `body` throws.
  public func next(
    _ body: (UnsafeRawBufferPointer) throws(ParquetError) -> Int
  ) throws(ParquetError) -> Bool {
    // What is left of the block before is less than a line.
    moveToFront()
    var whole = 0
    while !hasEnded {
      if room == 0 {
        if whole > 0 { break }
        try grow()
      }
      if let waiting = stream as? any WaitingStream, !waiting.hasInput(within: .zero) {
        if whole > 0 { break }
        while !isStopped(), !waiting.hasInput(within: .milliseconds(100)) {}
      }
      if isStopped() {
        hasEnded = true
        // A line that was begun is not one.
        end = whole
        break
      }
      let added = unsafe try stream.read(
        into: UnsafeMutableRawBufferPointer(rebasing: buffer[end..<end + room]))
      guard added > 0 else {
        hasEnded = true
        whole = end
        break
      }
      var first = end
      end += added
      if !hasBegun {
        guard passByteOrderMark() else { continue }
        first = 0
      }
      if isPassing {
        passLongLine(from: first)
        first = 0
      }
      if let last = lastLineEnd(in: first..<end) { whole = last }
    }
    guard whole > 0 else { return false }
    start = whole
    lineCount += unsafe try body(
      UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<whole]))
    return true
  }

  /// Drops the mark that some programs begin UTF-8 with; false where more bytes must come first.
  private func passByteOrderMark() -> Bool {
    guard end >= 3 else { return false }
    hasBegun = true
    guard unsafe buffer[0] == 0xEF, unsafe buffer[1] == 0xBB, unsafe buffer[2] == 0xBF else {
      return true
    }
    start = 3
    moveToFront()
    return true
  }

  /// Drops the bytes of a line that is too long.
  private func passLongLine(from first: Int) {
    let bytes = unsafe UnsafeRawBufferPointer(rebasing: buffer[first..<end])
    guard let lineEnd = unsafe bytes.firstIndex(of: .newline) else {
      end = first
      return
    }
    isPassing = false
    start = first + lineEnd + 1
    moveToFront()
  }

  static func tooLong(_ name: String, line: Int) -> ParquetError {
    ParquetError(.limitExceeded, "a line has more than \(largestLineByteCount) bytes").adding(
      file: name, line: line)
  }

  private func moveToFront() {
    let rest = end - start
    if start > 0, rest > 0, let base = unsafe buffer.baseAddress {
      unsafe base.copyMemory(from: base + start, byteCount: rest)
    }
    start = 0
    end = rest
  }

  private func grow() throws(ParquetError) {
    let size = unsafe buffer.count - LineBlocks.slack
    guard size < LineBlocks.largestLineByteCount else {
      lineCount += 1
      let start = unsafe Array(UnsafeRawBufferPointer(rebasing: buffer[..<min(1024, end)]))
      try onLongLine(lineCount, start)
      isPassing = true
      end = 0
      return
    }
    let larger = UnsafeMutableRawBufferPointer.allocate(
      byteCount: min(2 * size, LineBlocks.largestLineByteCount) + LineBlocks.slack, alignment: 64)
    unsafe larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[..<end]))
    unsafe buffer.deallocate()
    unsafe buffer = larger
  }

  /// Behind the last line's end among some bytes.
  private func lastLineEnd(in range: Range<Int>) -> Int? {
    var place = range.upperBound
    while place > range.lowerBound {
      if unsafe buffer[place - 1] == .newline { return place }
      place -= 1
    }
    return nil
  }
}
