import GoldenTables
import Parquet
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The golden files are what the writer made of their tables; a difference is a change of the writer,
/// wanted (`make golden`) or not.
@Suite struct GoldenFileTests {
  static let names = (try? GoldenSet.tables().map(\.name)) ?? []

  @Test func everyTableHasItsFile() throws {
    #expect(GoldenFileTests.names.count > 50)
    let directory = unsafe try #require(opendir(GoldenFileTests.folder))
    defer { unsafe closedir(directory) }
    var found: Set<String> = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      found.insert(name)
    }
    let expected = Set(GoldenFileTests.names.flatMap { ["\($0).parquet", "\($0).json"] })
    #expect(found.subtracting([".", "..", "README.md"]) == expected)
  }

  @Test(arguments: names) func writesTheSameFileAgain(_ name: String) throws {
    let table = try #require(GoldenSet.tables().first { $0.name == name })
    let (bytes, written) = try table.write()
    let committed = try GoldenFileTests.read("\(name).parquet")
    let isCompressed = written.metadata.rowGroups.contains { group in
      group.columns.contains { $0.metadata?.codec != .uncompressed }
    }
    if isCompressed {
      // Codec libraries change their output between versions: what they were given must not differ.
      let ours = try Uncompressed(bytes)
      let theirs = try Uncompressed(committed)
      #expect(ours.pages.count == theirs.pages.count)
      for (number, (our, their)) in zip(ours.pages, theirs.pages).enumerated() {
        #expect(our.header == their.header, "page \(number)")
        #expect(our.body == their.body, "page \(number)")
      }
      #expect(ours.columnIndexes == theirs.columnIndexes)
      #expect(ours.pageRows == theirs.pageRows)
      #expect(ours.metadata == theirs.metadata)
    } else {
      // Not by ==, whose failure would print both files.
      let difference = zip(bytes, committed).enumerated().first { $1.0 != $1.1 }?.offset
      #expect(difference == nil, "the files part at this byte")
      #expect(bytes.count == committed.count)
    }
  }

  @Test(arguments: names) func makesTheSameExpectationAgain(_ name: String) throws {
    let table = try #require(GoldenSet.tables().first { $0.name == name })
    let rowGroups =
      try table.expectedRowGroups ?? table.write().written.metadata.rowGroups.map(\.rowCount)
    let json = Expectation.json(for: table, rowGroups: rowGroups)
    let isSame = try json == GoldenFileTests.read("\(name).json")
    #expect(isSame)
  }

  // MARK: Files

  static let folder: String = {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    return parts.dropLast(4).joined(separator: "/") + "/Fixtures/golden"
  }()

  private static func read(_ name: String) throws -> [UInt8] {
    let source = try FileSource(path: "\(folder)/\(name)")
    return try source.read(0..<source.byteCount).array()
  }
}

/// A file taken apart, without what depends on the codec's output: compressed sizes, CRCs, offsets.
private struct Uncompressed {
  struct Page {
    var header: PageHeader
    var body: [UInt8]
  }

  var pages: [Page] = []
  var columnIndexes: [ColumnIndex] = []
  /// The first row of each page.
  var pageRows: [Int] = []
  var metadata: FileMetadata

  init(_ file: [UInt8]) throws(ParquetError) {
    let bytes = Bytes(copying: file)
    let end = file.count - 8
    let footerLength = (0..<4).reduce(0) { $0 | Int(file[end + $1]) << ($1 * 8) }
    var reader = CompactReader(bytes.slice(end - footerLength..<end))
    metadata = try FileMetadata(from: &reader)
    let codec = CodecContext()
    for group in metadata.rowGroups.indices {
      for column in metadata.rowGroups[group].columns.indices {
        guard var chunk = metadata.rowGroups[group].columns[column].metadata else { continue }
        var start = chunk.dictionaryPageOffset ?? chunk.dataPageOffset
        let chunkEnd = start + chunk.totalCompressedByteCount
        while start < chunkEnd {
          start = try readPage(bytes, from: start, chunk.codec, codec)
        }
        chunk.totalCompressedByteCount = 0
        chunk.dataPageOffset = 0
        chunk.dictionaryPageOffset = chunk.dictionaryPageOffset.map { _ in 0 }
        // Headers hold the compressed size as a varint: their own lengths may differ.
        chunk.totalUncompressedByteCount = 0
        metadata.rowGroups[group].columns[column].metadata = chunk
        try readIndexes(bytes, group: group, column: column)
      }
      metadata.rowGroups[group].fileOffset = 0
      metadata.rowGroups[group].totalByteCount = 0
      metadata.rowGroups[group].totalCompressedByteCount = 0
    }
  }

  /// Takes the indexes of a chunk, without the offsets in them and to them.
  private mutating func readIndexes(
    _ bytes: Bytes, group: Int, column: Int
  ) throws(ParquetError) {
    var chunk = metadata.rowGroups[group].columns[column]
    if let start = chunk.columnIndexOffset, let length = chunk.columnIndexByteCount {
      var reader = CompactReader(bytes.slice(start..<start + length))
      columnIndexes.append(try ColumnIndex(from: &reader))
      chunk.columnIndexOffset = 0
      chunk.columnIndexByteCount = 0
    }
    if let start = chunk.offsetIndexOffset, let length = chunk.offsetIndexByteCount {
      var reader = CompactReader(bytes.slice(start..<start + length))
      pageRows += try OffsetIndex(from: &reader).pages.map(\.firstRow)
      chunk.offsetIndexOffset = 0
      chunk.offsetIndexByteCount = 0
    }
    metadata.rowGroups[group].columns[column] = chunk
  }

  /// Takes the page at `start`; returns where the next one begins.
  private mutating func readPage(
    _ bytes: Bytes, from start: Int, _ codec: CompressionCodec, _ context: CodecContext
  ) throws(ParquetError) -> Int {
    var reader = CompactReader(bytes.slice(start..<bytes.count))
    var header = try PageHeader(from: &reader)
    let bodyStart = start + reader.position
    let body = bytes.slice(bodyStart..<bodyStart + header.compressedByteCount)
    // In pages of version 2 the levels stand uncompressed before the values.
    var levelByteCount = 0
    var isCompressed = true
    if let v2 = header.dataPageV2 {
      levelByteCount = v2.definitionLevelsByteCount + v2.repetitionLevelsByteCount
      isCompressed = v2.isCompressed
      header.dataPageV2?.isCompressed = false
    }
    var plain = body.slice(0..<levelByteCount).array()
    let values = body.slice(levelByteCount..<body.count)
    if isCompressed, values.count > 0 {
      let raw = unsafe UnsafeRawBufferPointer(start: values.pointer, count: values.count)
      let byteCount = header.uncompressedByteCount - levelByteCount
      plain += try unsafe context.decompress(raw, codec: codec, byteCount: byteCount).array()
    } else {
      plain += values.array()
    }
    header.compressedByteCount = 0
    header.crc = nil
    pages.append(Page(header: header, body: plain))
    return bodyStart + body.count
  }
}
