/// The column chunks of a row group, in the order of the schema's leaves.
///
/// Those of a file stay as the footer has them: opening the file checks every one of them
/// and keeps none, and each is decoded whenever it is asked for. A footer of thousands of columns so
/// costs what is asked of it, in time and in memory.
///
/// - Complexity: a chunk of a file is decoded in O(its bytes in the footer), any other is
///   there in O(1). Changing one decodes all first.
public struct ColumnChunks: Sendable {
  private enum Storage: Sendable {
    case decoded([ColumnChunk])
    case encoded(EncodedColumnChunks)
  }

  private var storage: Storage

  /// The given chunks.
  public init(_ chunks: [ColumnChunk]) { storage = .decoded(chunks) }

  /// Chunks that a footer has; `field` is the list of them, and the next to be read.
  ///
  /// - Throws: ``ParquetError`` with code `malformedFile` and the byte offset where one of them cannot be
  ///   decoded.
  init(
    _ field: CompactField, from reader: inout CompactReader, _ name: StaticString
  ) throws(ParquetError) {
    storage = .encoded(try EncodedColumnChunks(field, from: &reader, name))
  }

  /// The given chunks, kept as a footer has them.
  ///
  /// - Throws: ``ParquetError`` with code `limitExceeded` where no footer could hold them.
  init(packing chunks: some Sequence<ColumnChunk>) throws(ParquetError) {
    var packer = ColumnChunkPacker()
    for chunk in chunks { try packer.append(chunk) }
    self = packer.finish()
  }

  fileprivate init(_ chunks: EncodedColumnChunks) { storage = .encoded(chunks) }

  /// The chunks after `change` was made to each, kept as a footer has them; one at a time is decoded.
  func packed(
    changing change: (Int, inout ColumnChunk) throws(ParquetError) -> Void
  ) throws(ParquetError) -> ColumnChunks {
    var packer = ColumnChunkPacker()
    for index in indices {
      var chunk = self[index]
      try change(index, &chunk)
      try packer.append(chunk)
    }
    return packer.finish()
  }

  /// Writes the chunks as field `id`.
  func encode(to writer: inout CompactWriter, _ id: Int16) {
    switch storage {
    case .decoded(let chunks): writer.field(id, chunks)
    case .encoded(let chunks): writer.field(id, count: chunks.count, encodedStructs: chunks.bytes)
    }
  }

  /// About the bytes that the chunks take in a footer; 0 where they are not kept as one has them.
  var encodedByteCount: Int {
    switch storage {
    case .decoded: 0
    case .encoded(let chunks): chunks.bytes.count
    }
  }

  /// About the bytes of memory that the chunk at `index` takes when it is decoded, at most; 0 where it is
  /// there already.
  func decodedByteCount(at index: Int) -> Int {
    switch storage {
    case .decoded: 0
    case .encoded(let chunks): chunks.decodedByteCount(at: index)
    }
  }
}

extension ColumnChunks: RandomAccessCollection, RangeReplaceableCollection, MutableCollection {
  /// No chunks.
  public init() { self.init([]) }

  /// 0.
  public var startIndex: Int { 0 }

  /// The number of chunks.
  public var endIndex: Int {
    switch storage {
    case .decoded(let chunks): chunks.count
    case .encoded(let chunks): chunks.count
    }
  }

  /// The chunk of leaf `index`.
  public subscript(index: Int) -> ColumnChunk {
    get {
      switch storage {
      case .decoded(let chunks): chunks[index]
      case .encoded(let chunks): chunks[index]
      }
    }
    _modify {
      var chunks = decoded
      storage = .decoded([])
      defer { storage = .decoded(chunks) }
      yield &chunks[index]
    }
  }

  /// Puts `chunks` in the place of those in `range`.
  public mutating func replaceSubrange(
    _ range: Range<Int>, with chunks: some Collection<ColumnChunk>
  ) {
    var all = decoded
    storage = .decoded([])
    all.replaceSubrange(range, with: chunks)
    storage = .decoded(all)
  }

  /// All chunks, decoded. O(1) where they are already.
  var decoded: [ColumnChunk] {
    switch storage {
    case .decoded(let chunks): chunks
    case .encoded(let chunks): (0..<chunks.count).map { chunks[$0] }
    }
  }
}

extension ColumnChunks: Equatable, ExpressibleByArrayLiteral {
  /// The given chunks.
  public init(arrayLiteral chunks: ColumnChunk...) { self.init(chunks) }

  /// Whether both have the same chunks, decoded or not.
  public static func == (a: ColumnChunks, b: ColumnChunks) -> Bool { a.elementsEqual(b) }
}

/// Puts column chunks one behind the other as a footer has them.
struct ColumnChunkPacker: ~Copyable {
  private var writer = CompactWriter()
  private var starts: [UInt32] = []

  init() {}

  /// - Throws: ``ParquetError`` with code `limitExceeded` where no footer could hold so much.
  mutating func append(_ chunk: ColumnChunk) throws(ParquetError) {
    guard let start = UInt32(exactly: writer.buffer.count) else {
      throw ParquetError(.limitExceeded, "a row group's metadata has more than 4 GiB")
    }
    starts.append(start)
    chunk.encode(to: &writer)
  }

  /// The chunks appended; the packer is empty afterwards.
  mutating func finish() -> ColumnChunks {
    defer { starts = [] }
    return ColumnChunks(EncodedColumnChunks(bytes: writer.freeze(), starts: starts))
  }
}

/// Column chunks as a footer has them, checked to be decodable.
private struct EncodedColumnChunks: Sendable {
  /// The chunks' structs, one after another.
  let bytes: Bytes
  /// Where each begins in ``bytes``.
  private let starts: [UInt32]

  /// A struct in memory may be as many times as large as in the footer: a histogram's 0 is a byte there.
  private static let expansion = 24

  init(bytes: Bytes, starts: [UInt32]) {
    self.bytes = bytes
    self.starts = starts
  }

  init(
    _ field: CompactField, from reader: inout CompactReader, _ name: StaticString
  ) throws(ParquetError) {
    let count = try reader.beginStructures(field, name)
    try reader.grant?.extend(by: count * MemoryLayout<UInt32>.stride)
    var starts: [UInt32] = []
    starts.reserveCapacity(count)
    let start = reader.position
    for _ in 0..<count {
      // A footer's length is a number of 32 bits.
      starts.append(UInt32(reader.position - start))
      if unsafe !reader.skip(ColumnChunkPass.byteCount) { try reader.check(ColumnChunk.self) }
    }
    reader.endStructures()
    bytes = reader.bytes(since: start)
    self.starts = starts
  }

  var count: Int { starts.count }

  subscript(index: Int) -> ColumnChunk {
    var reader = CompactReader(bytes.slice(Int(starts[index])..<bytes.count))
    do throws(ParquetError) { return try ColumnChunk(from: &reader) } catch {
      // It was decoded once. Only where the bytes changed since, as those of a mapped file can, is there
      // nothing to be had, which whoever needs it says.
      return ColumnChunk(metadata: nil)
    }
  }

  func decodedByteCount(at index: Int) -> Int {
    let end = index + 1 < starts.count ? Int(starts[index + 1]) : bytes.count
    return (end - Int(starts[index])) * EncodedColumnChunks.expansion
  }
}
