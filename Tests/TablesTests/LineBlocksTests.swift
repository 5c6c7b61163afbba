import Parquet
import Synchronization
import Testing

@_spi(Adapters) @testable import Tables

/// Bytes in pieces of given sizes; a piece of 0 is a time at which nothing is there.
private final class PieceStream: WaitingStream {
  private var bytes: ArraySlice<UInt8>
  private var sizes: ArraySlice<Int>
  private(set) var readCount = 0
  private(set) var waitCount = 0

  init(_ bytes: [UInt8], sizes: [Int]) {
    self.bytes = bytes[...]
    self.sizes = sizes[...]
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(ParquetError) -> Int {
    readCount += 1
    let size = min(max(sizes.popFirst() ?? .max, 1), buffer.count, bytes.count)
    for index in 0..<size { unsafe buffer[index] = bytes[bytes.startIndex + index] }
    bytes = bytes.dropFirst(size)
    return size
  }

  func hasInput(within duration: Duration) -> Bool {
    guard sizes.first == 0 else { return true }
    if duration > .zero {
      waitCount += 1
      sizes.removeFirst()
    }
    return sizes.first != 0
  }
}

@Suite struct LineBlocksTests {
  /// The blocks of `text`, handed on as they come.
  private func blocks(_ text: String, sizes: [Int] = [], block: Int) throws -> [String] {
    let lines = LineBlocks(
      PieceStream(Array(text.utf8), sizes: sizes), name: "s", byteCount: block)
    var result: [String] = []
    while try unsafe lines.next({ bytes throws(ParquetError) in
      result.append(unsafe String(decoding: bytes, as: UTF8.self))
      return unsafe bytes.count { $0 == 10 } + (bytes.last == 10 ? 0 : 1)
    }) {}
    let isEmpty = text.isEmpty || text == "\u{FEFF}"
    let ends = text.utf8.count { $0 == 10 } + (isEmpty || text.utf8.last == 10 ? 0 : 1)
    #expect(lines.lineCount == ends)
    return result
  }

  /// Whatever the sizes of pieces and blocks, the lines are the same, whole, and each handed on once.
  @Test func anySizes() throws {
    var random = SeededRandom(seed: 15)
    for _ in 0..<600 {
      var text = ""
      for _ in 0..<Int.random(in: 0...8, using: &random) {
        text += String(repeating: "x", count: Int.random(in: 0...40, using: &random)) + "\n"
      }
      if Bool.random(using: &random) { text += "end" }
      let sizes = (0..<50).map { _ in Int.random(in: 0...9, using: &random) }
      let block = Int.random(in: 1...30, using: &random)
      let made = try blocks(text, sizes: sizes, block: block)
      #expect(made.joined() == text, "\(sizes) \(block)")
      #expect(made.dropLast().allSatisfy { $0.utf8.last == 10 })
      #expect(!made.contains(""))
    }
  }

  @Test func oneByteAtATime() throws {
    let text = "a\n\nbcd\r\nef"
    #expect(try blocks(text, sizes: Array(repeating: 1, count: 20), block: 1).joined() == text)
    #expect(try blocks(text, block: 0).joined() == text)
    #expect(try blocks("", block: 8) == [])
    #expect(try blocks("\n", block: 8) == ["\n"])
    #expect(try blocks("abc", block: 2) == ["abc"])
  }

  /// What is there is handed on when nothing more is; a line that was begun waits for its end.
  @Test func slowStreams() throws {
    let made = try blocks("a\nb\ncd\ne", sizes: [5, 0, 0, 2, 0, 1], block: 100)
    #expect(made == ["a\nb\n", "cd\n", "e"])
  }

  @Test func stopping() throws {
    let stream = PieceStream(Array("a\nb\nc".utf8), sizes: [5, 0, 0, 0])
    var isStopped = false
    let lines = LineBlocks(stream, name: "s", byteCount: 100) { isStopped }
    var taken: [String] = []
    func next() throws -> Bool {
      try unsafe lines.next { bytes throws(ParquetError) in
        taken.append(unsafe String(decoding: bytes, as: UTF8.self))
        return unsafe bytes.count { $0 == 10 }
      }
    }
    #expect(try next())
    isStopped = true
    // The line that was begun is not one.
    #expect(try !next())
    #expect(try !next())
    #expect(taken == ["a\nb\n"])
    #expect(lines.lineCount == 2)
  }

  @Test func longLines() throws {
    let most = LineBlocks.largestLineByteCount
    let fits = [UInt8](repeating: 0x61, count: most - 1) + [10]
    let lines = LineBlocks(PieceStream(fits, sizes: []), name: "s", byteCount: 10)
    var count = 0
    _ = try unsafe lines.next { bytes throws(ParquetError) in
      count = bytes.count
      return 1
    }
    #expect(count == most)
    let long = Array("{}\n".utf8) + [UInt8](repeating: 0x61, count: most + 1)
    let refused = LineBlocks(PieceStream(long, sizes: [3]), name: "s", byteCount: 3)
    var failure: ParquetError?
    do throws(ParquetError) {
      while try unsafe refused.next({ (_) throws(ParquetError) in 1 }) {}
    } catch { failure = error }
    #expect(failure?.code == .limitExceeded)
    #expect(failure?.context.line == 2)
    #expect(failure?.context.file == "s")
  }

  /// Lines that are too long are told and passed over, where somebody wants that.
  @Test func longLinesArePassedOver() throws {
    let long = [UInt8](repeating: 0x61, count: LineBlocks.largestLineByteCount + 5)
    let bytes = Array("one\n".utf8) + long + Array("\ntwo\n".utf8) + long
    let lines = LineBlocks(PieceStream(bytes, sizes: []), name: "s", byteCount: 1 << 20)
    var told: [Int] = []
    lines.onLongLine = { (line, start) throws(ParquetError) in
      told.append(line)
      #expect(start == [UInt8](repeating: 0x61, count: 1024))
    }
    var taken = ""
    while try unsafe lines.next({ bytes throws(ParquetError) in
      taken += unsafe String(decoding: bytes, as: UTF8.self)
      return unsafe bytes.count { $0 == 10 }
    }) {}
    #expect(taken == "one\ntwo\n")
    #expect(told == [2, 4])
    #expect(lines.lineCount == 4)
  }

  @Test func aMarkOfTheByteOrderIsNone() throws {
    let text = "ab\n\u{FEFF}c\nd"
    for size in 1...12 {
      let sizes = Array(repeating: size, count: 20)
      #expect(try blocks("\u{FEFF}" + text, sizes: sizes, block: size).joined() == text)
    }
    #expect(try blocks("\u{FEFF}", block: 8) == [])
    #expect(try blocks("x", sizes: [1], block: 1) == ["x"])
  }

  @Test func errorsOfTheBodyComeOut() throws {
    let lines = LineBlocks(PieceStream(Array("aaa\nb\n".utf8), sizes: [4]), name: "s", byteCount: 4)
    var failure: ParquetError?
    do throws(ParquetError) {
      _ = try unsafe lines.next { (_) throws(ParquetError) in
        throw ParquetError(.rejectedData, "no")
      }
    } catch { failure = error }
    #expect(failure?.message == "no")
    #expect(lines.lineCount == 0)
    let goesOn = try unsafe lines.next { (_) throws(ParquetError) in 1 }
    #expect(goesOn)
  }
}
