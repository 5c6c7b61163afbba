import Testing

@testable import Parquet

@Suite struct CodecTests {
  static var built: [Compression] {
    var all: [Compression] = [
      .none, .snappy, .gzip(level: 1), .gzip(level: 9), .zstd(level: 1), .zstd(level: 19),
    ]
    #if LZ4
      all.append(.lz4Raw)
    #endif
    #if Brotli
      all += [.brotli(level: 0), .brotli(level: 11)]
    #endif
    return all
  }

  @Test(arguments: built)
  func whatIsCompressedComesBack(compression: Compression) throws {
    var random = SeededGenerator(seed: 21)
    let context = CodecContext()
    for count in [0, 1, 100, 65_536, 200_000] {
      for spread in [UInt8(0), 3, 255] {
        let input = (0..<count).map { _ in UInt8.random(in: 0...spread, using: &random) }
        var output = ByteBuffer()
        try unsafe input.withUnsafeBytes { bytes in
          try unsafe context.compress(bytes, compression, into: &output)
        }
        let packed = output.freeze()
        let raw = unsafe UnsafeRawBufferPointer(start: packed.pointer, count: packed.count)
        let back = try unsafe context.decompress(raw, codec: compression.codec, byteCount: count)
        #expect(back.array() == input)
        // Another size than the data has is an error, never a shorter or longer page.
        for wrong in [count - 1, count + 1] where wrong >= 0 {
          #expect(throws: ParquetError.self) {
            try unsafe context.decompress(raw, codec: compression.codec, byteCount: wrong)
          }
        }
      }
    }
  }

  @Test(arguments: built)
  func damagedDataIsAnErrorOrOtherBytes(compression: Compression) throws {
    var random = SeededGenerator(seed: 22)
    let context = CodecContext()
    let input = (0..<3_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
    var output = ByteBuffer()
    try unsafe input.withUnsafeBytes { bytes in
      try unsafe context.compress(bytes, compression, into: &output)
    }
    let packed = output.freeze().array()
    for _ in 0..<500 {
      var damaged = packed
      damaged[Int.random(in: 0..<damaged.count, using: &random)] ^=
        UInt8.random(in: 1...255, using: &random)
      if Bool.random(using: &random) {
        damaged.removeLast(Int.random(in: 0..<damaged.count, using: &random))
      }
      let result = Result {
        try unsafe damaged.withUnsafeBytes { bytes in
          try unsafe context.decompress(bytes, codec: compression.codec, byteCount: input.count)
        }
      }
      switch result {
      case .success(let bytes): #expect(bytes.count == input.count)
      case .failure(let error): #expect((error as? ParquetError)?.code == .malformedFile)
      }
    }
  }

  @Test func concatenatedGzipMembersAreRead() throws {
    let context = CodecContext()
    var output = ByteBuffer()
    for piece in ["one ", "two ", "three"] {
      try unsafe Array(piece.utf8).withUnsafeBytes { bytes in
        try unsafe context.compress(bytes, .gzip(level: 6), into: &output)
      }
    }
    let packed = output.freeze()
    let back = try unsafe context.decompress(
      UnsafeRawBufferPointer(start: packed.pointer, count: packed.count), codec: .gzip,
      byteCount: 13)
    #expect(back.array() == Array("one two three".utf8))
  }

  @Test func levelsOutOfRangeAreNamed() {
    for compression in [
      Compression.gzip(level: 0), .gzip(level: 10), .zstd(level: 0), .zstd(level: 23),
    ] {
      #expect(compression.problem?.code == .invalidArgument)
    }
    #if !LZ4
      #expect(Compression.lz4Raw.problem?.message.contains("--traits LZ4") == true)
    #endif
  }

  @Test func checksumsAreGzips() {
    let bytes = Array("123456789".utf8)
    #expect(unsafe bytes.withUnsafeBytes { unsafe crc32($0) } == 0xCBF4_3926)
  }
}
