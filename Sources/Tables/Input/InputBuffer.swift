internal import Parquet

/// A window on a stream: the bytes read and not yet consumed, in one piece, with zeros behind them.
///
/// Memory stays bounded by the window's first size, or by one row where a row is longer.
@safe
struct InputBuffer: ~Copyable {
  /// Readable bytes past the window, which mean nothing.
  static let slack = 64
  /// The longest row: offsets within a window are 32-bit numbers.
  static let largestRowByteCount = 1 << 28

  let stream: any ByteStream
  let name: String
  private var memory: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  private var first = 0
  private var last = 0
  /// The place of the window's first byte in the stream.
  private(set) var offset = 0
  private(set) var isAtEnd = false

  init(_ stream: any ByteStream, name: String, capacity: Int = 1 << 20) throws(ParquetError) {
    self.stream = stream
    self.name = name
    self.capacity = capacity
    unsafe memory = .allocate(capacity: capacity + InputBuffer.slack)
    unsafe memory.initialize(repeating: 0, count: capacity + InputBuffer.slack)
    try fill()
    try passByteOrderMark()
  }

  deinit { unsafe memory.deallocate() }

  static var rowTooLong: ParquetError {
    ParquetError(.limitExceeded, "a row is longer than \(largestRowByteCount) bytes")
  }

  /// The window; valid until it is filled or consumed.
  var start: UnsafePointer<UInt8> { unsafe UnsafePointer(memory + first) }

  /// The bytes in the window.
  var count: Int { last - first }

  /// Takes the first `byteCount` bytes of the window away.
  mutating func consume(_ byteCount: Int) {
    first += byteCount
    offset += byteCount
  }

  /// Reads more bytes behind those in the window; at the stream's end, notes it.
  mutating func fill() throws(ParquetError) {
    if first > 0 {
      unsafe memory.update(from: memory + first, count: count)
      last -= first
      first = 0
    } else if last == capacity {
      guard capacity < InputBuffer.largestRowByteCount else {
        throw InputBuffer.rowTooLong
      }
      let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity * 2 + InputBuffer.slack)
      unsafe larger.initialize(repeating: 0, count: capacity * 2 + InputBuffer.slack)
      unsafe larger.update(from: memory, count: last)
      unsafe memory.deallocate()
      unsafe memory = larger
      capacity *= 2
    }
    // A window is filled as far as the stream gives bytes, so that rows are seen many at a time.
    while last < capacity {
      let room = unsafe UnsafeMutableRawBufferPointer(start: memory + last, count: capacity - last)
      let added: Int
      do throws(ParquetError) { added = unsafe try stream.read(into: room) } catch {
        throw error.adding(file: name)
      }
      if added == 0 {
        isAtEnd = true
        break
      }
      last += added
      if last >= capacity / 2 { break }
    }
  }

  private mutating func passByteOrderMark() throws(ParquetError) {
    while count < 3, !isAtEnd { try fill() }
    if unsafe count >= 3 && start[0] == 0xEF && start[1] == 0xBB && start[2] == 0xBF {
      consume(3)
    } else if unsafe count >= 2
      && (start[0] == 0xFF && start[1] == 0xFE || start[0] == 0xFE && start[1] == 0xFF)
    {
      throw ParquetError(
        .rejectedData, "the text is UTF-16, as its mark of byte order says; it must be UTF-8"
      ).adding(file: name, byteOffset: 0)
    }
  }
}
