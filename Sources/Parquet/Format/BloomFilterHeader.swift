/// What stands before a bloom filter's bits.
///
/// Specification: BloomFilterHeader in parquet.thrift; rule B3. Each of its three choices has one
/// member so far.
package struct BloomFilterHeader: Equatable, Sendable {
  /// The bytes of the bits that follow.
  package var byteCount: Int
  /// Whether algorithm, hash and compression are those this engine knows: BLOCK, XXHASH, UNCOMPRESSED.
  package var isKnown = true

  package init(byteCount: Int) { self.byteCount = byteCount }
}

extension BloomFilterHeader: CompactStruct {
  package func encode(to writer: inout CompactWriter) {
    let outer = writer.beginStruct()
    writer.field(1, i32: byteCount)
    for id in Int16(2)...4 { writer.field(id, FirstMember()) }
    writer.endStruct(outer)
  }

  package init(from reader: inout CompactReader) throws(ParquetError) {
    var byteCount: Int?
    var known = 0
    let outer = try reader.beginStruct()
    while let field = try reader.nextField() {
      switch field.id {
      case 1: byteCount = try reader.count32(field, "BloomFilterHeader.numBytes")
      case 2, 3, 4:
        let choice: FirstMember = try reader.structure(field, "BloomFilterHeader")
        if choice.isChosen { known += 1 }
      default: try reader.skip(field.type)
      }
    }
    reader.endStruct(outer)
    self.init(byteCount: try reader.required(byteCount, "BloomFilterHeader.numBytes"))
    isKnown = known == 3
  }
}

/// A union of which the first member, an empty struct, is chosen.
private struct FirstMember: CompactStruct {
  var isChosen = true

  init() {}

  func encode(to writer: inout CompactWriter) {
    let outer = writer.beginStruct()
    writer.fieldOfEmptyStruct(1)
    writer.endStruct(outer)
  }

  init(from reader: inout CompactReader) throws(ParquetError) {
    isChosen = false
    let outer = try reader.beginStruct()
    while let field = try reader.nextField() {
      if field.id == 1 { isChosen = true }
      try reader.skip(field.type)
    }
    reader.endStruct(outer)
  }
}
