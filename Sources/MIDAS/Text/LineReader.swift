internal import Parquet

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Reads a text file line by line, holding one chunk of it.
///
/// Lines end in LF or CRLF, the last one may end in nothing. A line that a chunk cuts is read again as
/// the start of the next chunk, so that every line lies in memory in one piece.
@safe
struct LineReader {
  /// The longest line taken for one; a file with longer ones is no text.
  static let largestLineByteCount = 4 << 20

  /// The number of the line last read, counted from 1.
  private(set) var lineNumber = 0
  private let source: any ByteSource
  private let chunkByteCount: Int
  private var chunk = Bytes()
  /// The offset of the chunk in the source.
  private var chunkOffset = 0
  /// The first byte of the next line, in the chunk.
  private var position = 0

  init(_ source: any ByteSource, chunkByteCount: Int = 256 << 10) throws(ParquetError) {
    self.source = source
    self.chunkByteCount = chunkByteCount
    try readChunk(from: 0, byteCount: chunkByteCount)
    // A byte order mark says what this reader assumes.
    if chunk.count >= 3, chunk[0] == 0xEF, chunk[1] == 0xBB, chunk[2] == 0xBF { position = 3 }
  }

  /// The next line without its end; nil after the last. Valid until the next call, with the 64 bytes
  /// of slack that ``Bytes`` has.
  @unsafe
  mutating func next() throws(ParquetError) -> UnsafeRawBufferPointer? {
    while true {
      let left = chunk.count - position
      let start = unsafe chunk.pointer + position
      if left > 0, let newline = unsafe memchr(start, 0x0A, left) {
        let length = unsafe UnsafeRawPointer(newline) - start
        position += length + 1
        return unsafe try line(start, length)
      }
      let offset = chunkOffset + position
      if chunkOffset + chunk.count == source.byteCount {
        guard left > 0 else { return nil }
        position = chunk.count
        return unsafe try line(start, left)
      }
      guard left <= LineReader.largestLineByteCount else { throw tooLong() }
      // The chunk ends in a line: the next one begins with it, and is larger where it filled this one.
      try readChunk(from: offset, byteCount: max(chunkByteCount, left * 2))
    }
  }

  private mutating func readChunk(from offset: Int, byteCount: Int) throws(ParquetError) {
    chunk = try source.read(offset..<min(offset + byteCount, source.byteCount))
    chunkOffset = offset
    position = 0
  }

  private mutating func line(_ start: UnsafeRawPointer, _ length: Int) throws(ParquetError)
    -> UnsafeRawBufferPointer
  {
    guard length <= LineReader.largestLineByteCount else { throw tooLong() }
    lineNumber += 1
    let hasReturn =
      unsafe length > 0 && start.load(fromByteOffset: length - 1, as: UInt8.self) == 0x0D
    return unsafe UnsafeRawBufferPointer(start: start, count: hasReturn ? length - 1 : length)
  }

  private func tooLong() -> ParquetError {
    ParquetError(.limitExceeded, "the line is longer than 4 MiB: this is not a text file")
      .adding(file: source.name, line: lineNumber + 1)
  }
}
