import Testing

@testable import Parquet

/// The bytes that `body` writes.
private func written(_ body: (inout CompactWriter) -> Void) -> [UInt8] {
  var writer = CompactWriter()
  body(&writer)
  return writer.freeze().array()
}

private func reader(_ bytes: [UInt8]) -> CompactReader {
  CompactReader(Bytes(copying: bytes), baseOffset: 1000)
}

/// The error that `body` throws; a test that expects one fails where there is none.
func thrownError<T>(_ body: () throws(ParquetError) -> T) -> ParquetError? {
  do throws(ParquetError) {
    _ = try body()
    return nil
  } catch { return error }
}

@Suite struct CompactProtocolTests {
  // MARK: Known bytes

  @Test(
    arguments: [
      (0, [0]), (1, [1]), (127, [127]), (128, [0x80, 1]), (50_399, [0xDF, 0x89, 0x03]),
      (UInt64.max, [255, 255, 255, 255, 255, 255, 255, 255, 255, 1]),
    ] as [(UInt64, [UInt8])])
  func varints(value: UInt64, bytes: [UInt8]) throws {
    #expect(written { $0.write(varint: value) } == bytes)
    var reader = reader(bytes)
    #expect(try reader.varint() == value)
    #expect(reader.remaining == 0)
  }

  @Test(
    arguments: [
      (0, [0]), (-1, [1]), (1, [2]), (-2, [3]), (63, [126]), (-64, [127]), (64, [0x80, 1]),
      (Int64.max, [254, 255, 255, 255, 255, 255, 255, 255, 255, 1]),
      (Int64.min, [255, 255, 255, 255, 255, 255, 255, 255, 255, 1]),
    ] as [(Int64, [UInt8])])
  func zigzag(value: Int64, bytes: [UInt8]) throws {
    #expect(written { $0.write(zigzag: value) } == bytes)
    var reader = reader(bytes)
    #expect(try reader.zigzag() == value)
  }

