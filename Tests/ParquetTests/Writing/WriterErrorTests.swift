import Testing

@testable import Parquet

/// What cannot be stored, or asked for, is an error that says where; nothing is left behind.
@Suite struct WriterErrorTests {
  static func schema() throws -> Schema {
    try Schema([
      SchemaField("id", .int64), .string("name", .optional),
      .list("tags", .optional, of: .string("element")),
    ])
  }

  static func batch(_ schema: Schema) throws -> ColumnBatch {
    let builder = ColumnBatchBuilder(schema: schema)
    builder.leaf(0).append(Int64(1))
    builder.leaf(1).append("one")
    builder.list(2).endList()
    return try builder.finish()
  }

  private func error(_ body: () throws -> Void) throws -> ParquetError {
    try #require(#expect(throws: ParquetError.self) { try body() })
  }

  // MARK: Values

  @Test func nullInARequiredColumnIsAnErrorWithColumnAndRow() throws {
    let schema = try WriterErrorTests.schema()
    let builder = ColumnBatchBuilder(schema: schema)
    for row in 0..<3 {
      if row == 2 { builder.leaf(0).appendNull() } else { builder.leaf(0).append(Int64(row)) }
      builder.leaf(1).appendNull()
      builder.list(2).appendNull()
    }
    let error = try error { _ = try builder.finish() }
    #expect(error.code == .schemaMismatch)
    #expect(error.context.column == "id")
    #expect(error.context.row == 2)
    // The builder is empty afterwards, and of use.
    #expect(builder.rowCount == 0)
    builder.leaf(0).append(Int64(5))
    builder.leaf(1).append("x")
    builder.list(2).endList()
    #expect(try builder.finish().rowCount == 1)
  }

  @Test func nullInARequiredElementIsAnErrorWithItsColumn() throws {
    let builder = ColumnBatchBuilder(schema: try WriterErrorTests.schema())
    for row in 0..<4 {
      builder.leaf(0).append(Int64(row))
      builder.leaf(1).appendNull()
      switch row {
      case 0: builder.list(2).appendNull()
      case 1:
        let element = try #require(builder.list(2).element as? LeafBuilder)
        for _ in 0..<3 { element.append("x") }
        builder.list(2).endList()
      case 2: builder.list(2).endList()
      default:
        builder.list(2).element.appendNull()
        builder.list(2).endList()
      }
    }
    let error = try error { _ = try builder.finish() }
    #expect(error.code == .schemaMismatch)
    #expect(error.context.column == "tags.list.element")
    // The row, not the fourth element.
    #expect(error.context.row == 3)
  }

  @Test func nullInARequiredColumnByItsBitmapIsAnError() throws {
    let schema = try Schema([SchemaField("id", .int64)])
    let column = Column(
      rowCount: 3, presence: .validity(Bitmap([true, false, true])),
      values: .fixed(width: 8, Bytes(copying: [Int64(1), 2])))
    let error = try error { _ = try ColumnBatch(schema: schema, columns: [column]) }
    #expect(error.code == .schemaMismatch)
    #expect(error.context.row == 1)
  }

  @Test func valuesOfAnotherFormAreAnError() throws {
    let four = ColumnValues.fixed(width: 4, Bytes(copying: [Int32(1)]))
    let eight = ColumnValues.fixed(width: 8, Bytes(copying: [Int64(1)]))
    let bits = ColumnValues.bits(Bitmap([true]))
    let bytes = try ColumnValues.byteArrays(
      offsets: Bytes(copying: [UInt32(0), 1]), bytes: Bytes(copying: [UInt8(65)]))
    let forms: [(PhysicalType, [ColumnValues])] = [
      (.boolean, [four, eight, bytes]), (.int32, [eight, bits, bytes]),
      (.int64, [four, bits, bytes]), (.float, [eight, bits, bytes]),
      (.double, [four, bits, bytes]),
      (.byteArray, [four, eight, bits]), (.int96, [four, eight, bits, bytes]),
      (.fixedLengthByteArray(byteCount: 3), [four, eight, bits, bytes]),
    ]
    for (type, wrong) in forms {
      let schema = try Schema([SchemaField("column", type)])
      for values in wrong {
        let dictionary = try ColumnValues.dictionary(
          indices: Bytes(copying: [UInt32(0)]), dictionary: values)
        for form in [values, dictionary] {
          let error = try error { _ = try ColumnBatch(schema: schema, columns: [Column(form)]) }
          #expect(error.code == .schemaMismatch, "\(type)")
          #expect(error.context.column == "column")
        }
      }
    }
  }

