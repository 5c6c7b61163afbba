import Testing

@testable import Parquet

/// Rows read from files whose columns are not just those of the mapping.
@Suite struct RowMatchingTests {
  private func rows<Row>(
    _ mapping: RowMapping<Row>, _ schema: Schema, _ fill: (ColumnBatchBuilder) throws -> Void
  ) throws -> [Row] {
    let builder = ColumnBatchBuilder(schema: schema)
    try fill(builder)
    let reader = try ParquetReader(
      MemorySource(written(schema, WriterOptions(), [builder.finish()])))
    return try reader.rows(mapping).all()
  }

  /// The one field `x` of a row.
  private func one<Value: FieldValue>(
    _ type: Value.Type, as logicalType: LogicalType? = nil, byteCount: Int? = nil,
    named name: String = "x"
  ) throws -> RowMapping<Box<Value>> {
    try RowMapping<Box<Value>>({ (x: Value) in Box(x: x) }) {
      Field(name, \.x, as: logicalType, byteCount: byteCount)
    }
  }

  struct Box<Value: FieldValue>: Sendable { var x: Value }

  /// What is wrong with reading `field`, which holds nothing, by `mapping`.
  private func problem<Row>(_ mapping: RowMapping<Row>, _ fields: SchemaField...) throws -> String?
  {
    do {
      _ = try rows(mapping, Schema(fields)) { _ in }
      return nil
    } catch let error as ParquetError {
      #expect(error.code == .schemaMismatch)
      return error.description
    }
  }

  @Test func columnsInAnotherOrderAndMore() throws {
    let schema = try Schema([
      SchemaField("more", .int64), SchemaField("rain", .double), .string("name"),
      .list("lists", of: SchemaField("element", .float)), SchemaField("station", .int32, .optional),
    ])
    let found = try rows(Reading.mapping(), schema) { builder in
      for i in 0..<100 {
        builder.leaf(0).append(Int64(i))
        builder.leaf(1).append(Double(i) / 2)
        builder.leaf(2).append("name \(i % 3)")
        builder.list(3).endList()
        builder.leaf(4).append(Int32(i))
      }
    }
    let expected = (0..<100).map { (i: Int) -> Reading in
      Reading(station: Int32(i), name: "name \(i % 3)", rain: Double(i) / 2)
    }
    #expect(found == expected)
  }

