import Testing

@testable import Parquet

/// Groups of the logical type FILE, whose members are optional and known by their names.
@Suite struct FileTypeTests {
  private static let members = [
    SchemaField("uri", .byteArray, .optional, logicalType: .string),
    SchemaField("offset", .int64, .optional), SchemaField("size", .int64, .optional),
    SchemaField("content_type", .byteArray, .optional, logicalType: .string),
    SchemaField("checksum", .byteArray, .optional, logicalType: .string),
    SchemaField("inline", .byteArray, .optional),
  ]

  private static func schema(_ members: [SchemaField]) throws(ParquetError) -> Schema {
    try Schema([SchemaField(group: "f", .optional, logicalType: .file, members)])
  }

  @Test func anyOfTheMembersMayStandInAnyOrder() throws {
    _ = try Self.schema(Self.members)
    _ = try Self.schema(Self.members.reversed())
    for member in Self.members { _ = try Self.schema([member]) }
  }

  @Test func othersMayNot() {
    let wrong = [
      SchemaField("path", .byteArray, .optional, logicalType: .string),
      SchemaField("uri", .byteArray, .optional),
      SchemaField("uri", .byteArray, logicalType: .string),
      SchemaField("offset", .int32, .optional), SchemaField("size", .int64, .repeated),
      SchemaField("inline", .byteArray, .optional, logicalType: .string),
      SchemaField(group: "checksum", .optional, [SchemaField("x", .int32)]),
    ]
    for member in wrong {
      let error = #expect(throws: ParquetError.self) { _ = try Self.schema([member]) }
      #expect(error?.code == .invalidArgument && error?.context.column == "f", "\(member.name)")
    }
    // FILE is a group.
    #expect(throws: ParquetError.self) {
      try Schema([SchemaField("f", .byteArray, logicalType: .file)])
    }
  }

  @Test func itIsWrittenAndReadAsItsGroup() throws {
    let schema = try Self.schema(Self.members)
    var rows = RandomRows(seed: 1)
    let batch = try rows.batch(schema, count: 300)
    let file = try written(schema, WriterOptions(), [batch])
    let reader = try ParquetReader(MemorySource(file))
    #expect(reader.schema == schema)
    // A group of this type has no converted type, and no statistics but its members'.
    #expect(reader.metadata.schema[1].logicalType == .file)
    #expect(reader.metadata.schema[1].convertedType == nil)
    #expect(try reader.read(rowGroup: 0).slots == batch.slots)
    #expect(try FileVerifier(MemorySource(file)).verify().isEmpty)
  }

  @Test func othersFilesAreReadWhateverTheirMembers() throws {
    // What is not as it must be is the file's own affair: its group is read all the same.
    let elements = [
      SchemaElement(name: "schema", childCount: 1),
      SchemaElement(name: "f", repetition: 1, childCount: 1, logicalType: .file),
      SchemaElement(name: "path", type: .byteArray, repetition: 1),
    ]
    let schema = try Schema(elements: elements)
    #expect(schema.fields[0].logicalType == .file)
    #expect(schema.leaves.map(\.path.description) == ["f.path"])
  }
}