  @Test func fieldHeaders() throws {
    // Steps of 1 and 15 are short; 16, backwards, and below zero are long.
    let bytes = written { writer in
      let outer = writer.beginStruct()
      writer.field(1, Int32(0))
      writer.field(16, Int32(0))
      writer.field(32, Int32(0))
      writer.field(31, Int32(0))
      writer.field(-5, Int32(0))
      writer.field(Int16.max, true)
      writer.field(Int16.min, false)
      writer.endStruct(outer)
    }
    #expect(
      bytes == [
        0x15, 0, 0xF5, 0, 0x05, 64, 0, 0x05, 62, 0, 0x05, 9, 0, 0x01, 0xFE, 0xFF, 0x03, 0x02, 0xFF,
        0xFF, 0x03, 0,
      ])
    var reader = reader(bytes)
    var ids: [Int16] = []
    let outer = try reader.beginStruct()
    while let field = try reader.nextField() {
      ids.append(field.id)
      try reader.skip(field.type)
    }
    reader.endStruct(outer)
    #expect(ids == [1, 16, 32, 31, -5, Int16.max, Int16.min])
  }

  @Test func listHeaders() throws {
    #expect(written { $0.write(listOf: .i32, count: 0) } == [0x05])
    #expect(written { $0.write(listOf: .i32, count: 14) } == [0xE5])
    #expect(written { $0.write(listOf: .binary, count: 15) } == [0xF8, 15])
    #expect(written { $0.write(mapOf: .binary, to: .i64, count: 0) } == [0])
    #expect(written { $0.write(mapOf: .binary, to: .i64, count: 3) } == [3, 0x86])
    for count in [0, 1, 14, 15, 16, 127, 128, 1000] {
      let bytes = written { writer in
        writer.write(listOf: .i8, count: count)
        for _ in 0..<count { writer.write(Int8(-1)) }
      }
      var reader = reader(bytes)
      let header = try reader.listHeader()
      #expect(header.type == .i8)
      #expect(header.count == count)
    }
  }

  // MARK: Every type, both ways

  /// A struct with a field of every type, and one of every type of element in lists and maps.
  private static func everything() -> [UInt8] {
    written { writer in
      let outer = writer.beginStruct()
      writer.field(1, true)
      writer.field(2, false)
      writer.field(3, Int8.min)
      writer.field(4, Int16.min)
      writer.field(5, Int32.max)
      writer.field(6, Int64.min)
      writer.field(7, -0.5)
      writer.field(8, "Grüße")
      writer.field(9, Bytes(copying: [0, 255, 1] as [UInt8]))
      writer.field(10, [true, false, true])
      writer.field(11, [Int32.min, 0, Int32.max])
      writer.field(12, i64: [Int.min, 0, Int.max])
      writer.field(13, ["", "a"])
      writer.field(14, [Bytes(), Bytes(copying: [7] as [UInt8])])
      writer.field(15, [KeyValue("k", "v"), KeyValue("", nil)])
      writer.field(40, KeyValue("inner", nil))
      writer.header(41, .map)
      writer.write(mapOf: .i8, to: .double, count: 1)
      writer.write(Int8(3))
      writer.write(2.5)
      writer.header(42, .uuid)
      for byte in 0..<16 { writer.write(Int8(byte)) }
      writer.header(43, .set)
      writer.write(listOf: .uuid, count: 1)
      for byte in 0..<16 { writer.write(Int8(byte)) }
      writer.header(44, .map)
      writer.write(mapOf: .i8, to: .i8, count: 0)
      writer.field(45, [] as [String])
      writer.header(46, .map)
      writer.write(mapOf: .booleanTrue, to: .list, count: 1)
      writer.write(true)
      writer.write(listOf: .structure, count: 1)
      KeyValue("x", "y").encode(to: &writer)
      writer.endStruct(outer)
    }
  }

  @Test func everyType() throws {
    var reader = reader(Self.everything())
    let outer = try reader.beginStruct()
    var seen: [Int16] = []
    while let field = try reader.nextField() {
      seen.append(field.id)
      switch field.id {
      case 1: #expect(try reader.boolean(field, "b"))
      case 2: #expect(try !reader.boolean(field, "b"))
      case 3: #expect(try reader.int(field, "i8") == -128)
      case 4: #expect(try reader.int(field, "i16") == Int(Int16.min))
      case 5: #expect(try reader.int32(field, "i32") == Int32.max)
      case 6: #expect(try reader.int(field, "i64") == Int.min)
      case 7: #expect(try reader.double(field, "double") == -0.5)
      case 8: #expect(try reader.nameText(field, "string") == "Grüße")
      case 9: #expect(try reader.binary(field, "binary").array() == [0, 255, 1])
      case 10: #expect(try reader.booleans(field, "bools") == [true, false, true])
      case 11: #expect(try reader.int32s(field, "i32s") == [Int32.min, 0, Int32.max])
      case 12: #expect(try reader.ints(field, "i64s") == [Int.min, 0, Int.max])
      case 13: #expect(try reader.nameTexts(field, "strings") == ["", "a"])
      case 14: #expect(try reader.binaries(field, "binaries").map { $0.array() } == [[], [7]])
      case 15:
        #expect(
          try reader.structures(field, "structs", of: KeyValue.self)
            == [KeyValue("k", "v"), KeyValue("", nil)])
      case 40:
        #expect(try reader.structure(field, "struct", as: KeyValue.self) == KeyValue("inner", nil))
      default: try reader.skip(field.type)
      }
    }
    reader.endStruct(outer)
    #expect(seen == Array(1...15) + Array(40...46))
    #expect(reader.remaining == 0)
  }

  @Test func everyTypeIsSkipped() throws {
    var reader = reader(Self.everything())
    try reader.skip(.structure)
    #expect(reader.remaining == 0)
  }

  @Test func booleansInOlderLists() throws {
    // Element type 2 instead of 1, and 0 instead of 2 for false.
    var reader = reader([0x32, 1, 0, 2])
    let header = try reader.listHeader()
    #expect(header.type.isBoolean)
    #expect(header.count == 3)
    #expect(try [reader.boolean(), reader.boolean(), reader.boolean()] == [true, false, false])
  }

  // MARK: Bytes that are wrong

  @Test func truncationAnywhereThrows() {
    let bytes = Self.everything()
    for length in 0..<bytes.count {
      var reader = reader(Array(bytes[..<length]))
      let error = thrownError { () throws(ParquetError) in try reader.skip(.structure) }
      #expect(error?.code == .malformedFile, "\(length) of \(bytes.count) bytes")
      #expect(error?.context.byteOffset.map { (1000...1000 + length).contains($0) } == true)
    }
  }

  @Test(
    arguments: [
      ("varint of 11 bytes", [0x15] + [UInt8](repeating: 0x80, count: 10) + [1, 0]),
      ("varint past 64 bits", [0x15] + [UInt8](repeating: 0xFF, count: 9) + [2, 0]),
      ("binary longer than the bytes", [0x18, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 1, 2, 0]),
      ("binary of 2^63 bytes", [0x18, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1, 0]),
      ("list longer than the bytes", [0x19, 0xF5, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0]),
      ("list of stops", [0x19, 0x20, 0, 0, 0]),
      ("list of type 14", [0x19, 0x2E, 0, 0, 0]),
      ("map longer than the bytes", [0x1B, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0x55, 0]),
      ("field of type 14", [0x1E, 0]),
      ("field of type 15", [0x1F, 0]),
      ("stop with a step", [0x10, 0]),
      ("field id past 16 bits", [0x05, 0x80, 0x80, 0x04, 0, 0]),
      ("boolean 3 in a list", [0x19, 0x11, 3, 0]),
    ] as [(String, [UInt8])])
  func malformed(what: String, bytes: [UInt8]) {
    var skipping = reader(bytes)
    let error = thrownError { () throws(ParquetError) in
      // Skipping does not look at booleans; reading does.
      if what == "boolean 3 in a list" {
        _ = try skipping.beginStruct()
        if let field = try skipping.nextField() { _ = try skipping.booleans(field, "list") }
      } else {
        try skipping.skip(.structure)
      }
    }
    #expect(error?.code == .malformedFile)
    #expect(error?.context.byteOffset != nil)
  }

  @Test(arguments: [0x1C, 0x19, 0x1B])
  func depthBomb(first: UInt8) {
    // Structs in structs, lists in lists, and maps in maps, for as long as the bytes go.
    let nested: [UInt8] =
      switch first {
      case 0x19: [0x19]
      case 0x1B: [1, 0xBB]
      default: [0x1C]
      }
    var bytes = [first]
    for _ in 0..<100_000 { bytes += nested }
    var reader = reader(bytes)
    let error = thrownError { () throws(ParquetError) in try reader.skip(.structure) }
    #expect(error?.code == .limitExceeded)
  }

  @Test func wrongTypesOfKnownFields() {
    let bytes = written { writer in
      let outer = writer.beginStruct()
      writer.field(1, Int32(5))
      writer.endStruct(outer)
    }
    let error = thrownError { () throws(ParquetError) in
      var reader = reader(bytes)
      return try KeyValue(from: &reader)
    }
    #expect(error?.code == .malformedFile)
    #expect(error?.message.contains("KeyValue.key") == true)
  }
}