  @Test func textThatIsNotUTF8IsAnErrorWithItsRow() throws {
    let schema = try Schema([.string("name")])
    for bad in [[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80]] as [[UInt8]] {
      let builder = ColumnBatchBuilder(schema: schema)
      builder.leaf(0).append("good")
      unsafe builder.leaf(0).append(bytes: bad.span.bytes)
      let error = try error { _ = try builder.finish() }
      #expect(error.code == .schemaMismatch)
      #expect(error.context.row == 1)
      let values = try ColumnValues.byteArrays(
        offsets: Bytes(copying: [UInt32(0), UInt32(bad.count)]), bytes: Bytes(copying: bad))
      #expect(throws: ParquetError.self) {
        try ColumnBatch(schema: schema, columns: [Column(values)])
      }
    }
  }

  @Test func numbersOutOfTheirTypesRangeAreAnErrorWithTheirRow() throws {
    let types: [(LogicalType, PhysicalType, legal: [Int64], illegal: [Int64])] = [
      (.integer(bitWidth: 8, isSigned: true), .int32, [-128, 127], [-129, 128]),
      (.integer(bitWidth: 16, isSigned: true), .int32, [-32_768, 32_767], [-32_769, 32_768]),
      (.integer(bitWidth: 8, isSigned: false), .int32, [0, 255], [-1, 256]),
      (.integer(bitWidth: 16, isSigned: false), .int32, [0, 65_535], [-1, 65_536]),
      (.decimal(precision: 3, scale: 1), .int32, [-999, 999], [-1000, 1000]),
      (
        .decimal(precision: 9, scale: 0), .int32, [-999_999_999, 999_999_999],
        [-1_000_000_000, 1_000_000_000]
      ),
      (
        .decimal(precision: 18, scale: 2), .int64, [999_999_999_999_999_999],
        [-1_000_000_000_000_000_000, .max, .min]
      ),
      (.integer(bitWidth: 32, isSigned: false), .int32, [0, -1], []),
      (.integer(bitWidth: 64, isSigned: false), .int64, [0, -1, .min], []),
    ]
    for (type, physicalType, legal, illegal) in types {
      let schema = try Schema([
        SchemaField("column", physicalType, .optional, logicalType: type)
      ])
      func append(_ number: Int64, to leaf: LeafBuilder) {
        if physicalType == .int32 { leaf.append(Int32(number)) } else { leaf.append(number) }
      }
      let builder = ColumnBatchBuilder(schema: schema)
      for number in legal { append(number, to: builder.leaf(0)) }
      let good = try builder.finish()
      #expect(try ColumnBatch(schema: schema, columns: good.columns).rowCount == legal.count)
      for number in illegal {
        for number in legal { append(number, to: builder.leaf(0)) }
        builder.leaf(0).appendNull()
        append(number, to: builder.leaf(0))
        let error = try error { _ = try builder.finish() }
        #expect(error.code == .schemaMismatch)
        #expect(error.context.column == "column")
        #expect(error.context.row == legal.count + 1)
        let bytes =
          physicalType == .int32 ? Bytes(copying: [Int32(number)]) : Bytes(copying: [number])
        let values = ColumnValues.fixed(width: physicalType == .int32 ? 4 : 8, bytes)
        let used = try ColumnValues.dictionary(
          indices: Bytes(copying: [UInt32(0)]), dictionary: values)
        let unused = try ColumnValues.dictionary(indices: Bytes(), dictionary: values)
        for form in [values, used] {
          #expect(throws: ParquetError.self) {
            try ColumnBatch(schema: schema, columns: [Column(form)])
          }
        }
        #expect(try ColumnBatch(schema: schema, columns: [Column(unused)]).rowCount == 0)
      }
    }
  }

  @Test func bytesOfAnotherLengthAreAnError() throws {
    let schema = try Schema([SchemaField("key", .fixedLengthByteArray(byteCount: 4))])
    let builder = ColumnBatchBuilder(schema: schema)
    unsafe builder.leaf(0).append(bytes: ([1, 2, 3] as [UInt8]).span.bytes)
    let error = try error { _ = try builder.finish() }
    #expect(error.code == .schemaMismatch)
    #expect(error.context.column == "key")
  }

  @Test func levelsThatCannotBeAreAnError() throws {
    let schema = try Schema([.list("list", .optional, of: SchemaField("element", .int32))])
    let impossible: [(definition: [UInt8], repetition: [UInt8], values: Int)] = [
      ([3], [0], 1),  // past the largest definition level
      ([2], [2], 1),  // past the largest repetition level
      ([2, 2], [1, 0], 2),  // begins within a list
      ([1, 2], [0, 1], 1),  // continues an empty list
      ([2, 0], [0, 1], 1),  // continues with no element
      ([2, 2], [0, 1], 1),  // a value missing
      ([2, 0], [0, 0], 2),  // a value too many
    ]
    for levels in impossible {
      let rowCount = max(levels.repetition.count { $0 == 0 }, 1)
      let column = Column(
        rowCount: rowCount, slotCount: levels.definition.count,
        presence: .levels(
          definition: Bytes(copying: levels.definition),
          repetition: Bytes(copying: levels.repetition)),
        values: .fixed(width: 4, Bytes(copying: [Int32](repeating: 1, count: levels.values))))
      let error = try error { _ = try ColumnBatch(schema: schema, columns: [column]) }
      #expect(error.code == .schemaMismatch, "\(levels)")
    }
  }

  @Test func leavesThatDifferAboutTheirGroupAreAnError() throws {
    let point = SchemaField(
      group: "element", .optional, [SchemaField("x", .int32), SchemaField("y", .int32, .optional)])
    let schema = try Schema([.list("points", .optional, of: point)])
    func column(_ definition: [UInt8], _ repetition: [UInt8], present: UInt8) -> Column {
      Column(
        rowCount: repetition.count { $0 == 0 }, slotCount: definition.count,
        presence: .levels(
          definition: Bytes(copying: definition), repetition: Bytes(copying: repetition)),
        values: .fixed(
          width: 4,
          Bytes(copying: [Int32](repeating: 1, count: definition.count { $0 == present }))))
    }
    // A null list, an empty one, and one of a point, a null and a point without y.
    let x = column([0, 1, 3, 2, 3], [0, 0, 0, 1, 1], present: 3)
    let y = column([0, 1, 4, 2, 3], [0, 0, 0, 1, 1], present: 4)
    #expect(try ColumnBatch(schema: schema, columns: [x, y]).rowCount == 3)
    let others: [(definition: [UInt8], repetition: [UInt8], row: Int)] = [
      ([1, 1, 4, 2, 3], [0, 0, 0, 1, 1], 0),  // empty, not null
      ([0, 0, 4, 2, 3], [0, 0, 0, 1, 1], 1),  // null, not empty
      ([0, 1, 4, 3, 3], [0, 0, 0, 1, 1], 2),  // a point that is there
      ([0, 1, 4, 2], [0, 0, 0, 1], 2),  // a shorter list
      ([0, 1, 4, 2, 3, 3], [0, 0, 0, 1, 1, 1], 2),  // a longer list
      ([0, 2, 4, 2, 3], [0, 0, 0, 1, 1], 1),  // a list of null, not an empty one
    ]
    for other in others {
      let wrong = column(other.definition, other.repetition, present: 4)
      let error = try error { _ = try ColumnBatch(schema: schema, columns: [x, wrong]) }
      #expect(error.code == .schemaMismatch)
      #expect(error.context.column == "points.list.element.y")
      #expect(error.context.row == other.row, "\(other)")
    }
  }

  @Test func columnsThatDoNotFitTheSchemaAreAnError() throws {
    let schema = try Schema([SchemaField("a", .int64), SchemaField("b", .int64)])
    let one = Column(.fixed(width: 8, Bytes(copying: [Int64(1)])))
    let two = Column(.fixed(width: 8, Bytes(copying: [Int64(1), 2])))
    for columns in [[one], [one, one, one], [one, two]] {
      let error = try error { _ = try ColumnBatch(schema: schema, columns: columns) }
      #expect(error.code == .schemaMismatch)
    }
  }

  @Test func aStructWithAFieldMissingIsAnError() throws {
    let schema = try Schema([
      SchemaField(
        group: "place", .optional, [SchemaField("x", .double), SchemaField("y", .double)])
    ])
    let builder = ColumnBatchBuilder(schema: schema)
    let place = builder.group(0)
    try #require(place.fields[0] as? LeafBuilder).append(1.0)
    place.append()
    let error = try error { _ = try builder.finish() }
    #expect(error.code == .schemaMismatch)
    #expect(error.context.column == "place.y")
  }

  @Test func aBatchOfAnotherSchemaIsAnError() throws {
    let writer = try ParquetWriter(MemorySink(), schema: try Schema([SchemaField("id", .int64)]))
    let batch = try WriterErrorTests.batch(WriterErrorTests.schema())
    let error = try error { try writer.write(batch) }
    #expect(error.code == .schemaMismatch)
  }

  // MARK: Options

  @Test func optionsThatCannotBeAreErrors() throws {
    let schema = try WriterErrorTests.schema()
    let changes: [(ParquetError.Code, (inout WriterOptions) -> Void)] = [
      (.invalidArgument, { $0.rowGroupRows = 0 }), (.invalidArgument, { $0.rowGroupBytes = 0 }),
      (.invalidArgument, { $0.pageRows = 0 }), (.invalidArgument, { $0.pageBytes = -1 }),
      (.invalidArgument, { $0.dictionaryBytes = 0 }), (.invalidArgument, { $0.threads = 0 }),
      (.invalidArgument, { $0.statisticsBytes = 0 }), (.invalidArgument, { $0.memoryLimit = 0 }),
      (.invalidArgument, { $0.compression = .gzip(level: 10) }),
      (.invalidArgument, { $0.compression = .zstd(level: 23) }),
      (.invalidArgument, { $0.columnCompression["nothing"] = .snappy }),
      (.invalidArgument, { $0.columnEncodings["tags"] = .always(.plain) }),
      (.invalidArgument, { $0.columnEncodings["id"] = .always(.rle) }),
    ]
    for (code, change) in changes {
      var options = WriterOptions()
      change(&options)
      let error = try error {
        _ = try ParquetWriter(MemorySink(), schema: schema, options: options)
      }
      #expect(error.code == code, "\(error)")
    }
  }

  // MARK: The writer's life

  @Test func aWriterThatIsClosedTakesNothing() throws {
    let schema = try WriterErrorTests.schema()
    let batch = try WriterErrorTests.batch(schema)
    let finished = try ParquetWriter(MemorySink(), schema: schema)
    try finished.write(batch)
    _ = try finished.finish()
    let abandoned = try ParquetWriter(MemorySink(), schema: schema)
    abandoned.abandon()
    for writer in [finished, abandoned] {
      #expect(throws: ParquetError.self) { try writer.write(batch) }
      #expect(throws: ParquetError.self) { try writer.closeRowGroup() }
      #expect(throws: ParquetError.self) { try writer.finish() }
    }
  }

  @Test func aSinkThatFailsEndsTheWriterAndIsAbandoned() throws {
    let schema = try WriterErrorTests.schema()
    let batch = try WriterErrorTests.batch(schema)
    // Counted on a sink that does not fail: every write, and the finish, is made to fail once.
    let counting = FailingSink(failingAt: nil)
    let good = try ParquetWriter(counting, schema: schema)
    try good.write(batch)
    _ = try good.finish()
    #expect(counting.calls > 5)
    #expect(counting.abandoned == 0)
    for call in 1...counting.calls {
      let sink = FailingSink(failingAt: call)
      var writer: ParquetWriter? = try ParquetWriter(sink, schema: schema)
      try writer?.write(batch)
      let error = try error { _ = try writer?.finish() }
      #expect(error.code == .inputOutput)
      #expect(throws: ParquetError.self) { try writer?.write(batch) }
      writer = nil
      #expect(sink.abandoned == 1)
    }
  }

  @Test func aWriterThatGoesWithoutFinishAbandonsItsSink() throws {
    let sink = FailingSink(failingAt: nil)
    var writer: ParquetWriter? = try ParquetWriter(sink, schema: WriterErrorTests.schema())
    try writer?.write(WriterErrorTests.batch(WriterErrorTests.schema()))
    writer = nil
    #expect(sink.abandoned == 1)
  }

  @Test func anErrorOfTheProgressHookStopsTheWriter() throws {
    let schema = try WriterErrorTests.schema()
    var options = WriterOptions()
    options.progress = { (_) throws(ParquetError) in throw ParquetError(.cancelled, "stop") }
    let writer = try ParquetWriter(MemorySink(), schema: schema, options: options)
    try writer.write(WriterErrorTests.batch(schema))
    let error = try error { _ = try writer.finish() }
    #expect(error.code == .cancelled)
  }

  // MARK: Limits

  @Test func aValueOf2GiBIsRefusedBeforeAnyByte() throws {
    let schema = try Schema([
      SchemaField("id", .int32), SchemaField("bytes", .byteArray, .optional),
    ])
    let byteCount = Int(Int32.max) - 3
    // Never touched, so that it costs addresses and no memory.
    var bytes = ByteBuffer(capacity: byteCount + 5)
    bytes.advance(by: byteCount + 5)
    var presence = BitmapBuffer()
    for bit in [true, false, true] { presence.append(bit) }
    let batch = try ColumnBatch(
      schema: schema,
      columns: [
        Column(.fixed(width: 4, Bytes(copying: [Int32(1), 2, 3]))),
        Column(
          rowCount: 3, presence: .validity(presence.freeze()),
          values: .byteArrays(
            offsets: Bytes(copying: [UInt32(0), 5, UInt32(byteCount + 5)]), bytes: bytes.freeze())),
      ])
    let sink = ByteCounter()
    let writer = try ParquetWriter(sink, schema: schema)
    let error = try error { try writer.write(batch) }
    #expect(error.code == .limitExceeded)
    #expect(error.context.column == "bytes")
    #expect(error.context.row == 2)
    #expect(sink.byteCount == 0)
  }

  /// Ordinals are of 16 bits; row groups past the last of them go without.
  @Test func moreRowGroupsThanOrdinals() throws {
    let schema = try Schema([SchemaField("id", .int32)])
    var options = WriterOptions()
    options.rowGroupRows = 1
    options.statistics = .none
    let sink = MemorySink()
    let writer = try ParquetWriter(sink, schema: schema, options: options)
    let numbers = (0..<33_000).map(Int32.init)
    try writer.write(
      try ColumnBatch(schema: schema, columns: [Column(.fixed(width: 4, Bytes(copying: numbers)))]))
    _ = try writer.finish()
    let reader = try ParquetReader(MemorySource(sink.bytes))
    let groups = reader.metadata.rowGroups
    #expect(groups.count == 33_000)
    #expect(groups[32_767].ordinal == 32_767)
    #expect(groups[32_768].ordinal == nil)
    let batches = reader.batches()
    var read: [Int32] = []
    while let batch = try batches.next() { read.append(batch.columns[0].values.number(at: 0)) }
    #expect(read == numbers)
  }
}

/// A sink whose n-th call fails.
private final class FailingSink: ByteSink {
  private let failingAt: Int?
  private(set) var calls = 0
  private(set) var abandoned = 0

  init(failingAt: Int?) { self.failingAt = failingAt }

  private func count() throws(ParquetError) {
    calls += 1
    if calls == failingAt { throw ParquetError(.inputOutput, "no space left") }
  }

  func write(_ bytes: RawSpan) throws(ParquetError) { try count() }
  func finish() throws(ParquetError) { try count() }
  func abandon() { abandoned += 1 }
}

/// Counts the bytes it is given.
private final class ByteCounter: ByteSink {
  private(set) var byteCount = 0
  func write(_ bytes: RawSpan) { byteCount += bytes.byteCount }
  func finish() {}
  func abandon() {}
}
