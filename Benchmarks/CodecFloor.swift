import Parquet

/// The least that writing a table can take: compressing the pages of a file that lies there, and one copy
/// of what comes out.
///
/// The pages are another engine's, so that the floor stays where it is when this engine's encodings become
/// smaller.
final class CodecFloor {
  private let path: String
  private let codec: Compression
  /// The pages, decompressed.
  private let pages: [Bytes]
  private let context = CodecContext()
  /// Where the copy goes; touched beforehand and kept, so that it is no more than a copy.
  private var file: ByteBuffer

  /// The pages of the file at `path`.
  init(_ path: String, _ codec: Compression) throws(ParquetError) {
    self.path = path
    self.codec = codec
    let source = try FileSource(path: path)
    let reader = try ParquetReader(source)
    var pages: [Bytes] = []
    for (number, group) in reader.metadata.rowGroups.enumerated() {
      for (column, chunk) in group.columns.enumerated() {
        guard let metadata = chunk.metadata else { continue }
        for page in try reader.pages(rowGroup: number, column: column) {
          guard page.header.dataPageV2 == nil else {
            throw ParquetError(
              .unsupportedFeature, "\(path) has pages of version 2, whose levels are not compressed"
            )
          }
          let start = page.offset + page.headerByteCount
          let body = try source.read(start..<(start + page.bodyByteCount))
          pages.append(
            try unsafe context.decompress(
              UnsafeRawBufferPointer(start: body.pointer, count: body.count),
              codec: metadata.codec, byteCount: page.header.uncompressedByteCount))
        }
      }
    }
    self.pages = pages
    file = ByteBuffer(capacity: pages.reduce(0) { $0 + $1.count })
    file.append(zeros: file.capacity)
  }

  /// Whether these are the pages of that file, for that codec.
  func fits(_ path: String, _ codec: Compression) -> Bool {
    self.path == path && self.codec.label == codec.label
  }

  /// Compresses every page, and puts it behind the one before; the bytes that makes.
  func compress() throws(ParquetError) -> Int {
    file.removeAll()
    var page = ByteBuffer()
    for bytes in pages {
      let input = unsafe UnsafeRawBufferPointer(start: bytes.pointer, count: bytes.count)
      if case .none = codec {
        unsafe file.append(input)
      } else {
        page.removeAll()
        try unsafe context.compress(input, codec, into: &page)
        unsafe file.append(UnsafeRawBufferPointer(start: page.start, count: page.count))
      }
    }
    return file.count
  }
}