  @Test func missingColumns() throws {
    #expect(
      try problem(one(Int32.self), SchemaField("y", .int32), SchemaField("z", .int32))
        == "memory: column x: there is no such column; there are y, z")
  }

  @Test func nullsWhereNoneMayBe() throws {
    let schema = try Schema([SchemaField("x", .int32, .optional)])
    func fill(_ builder: ColumnBatchBuilder) {
      for i in 0..<10 {
        if i == 7 { builder.leaf(0).appendNull() } else { builder.leaf(0).append(Int32(i)) }
      }
    }
    let error = #expect(throws: ParquetError.self) { try rows(one(Int32.self), schema, fill) }
    #expect(
      error?.description
        == "memory: column x, row 7: is null, and its Swift type is not an optional")
    #expect(error?.code == .rejectedData)
    #expect(
      try rows(one(Int32?.self), schema, fill).map(\.x) == [0, 1, 2, 3, 4, 5, 6, nil, 8, 9])

    // In a later batch of a later row group, the row is the file's.
    let builder = ColumnBatchBuilder(schema: schema)
    fill(builder)
    var options = WriterOptions()
    options.rowGroupRows = 4
    let reader = try ParquetReader(
      MemorySource(written(schema, options, [builder.finish()])))
    let late = #expect(throws: ParquetError.self) {
      try reader.rows(one(Int32.self), rows: 1..<10, batchRows: 3).all()
    }
    #expect(late?.context.row == 7)
  }

  @Test func nullsInLists() throws {
    let schema = try Schema([.list("x", .optional, of: SchemaField("e", .int32, .optional))])
    func fill(_ last: [Int32?]?) -> (ColumnBatchBuilder) -> Void {
      { builder in
        for list in [[1, 2], [], last] {
          guard let list else {
            builder.list(0).appendNull()
            continue
          }
          for element in list {
            let leaf = builder.list(0).element as? LeafBuilder
            if let element { leaf?.append(element) } else { leaf?.appendNull() }
          }
          builder.list(0).endList()
        }
      }
    }
    #expect(try rows(one([Int32].self), schema, fill([3])).map(\.x) == [[1, 2], [], [3]])
    #expect(try rows(one([Int32?]?.self), schema, fill(nil)).map(\.x) == [[1, 2], [], nil])
    let element = #expect(throws: ParquetError.self) {
      try rows(one([Int32].self), schema, fill([3, nil]))
    }
    #expect(
      element?.description == "memory: column x.list.element, row 2: is null, "
        + "and its Swift type is not an optional")
    let list = #expect(throws: ParquetError.self) {
      try rows(one([Int32].self), schema, fill(nil))
    }
    #expect(
      list?.description == "memory: column x.list.element, row 2: a list is null, "
        + "and its Swift type is not an optional")
  }

  @Test func leavesInGroups() throws {
    // One level each: a null group, or a null leaf.
    for (group, leaf) in [(Repetition.optional, Repetition.required), (.required, .optional)] {
      let schema = try Schema([
        SchemaField(group: "g", group, [SchemaField("a", .int32), SchemaField("x", .int64, leaf)])
      ])
      let found = try rows(one(Int64?.self, named: "g.x"), schema) { builder in
        let group = builder.group(0)
        for i in 0..<50 {
          if i % 3 == 1, group.field.repetition == .optional {
            group.appendNull()
            continue
          }
          (group.fields[0] as? LeafBuilder)?.append(Int32(i))
          let leaf = group.fields[1] as? LeafBuilder
          if i % 3 == 1 { leaf?.appendNull() } else { leaf?.append(Int64(i)) }
          group.append()
        }
      }
      let expected = (0..<50).map { (i: Int) -> Int64? in i % 3 == 1 ? nil : Int64(i) }
      #expect(found.map(\.x) == expected)
    }
    // Two levels: a null group, a null leaf in a group that is there.
    let schema = try Schema([
      SchemaField("before", .int32),
      SchemaField(group: "g", .optional, [SchemaField("x", .int32, .optional)]),
    ])
    let found = try rows(one(Int?.self, named: "g.x"), schema) { builder in
      for i in 0..<9 {
        builder.leaf(0).append(Int32(i))
        let leaf = builder.group(1).fields[0] as? LeafBuilder
        switch i % 3 {
        case 0: builder.group(1).appendNull()
        case 1:
          leaf?.appendNull()
          builder.group(1).append()
        default:
          leaf?.append(Int32(i))
          builder.group(1).append()
        }
      }
    }
    #expect(found.map(\.x) == [nil, nil, 2, nil, nil, 5, nil, nil, 8])
    #expect(
      try problem(one(Int.self, named: "g"), SchemaField(group: "g", [SchemaField("x", .int32)]))
        == "memory: column g: is required group, where the Swift type asks for required INT64")
  }

  @Test func listsInOldForms() throws {
    let forms: [SchemaField] = [
      SchemaField("x", .int32, .repeated),
      SchemaField(group: "x", .required, logicalType: .list, [SchemaField("e", .int32, .repeated)]),
      SchemaField(
        group: "x", .required, logicalType: .list, [SchemaField("array", .int32, .repeated)]),
      SchemaField(
        group: "x", .required, logicalType: .list,
        [SchemaField(group: "bag", .repeated, [SchemaField("any", .int32)])]),
    ]
    for form in forms {
      let schema = try Schema(unvalidated: [form], name: "old")
      let found = try rows(one([Int].self), schema) { builder in
        let group = builder.fields[0] as? StructBuilder
        let list = try #require(
          builder.fields[0] as? ListBuilder ?? group?.fields[0] as? ListBuilder)
        for length in [2, 0, 3] {
          for i in 0..<length { (list.element as? LeafBuilder)?.append(Int32(i)) }
          list.endList()
          group?.append()
        }
      }
      #expect(found.map(\.x) == [[0, 1], [], [0, 1, 2]], "\(form)")
      // The same by Codable.
      let builder = ColumnBatchBuilder(schema: schema)
      let group = builder.fields[0] as? StructBuilder
      let list = try #require(builder.fields[0] as? ListBuilder ?? group?.fields[0] as? ListBuilder)
      for i in [4, 5] { (list.element as? LeafBuilder)?.append(Int32(i)) }
      list.endList()
      group?.append()
      struct Row: Decodable { var x: [Int8] }
      let reader = try ParquetReader(
        MemorySource(written(schema, WriterOptions(), [builder.finish()])))
      #expect(try reader.rows(decoding: Row.self).all().map(\.x) == [[4, 5]], "\(form)")
    }
  }

  // MARK: Types

  @Test func widening() throws {
    func int32(_ type: LogicalType?, _ values: Int32...) throws -> (Schema, [Int32]) {
      (try Schema([SchemaField("x", .int32, logicalType: type)]), values)
    }
    func read<Value: FieldValue>(
      _ mapping: RowMapping<Box<Value>>, _ file: (Schema, [Int32])
    ) throws -> [Value] {
      try rows(mapping, file.0) { for value in file.1 { $0.leaf(0).append(value) } }.map(\.x)
    }
    #expect(try read(one(Int64.self), int32(nil, -1, 7)) == [-1, 7])
    #expect(try read(one(Int.self), int32(.integer(bitWidth: 8, isSigned: true), -1)) == [-1])
    let unsigned = LogicalType.integer(bitWidth: 32, isSigned: false)
    #expect(try read(one(Int64.self), int32(unsigned, -1)) == [0xFFFF_FFFF])
    #expect(try read(one(UInt64.self), int32(unsigned, -1)) == [0xFFFF_FFFF])
    let byte = LogicalType.integer(bitWidth: 8, isSigned: false)
    #expect(try read(one(UInt16.self), int32(byte, 255)) == [255])
    #expect(try read(one(Int16.self), int32(byte, 255)) == [255])
    #expect(try read(one(Int32.self), int32(byte, 255)) == [255])
    // As stored, without asking what it means.
    #expect(try read(one(Int32.self), int32(.date, 19_000)) == [19_000])
    #expect(try read(one(Int64.self), int32(.date, 19_000)) == [19_000])
    // A decimal of fewer digits.
    let decimal = LogicalType.decimal(precision: 5, scale: 2)
    let wide = LogicalType.decimal(precision: 18, scale: 2)
    #expect(try read(one(Int64.self, as: wide), int32(decimal, -12_345)) == [-12_345])
    #expect(try read(one(Int128.self, as: wide), int32(decimal, -12_345)) == [-12_345])

    let floats = try Schema([SchemaField("x", .float)])
    let doubles = try rows(one(Double.self), floats) { $0.leaf(0).append(Float(0.1)) }
    #expect(doubles[0].x == Double(Float(0.1)))
    let halves = try one(Float16.self).schema
    func half(_ builder: ColumnBatchBuilder) {
      unsafe builder.leaf(0).append(bytes: ([0x00, 0x3E] as [UInt8]).span.bytes)
    }
    #expect(try rows(one(Float16.self), halves, half).map(\.x) == [1.5])
    #expect(try rows(one(Float.self), halves, half).map(\.x) == [1.5])
    #expect(try rows(one(Double.self), halves, half).map(\.x) == [1.5])
  }

  @Test func decimalsOfBytes() throws {
    let type = LogicalType.decimal(precision: 18, scale: 0)
    for carrier in [PhysicalType.byteArray, .fixedLengthByteArray(byteCount: 8)] {
      let schema = try Schema([SchemaField("x", carrier, logicalType: type)])
      func fill(_ builder: ColumnBatchBuilder) {
        for value in [0, -1, 258, Int64.min / 100] {
          let bytes = unsafe withUnsafeBytes(of: value.bigEndian) { unsafe [UInt8]($0) }
          unsafe builder.leaf(0).append(bytes: bytes.span.bytes)
        }
      }
      let expected: [Int64] = [0, -1, 258, .min / 100]
      #expect(try rows(one(Int64.self, as: type), schema, fill).map(\.x) == expected)
      let larger = LogicalType.decimal(precision: 30, scale: 0)
      let wide: [Int128] = [0, -1, 258, Int128(Int64.min / 100)]
      #expect(try rows(one(Int128.self, as: larger), schema, fill).map(\.x) == wide)
    }
    // More bytes than there are digits, as long as they are sign.
    let long = try Schema([SchemaField("x", .byteArray, logicalType: type)])
    func fill(_ bytes: [UInt8]) -> (ColumnBatchBuilder) -> Void {
      { unsafe $0.leaf(0).append(bytes: bytes.span.bytes) }
    }
    let minusTwo = [UInt8](repeating: 0xFF, count: 20) + [0xFE]
    #expect(try rows(one(Int64.self, as: type), long, fill(minusTwo)).map(\.x) == [-2])
    #expect(try rows(one(Int64.self, as: type), long, fill([])).map(\.x) == [0])
    let long128 = [UInt8](repeating: 0x7F, count: 17)
    let long64 = [0] + [UInt8](repeating: 0xFF, count: 8)
    for bad in [long128, long64] {
      let error = #expect(throws: ParquetError.self) {
        try rows(one(Int64.self, as: type), long, fill(bad))
      }
      #expect(error?.context.row == 0)
    }
  }

  @Test func typesThatDoNotFit() throws {
    let date = SchemaField.date("x")
    let micros = LogicalType.timestamp(isAdjustedToUTC: true, unit: .microseconds)
    #expect(
      try problem(one(Int32.self), SchemaField("x", .int64))
        == "memory: column x: is required INT64, where the Swift type asks for required INT32")
    let refused: [String?] = [
      try problem(one(Int16.self), SchemaField("x", .int32)),
      try problem(one(UInt32.self), SchemaField("x", .int32)),
      try problem(one(UInt64.self), SchemaField("x", .int64)),
      try problem(
        one(Int64.self),
        SchemaField("x", .int64, logicalType: .integer(bitWidth: 64, isSigned: false))),
      try problem(
        one(Int32.self),
        SchemaField("x", .int32, logicalType: .integer(bitWidth: 32, isSigned: false))),
      try problem(one(Int8.self), date), try problem(one(UInt64.self), date),
      try problem(one(Float.self), SchemaField("x", .double)),
      try problem(one(Double.self), SchemaField("x", .int64)),
      try problem(one(Int64.self), SchemaField("x", .double)),
      try problem(one(Bool.self), SchemaField("x", .int32)),
      try problem(one(String.self), SchemaField("x", .byteArray, logicalType: .bson)),
      try problem(
        one(String.self), SchemaField("x", .fixedLengthByteArray(byteCount: 4))),
      try problem(one([UInt8].self), SchemaField("x", .int32)),
      try problem(one([UInt8].self, byteCount: 4), SchemaField("x", .byteArray)),
      try problem(
        one([UInt8].self, as: .uuid), SchemaField("x", .fixedLengthByteArray(byteCount: 16))),
      try problem(one(Int64.self, as: micros), SchemaField("x", .int64)),
      try problem(
        one(Int64.self, as: micros), .timestamp("x", .milliseconds, isAdjustedToUTC: true)),
      try problem(
        one(Int64.self, as: micros), .timestamp("x", .microseconds, isAdjustedToUTC: false)),
      try problem(
        one(Int64.self, as: .decimal(precision: 10, scale: 2)),
        .decimal("x", precision: 10, scale: 3)),
      try problem(
        one(Int64.self, as: .decimal(precision: 10, scale: 2)),
        .decimal("x", precision: 11, scale: 2)),
      try problem(
        one(Int128.self, as: .decimal(precision: 30, scale: 0)), SchemaField("x", .int64)),
      try problem(one([Int32].self), SchemaField("x", .int32)),
      try problem(one(Int32.self), SchemaField("x", .int32, .repeated)),
      try problem(one(Int32.self), .list("x", of: SchemaField("e", .int32))),
      try problem(one([[Int32]].self), .list("x", of: SchemaField("e", .int32))),
      try problem(one([Int16].self), .list("x", of: SchemaField("e", .int32))),
    ]
    for (index, problem) in refused.enumerated() {
      #expect(problem?.contains("column x: is ") == true, "\(index): \(problem ?? "read")")
    }
    #expect(try problem(one(Int32.self), date) == nil)
    #expect(try problem(one([UInt8].self), SchemaField("x", .int96)) == nil)
    #expect(try problem(one(String.self), SchemaField("x", .byteArray)) == nil)
    #expect(try problem(one(String.self), SchemaField("x", .byteArray, logicalType: .json)) == nil)
  }

  @Test func valuesThatAreNone() throws {
    // Numbers past their type, and a name that is none of the enum's.
    let schema = try Schema([
      SchemaField("x", .int32, logicalType: .integer(bitWidth: 8, isSigned: true))
    ])
    let batch = ColumnBatch(
      unchecked: schema,
      columns: [Column(.fixed(width: 4, Bytes(copying: [1, 300] as [Int32])))], rowCount: 2)
    let number = #expect(throws: ParquetError.self) { try one(Int8.self).rows(of: batch) }
    #expect(
      number?.description == "column x, row 1: 300 is out of the range of INTEGER(8,true)")
    let wide = #expect(throws: ParquetError.self) { try one(Int64.self).rows(of: batch) }
    #expect(wide?.context.row == 1)

    let names = try Schema([.string("x", .optional)])
    let weather = #expect(throws: ParquetError.self) {
      try rows(one(Weather?.self), names) { builder in
        builder.leaf(0).append("sun")
        builder.leaf(0).appendNull()
        builder.leaf(0).append("hail")
      }
    }
    #expect(
      weather?.description == "memory: column x, row 2: hail is no value of Weather")
  }

  @Test(arguments: [false, true]) func textThatIsNotUTF8(inDictionary: Bool) throws {
    let schema = try Schema([SchemaField("x", .byteArray)])
    let builder = ColumnBatchBuilder(schema: schema)
    for _ in 0..<5 { builder.leaf(0).append("fine") }
    unsafe builder.leaf(0).append(bytes: ([0xC3, 0x28] as [UInt8]).span.bytes)
    for _ in 0..<5 { builder.leaf(0).append("fine") }
    var options = WriterOptions()
    options.encoding = .always(inDictionary ? .rleDictionary : .plain)
    let reader = try ParquetReader(MemorySource(written(schema, options, [builder.finish()])))
    let error = #expect(throws: ParquetError.self) { try reader.rows(one(String.self)).all() }
    #expect(error?.description == "memory: column x, row 5: text is not UTF-8")
    // An entry that no value uses may be anything.
    #expect(try reader.rows(one(String.self), rows: 0..<5).all().count == 5)
  }

  @Test func dictionariesStayDictionaries() throws {
    let rows = (0..<5_000).map { Reading(station: 1, name: $0 % 5 == 0 ? nil : "s\($0 % 7)") }
    let mapping = try Reading.mapping()
    var options = WriterOptions()
    options.encoding = .always(.rleDictionary)
    let reader = try ParquetReader(MemorySource(file(rows, mapping, options)))
    let batch = try reader.read(rowGroup: 0)
    guard case .dictionary = batch.columns[0].values.form,
      case .dictionary = batch.columns[1].values.form
    else {
      Issue.record("the columns are no dictionaries")
      return
    }
    // With fewer rows than entries, too.
    for batchRows in [3, 5_000] {
      #expect(try reader.rows(mapping, batchRows: batchRows).all() == rows)
    }
  }

  @Test func bytesInOneOrTwo() throws {
    // Batches may hold small integers in as many bytes as their type has.
    let unsigned = LogicalType.integer(bitWidth: 8, isSigned: false)
    let schema = try Schema([SchemaField("x", .int32, logicalType: unsigned)])
    let batch = try ColumnBatch(
      schema: schema, columns: [Column(.fixed(width: 1, Bytes(copying: [255, 1] as [UInt8])))])
    #expect(try one(UInt8.self).rows(of: batch).map(\.x) == [255, 1])
    #expect(try one(Int.self).rows(of: batch).map(\.x) == [255, 1])
    let short = try Schema([
      SchemaField("x", .int32, logicalType: .integer(bitWidth: 16, isSigned: true))
    ])
    let shorts = try ColumnBatch(
      schema: short, columns: [Column(.fixed(width: 2, Bytes(copying: [-2, 7] as [Int16])))])
    #expect(try one(Int16.self).rows(of: shorts).map(\.x) == [-2, 7])
  }
}

extension Reading {
  init(station: Int32, name: String?) { self.init(station: station, name: name, rain: nil) }
}
