import Testing

@testable import Parquet

@Suite struct SchemaTests {
  @Test func levelsFollowThePath() throws {
    let schema = try Schema([
      SchemaField("a", .int32),
      .list("l", .optional, of: SchemaField("x", .int64, .optional)),
      .map("m", key: .string("k"), value: .list("v", of: SchemaField("d", .double))),
      SchemaField(group: "g", .optional, [SchemaField("r", .float, .repeated)]),
    ])
    let found = schema.leaves.map {
      "\($0.path) \($0.maxDefinitionLevel) \($0.maxRepetitionLevel) \($0.elementDefinitionLevels)"
    }
    #expect(
      found == [
        "a 0 0 []", "l.list.element 3 1 [2]", "m.key_value.key 1 1 [1]",
        "m.key_value.value.list.element 2 2 [1, 2]", "g.r 2 1 [2]",
      ])
  }

  @Test func whatCannotBeIsRefused() {
    func refused(_ fields: [SchemaField], _ part: String) {
      do {
        _ = try Schema(fields)
        Issue.record("\(part): accepted")
      } catch {
        #expect(error.code == .invalidArgument)
        #expect(error.description.contains(part), "\(error)")
      }
    }
    refused([SchemaField("a", .int32), SchemaField("a", .int64)], "two fields")
    refused([SchemaField("", .int32)], "no name")
    refused([SchemaField(group: "g", [] as [SchemaField])], "at least one field")
    refused([SchemaField("s", .int32, logicalType: .string)], "BYTE_ARRAY")
    refused([SchemaField("d", .int32, logicalType: .decimal(precision: 10, scale: 0))], "9 digits")
    refused([SchemaField("d", .int64, logicalType: .decimal(precision: 5, scale: 6))], "scale")
    refused(
      [SchemaField("t", .int64, logicalType: .time(isAdjustedToUTC: true, unit: .milliseconds))],
      "INT32")
    refused([SchemaField("u", .fixedLengthByteArray(byteCount: 15), logicalType: .uuid)], "16")
    refused([SchemaField("f", .fixedLengthByteArray(byteCount: 0))], "at least 1")
    refused([SchemaField(group: "l", logicalType: .list, [SchemaField("x", .int32)])], "LIST")
    refused([SchemaField("i", .int32, logicalType: .integer(bitWidth: 7, isSigned: true))], "bits")
  }

  @Test func decimalsTakeTheSmallestCarrier() throws {
    for (precision, type) in [
      (1, PhysicalType.int32), (9, .int32), (10, .int64), (18, .int64),
      (19, .fixedLengthByteArray(byteCount: 9)), (38, .fixedLengthByteArray(byteCount: 16)),
      (76, .fixedLengthByteArray(byteCount: 32)),
    ] {
      let field = SchemaField.decimal("d", precision: precision, scale: 0)
      #expect(field.physicalType == type)
      #expect(throws: Never.self) { try Schema([field]) }
    }
  }
}
