internal import Parquet

/// Memory for a piece of a stream: bytes, free room on both sides, and slack behind them.
@safe
private struct InputBlock: ~Copyable {
  private let memory: UnsafeMutablePointer<UInt8>
  let capacity: Int
  private(set) var first: Int
  private(set) var last: Int

  /// A block of `capacity` bytes, of which the first `headroom` stay free until they are asked for.
  init(capacity: Int, headroom: Int) {
    self.capacity = capacity
    first = headroom
    last = headroom
    unsafe memory = .allocate(capacity: capacity + InputBuffer.slack)
  }

  deinit { unsafe memory.deallocate() }

  var start: UnsafePointer<UInt8> { unsafe UnsafePointer(memory + first) }
  var count: Int { last - first }
  var room: Int { capacity - last }

  mutating func consume(_ byteCount: Int) { first += byteCount }

  /// Forgets all bytes.
  mutating func restart(headroom: Int) {
    first = headroom
    last = headroom
  }

  mutating func append(_ source: UnsafePointer<UInt8>, _ byteCount: Int) {
    unsafe (memory + last).update(from: source, count: byteCount)
    last += byteCount
    endWithZeros()
  }

  /// Puts bytes into the free room in front.
  mutating func prepend(_ source: UnsafePointer<UInt8>, _ byteCount: Int) {
    first -= byteCount
    unsafe (memory + first).update(from: source, count: byteCount)
  }

  /// Reads until there is no more room, or the stream ends; says whether it did. What was read before
  /// something goes wrong stays.
  mutating func fill(from stream: any ByteStream) throws(ParquetError) -> Bool {
    defer { endWithZeros() }
    while last < capacity {
      let free = unsafe UnsafeMutableRawBufferPointer(start: memory + last, count: room)
      let added = unsafe try stream.read(into: free)
      if added == 0 { return true }
      last += added
    }
    return false
  }

  private func endWithZeros() {
    unsafe (memory + last).update(repeating: 0, count: InputBuffer.slack)
  }
}

/// A stream in windows of many records: one at hand, and the bytes behind it, which may be read while
/// the window is worked on.
///
/// What was not consumed of a window stands in front of the next one, so that a record lies in one
/// piece. Memory stays bounded by two windows, or by one row where a row is longer.
@safe
final class InputWindow {
  private let stream: any ByteStream
  private let name: String
  /// The bytes that are read at a time.
  private let byteCount: Int
  /// The room in front of them for what was not consumed before.
  private let headroom: Int
  private var block: InputBlock
  private var next: InputBlock
  /// Whether the next block holds the bytes behind the window.
  private var isNextRead = false
  private var hasStreamEnded: Bool
  private var failure: ParquetError?
  /// The place of the window's first byte in the stream.
  private(set) var offset: Int
  /// Whether nothing follows the window.
  private(set) var isAtEnd: Bool
  /// Whether reading never waits for somebody, so that any thread may do it: a signal wakes the thread
  /// that called alone.
  let isReadByAnyThread: Bool

  /// The windows of what `buffer` has not consumed yet: of `byteCount` bytes each, and what a window
  /// before left, which is mostly less than `headroom`.
  init(_ buffer: consuming InputBuffer, byteCount: Int, headroom: Int) {
    stream = buffer.stream
    name = buffer.name
    self.byteCount = byteCount
    self.headroom = headroom
    offset = buffer.offset
    isAtEnd = buffer.isAtEnd
    hasStreamEnded = buffer.isAtEnd
    block = InputBlock(capacity: max(buffer.count, headroom + byteCount), headroom: 0)
    unsafe block.append(buffer.start, buffer.count)
    next = InputBlock(
      capacity: buffer.isAtEnd ? 0 : headroom + byteCount, headroom: buffer.isAtEnd ? 0 : headroom)
    isReadByAnyThread =
      switch stream {
      case let file as FileStream: file.byteCount != nil
      case is MemoryStream, is SpoolStream: true
      default: false
      }
  }

  /// The bytes at hand; they stay where they are until the window advances.
  var start: UnsafePointer<UInt8> { unsafe block.start }
  var count: Int { block.count }

  /// Takes the first `byteCount` bytes away.
  func consume(_ byteCount: Int) {
    block.consume(byteCount)
    offset += byteCount
  }

  /// Reads the bytes behind the window, where that was not done; what goes wrong is told once the window
  /// must advance past the bytes before. The window itself stays as it is, and may be looked at meanwhile.
  func readAhead() {
    guard !isNextRead else { return }
    isNextRead = true
    next.restart(headroom: headroom)
    fill(&next)
  }

  private func fill(_ block: inout InputBlock) {
    guard !hasStreamEnded, failure == nil else { return }
    do throws(ParquetError) { hasStreamEnded = try block.fill(from: stream) } catch {
      failure = error.adding(file: name)
    }
  }

  /// Adds the bytes that follow to those not consumed, or notes that none do.
  func advance() throws(ParquetError) {
    readAhead()
    let left = block.count
    if next.count == 0 {
      if let failure { throw failure }
      isNextRead = false
    } else if left <= next.first {
      unsafe next.prepend(block.start, left)
      swap(&block, &next)
      // A block that grew for a long row is given back.
      if next.capacity > headroom + byteCount {
        next = InputBlock(capacity: headroom + byteCount, headroom: headroom)
      }
      isNextRead = false
    } else {
      try grow()
    }
    isAtEnd = hasStreamEnded && !isNextRead
  }

  /// Adds as many bytes as there are, at least, so that long rows are not looked at too often.
  private func grow() throws(ParquetError) {
    let left = block.count
    let limit = InputBuffer.largestRowByteCount
    guard left < limit else { throw InputBuffer.rowTooLong }
    var larger = InputBlock(capacity: min(left + max(left, byteCount), limit), headroom: 0)
    unsafe larger.append(block.start, left)
    let added = min(next.count, larger.room)
    unsafe larger.append(next.start, added)
    next.consume(added)
    isNextRead = next.count > 0
    if !isNextRead { fill(&larger) }
    block = larger
  }
}
