import Testing

@testable import Parquet

/// Chunks whose first slab chose a dictionary for many slabs to share, and whose row group ends before they
/// come: values of which a slab repeats few, and eight slabs most.
@Suite struct DictionaryRevisionTests {
  /// The shapes a column may have.
  enum Shape: CaseIterable { case required, optional, list }

  private static let slabRows = Slab.largestRowCount

  private func field(_ type: PhysicalType, _ shape: Shape) -> SchemaField {
    let logical: LogicalType? = type == .byteArray ? .string : nil
    return switch shape {
    case .required: SchemaField("a", type, logicalType: logical)
    case .optional: SchemaField("a", type, .optional, logicalType: logical)
    case .list: .list("a", .optional, of: SchemaField("", type, .optional, logicalType: logical))
    }
  }

  /// `rowCount` rows of values out of 120 000.
  private func batch(
    _ schema: Schema, _ type: PhysicalType, _ shape: Shape, rowCount: Int, seed: UInt64
  ) throws -> ColumnBatch {
    var random = SeededGenerator(seed: seed)
    let builder = ColumnBatchBuilder(schema: schema)
    let leaf = shape == .list ? builder.list(0).element as? LeafBuilder : builder.leaf(0)
    guard let leaf else { preconditionFailure("the column is a leaf, or a list of leaves") }
    func append() {
      let value = UInt32.random(in: 0..<120_000, using: &random) &* 35_791
      switch type {
      case .int32: leaf.append(Int32(bitPattern: value))
      case .float: leaf.append(Float(value))
      default: leaf.append(String(value / 35_791, radix: 36))
      }
    }
    for row in 0..<rowCount {
      switch shape {
      case .required: append()
      case .optional: if row % 9 == 4 { leaf.appendNull() } else { append() }
      case .list:
        let list = builder.list(0)
        if row % 11 == 3 {
          list.appendNull()
        } else {
          for element in 0..<row % 3 {
            if element == 1, row % 5 == 0 { leaf.appendNull() } else { append() }
          }
          list.endList()
        }
      }
    }
    return try builder.finish()
  }

  private func write(
    _ batches: [ColumnBatch], _ schema: Schema, _ change: (inout WriterOptions) -> Void
  ) throws -> ParquetReader {
    var options = WriterOptions()
    change(&options)
    let sink = MemorySink()
    let writer = try ParquetWriter(sink, schema: schema, options: options)
    for batch in batches { try writer.write(batch) }
    _ = try writer.finish()
    return try ParquetReader(MemorySource(sink.bytes))
  }

  private func isSame(_ a: Column, _ b: Column) -> Bool {
    guard a.slotCount == b.slotCount, a.values.count == b.values.count else { return false }
    switch (a.presence, b.presence) {
    case (.allPresent, .allPresent): break
    case (.validity(let a), .validity(let b)):
      guard (0..<a.count).allSatisfy({ a[$0] == b[$0] }) else { return false }
    case (.levels(let a, let c), .levels(let b, let d)): guard a == b, c == d else { return false }
    default: return false
    }
    return (0..<a.values.count).allSatisfy { index in
      unsafe a.values.withBytes(at: index) { a in
        unsafe b.values.withBytes(at: index) { b in unsafe a.elementsEqual(b) }
      }
    }
  }

  private func chunk(_ reader: ParquetReader) throws -> ColumnMetadata {
    try #require(reader.metadata.rowGroups[0].columns[0].metadata)
  }

  @Test(arguments: Shape.allCases, [WriterOptions.PageVersion.v1, .v2])
  func anUnpaidDictionaryGoes(_ shape: Shape, _ version: WriterOptions.PageVersion) throws {
    for type in [PhysicalType.int32, .float, .byteArray] {
      let schema = try Schema([field(type, shape)])
      // A few rows more than a slab, so that the first one cannot know what follows.
      let rows = try batch(schema, type, shape, rowCount: Self.slabRows + 1_000, seed: 5)
      for codec in [Compression.none, .snappy] {
        let reader = try write([rows], schema) {
          $0.compression = codec
          $0.pageVersion = version
        }
        let chunk = try chunk(reader)
        #expect(chunk.dictionaryPageOffset == nil, "\(type) \(shape) \(codec)")
        #expect(!chunk.encodings.contains(.rleDictionary))
        let forced = try write([rows], schema) {
          $0.compression = codec
          $0.pageVersion = version
          $0.encoding = .always(.rleDictionary)
        }
        #expect(
          chunk.totalCompressedByteCount < (try self.chunk(forced)).totalCompressedByteCount)
        #expect(isSame(try reader.read(rowGroup: 0).columns[0], rows.columns[0]))
        let faults = try FileVerifier(reader.source).verify().map(\.description)
        #expect(faults == [])
      }
    }
  }

  @Test func aDictionaryThatPaysStays() throws {
    let schema = try Schema([field(.int32, .required)])
    let batches = try (0..<8).map {
      try batch(schema, .int32, .required, rowCount: Self.slabRows, seed: 100 + $0)
    }
    let chunk = try chunk(write(batches, schema) { _ in })
    #expect(chunk.dictionaryPageOffset != nil)
  }

  /// Pages, and a whole slab, of nothing but nulls are no reason to keep a dictionary.
  @Test func nullsDoNotKeepADictionary() throws {
    let schema = try Schema([field(.int32, .optional)])
    let builder = ColumnBatchBuilder(schema: schema)
    for _ in 0..<25_000 { builder.leaf(0).appendNull() }
    var random = SeededGenerator(seed: 5)
    for _ in 25_000..<Self.slabRows {
      builder.leaf(0).append(Int32.random(in: 0..<100_000, using: &random) &* 35_791)
    }
    for _ in 0..<Self.slabRows + 10 { builder.leaf(0).appendNull() }
    let rows = try builder.finish()
    let reader = try write([rows], schema) { _ in }
    #expect(try chunk(reader).dictionaryPageOffset == nil)
    #expect(try !chunk(reader).encodings.contains(.rleDictionary))
    #expect(isSame(try reader.read(rowGroup: 0).columns[0], rows.columns[0]))
    #expect(try FileVerifier(reader.source).verify().map(\.description) == [])
  }

  /// A slab that is full when the table ends is encoded as the last one that it is.
  @Test func aTableOfOneSlabHasTheSmallestEncoding() throws {
    let schema = try Schema([field(.int32, .required)])
    let rows = try batch(schema, .int32, .required, rowCount: Self.slabRows, seed: 9)
    let sizes = try [WriterOptions.EncodingChoice.automatic, .always(.plain)].map { encoding in
      try chunk(write([rows], schema) { $0.encoding = encoding }).totalCompressedByteCount
    }
    #expect(sizes[0] <= sizes[1])
  }

  /// Where the pages of a revision would be larger than pages are to be, the dictionary stays.
  @Test func noPageGrowsPastItsLimit() throws {
    let schema = try Schema([field(.int32, .required)])
    let rows = try batch(schema, .int32, .required, rowCount: Self.slabRows + 1_000, seed: 5)
    let reader = try write([rows], schema) { $0.pageBytes = 32 << 10 }
    // It was chosen, and has not paid: with larger pages it goes.
    #expect(try chunk(reader).dictionaryPageOffset != nil)
    for group in reader.metadata.rowGroups.indices {
      for page in try reader.pages(rowGroup: group, column: 0) where page.header.type.isDataPage {
        #expect(page.header.uncompressedByteCount <= 33 << 10)
      }
    }
  }
}
