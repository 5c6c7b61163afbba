import CommandSupport
import Parquet
import Tables

extension Inspection {
  /// Everything, as one object.
  func json() throws(ParquetError) -> JSON {
    var rowGroups: [JSON] = []
    for index in metadata.rowGroups.indices { rowGroups.append(try json(rowGroup: index)) }
    return .members([
      ("file", .string(path)),
      ("byteCount", .integer(reader.byteCount)),
      ("footerByteCount", .integer(reader.footerByteCount)),
      ("version", .integer(Int(metadata.version))),
      ("createdBy", metadata.createdBy.map(JSON.string)),
      ("rowCount", .integer(metadata.rowCount)),
      ("columnCount", .integer(reader.schema.leaves.count)),
      ("encryption", reader.encryptionAlgorithm.map(encryption)),
      ("keyValues", Inspection.json(metadata.keyValues)),
      ("columnOrders", metadata.columnOrders.map { .array($0.map { .string($0.name) }) }),
      ("rowGroups", .array(rowGroups)),
    ])
  }

  private func encryption(_ algorithm: EncryptionAlgorithm) -> JSON {
    .members([
      ("algorithm", .string(algorithm.name)),
      ("isFooterEncrypted", .boolean(reader.isFooterEncrypted)),
      ("isFooterVerified", .boolean(reader.isFooterVerified)),
      ("needsAADPrefix", .boolean(algorithm.needsPrefix)),
    ])
  }

  private static func json(_ pairs: [KeyValue]) -> JSON {
    .array(
      pairs.map {
        .object([("key", .string($0.key)), ("value", $0.value.map(JSON.string) ?? .null)])
      })
  }

  private func json(rowGroup index: Int) throws(ParquetError) -> JSON {
    let group = metadata.rowGroups[index]
    var columns: [JSON] = []
    for leaf in reader.schema.leaves {
      columns.append(try json(group.columns[leaf.index], leaf, rowGroup: index))
    }
    let sorting = group.sortingColumns.map { key in
      JSON.object([
        ("column", .integer(key.columnIndex)), ("descending", .boolean(key.isDescending)),
        ("nullsFirst", .boolean(key.nullsFirst)),
      ])
    }
    return .members([
      ("rowCount", .integer(group.rowCount)),
      ("ordinal", group.ordinal.map { .integer(Int($0)) }),
      ("fileOffset", group.fileOffset.map(JSON.integer)),
      ("totalByteCount", .integer(group.totalByteCount)),
      ("totalCompressedByteCount", group.totalCompressedByteCount.map(JSON.integer)),
      ("sortingColumns", sorting.isEmpty ? nil : .array(sorting)),
      ("columns", .array(columns)),
    ])
  }

  private func json(
    _ chunk: ColumnChunk, _ leaf: Leaf, rowGroup: Int
  ) throws(ParquetError) -> JSON {
    var members: [(name: String, value: JSON?)] = [
      ("path", .string(leaf.path.description)),
      ("physicalType", .string(leaf.physicalType.name)),
      ("logicalType", leaf.logicalType.map { .string($0.name) }),
      ("filePath", chunk.filePath.map(JSON.string)),
      ("encrypted", chunk.isEncrypted ? .boolean(true) : nil),
      ("keyMetadata", chunk.cryptoMetadata?.keyMetadata.map { .string(Inspection.text($0)) }),
    ]
    if let column = try reader.columnMetadata(rowGroup: rowGroup, column: leaf.index) {
      members += Inspection.members(column, leaf)
    }
    members += [
      (
        "offsetIndex",
        Inspection.json(offset: chunk.offsetIndexOffset, byteCount: chunk.offsetIndexByteCount)
      ),
      (
        "columnIndex",
        Inspection.json(offset: chunk.columnIndexOffset, byteCount: chunk.columnIndexByteCount)
      ),
    ]
    if showsPages {
      let pages = try pages(rowGroup: rowGroup, column: leaf.index)
      members.append(("pages", .array(pages.map { Inspection.json($0, leaf) })))
    }
    return .members(members)
  }

  private static func members(
    _ column: ColumnMetadata, _ leaf: Leaf
  ) -> [(name: String, value: JSON?)] {
    [
      ("codec", .string(column.codec.name)),
      ("encodings", .array(column.encodings.map { .string($0.name) })),
      (
        "encodingStatistics",
        column.encodingStatistics.map { statistics in
          .array(
            statistics.map {
              .object([
                ("pageType", .string($0.pageType.name)), ("encoding", .string($0.encoding.name)),
                ("count", .integer($0.count)),
              ])
            })
        }
      ),
      ("valueCount", .integer(column.valueCount)),
      ("totalUncompressedByteCount", .integer(column.totalUncompressedByteCount)),
      ("totalCompressedByteCount", .integer(column.totalCompressedByteCount)),
      ("dictionaryPageOffset", column.dictionaryPageOffset.map(JSON.integer)),
      ("dataPageOffset", .integer(column.dataPageOffset)),
      ("indexPageOffset", column.indexPageOffset.map(JSON.integer)),
      ("statistics", column.statistics.map { json($0, leaf) }),
      ("sizeStatistics", column.sizeStatistics.map(json)),
      ("geospatialStatistics", column.geospatialStatistics.map(json)),
      (
        "bloomFilter",
        json(offset: column.bloomFilterOffset, byteCount: column.bloomFilterByteCount)
      ),
      ("keyValues", column.keyValues.isEmpty ? nil : json(column.keyValues)),
    ]
  }

  private static func json(offset: Int?, byteCount: Int?) -> JSON? {
    guard let offset else { return nil }
    return .members([("offset", .integer(offset)), ("byteCount", byteCount.map(JSON.integer))])
  }

  private static func json(_ statistics: Statistics, _ leaf: Leaf) -> JSON {
    .members([
      ("nullCount", statistics.nullCount.map(JSON.integer)),
      ("nanCount", statistics.nanCount.map(JSON.integer)),
      ("distinctCount", statistics.distinctCount.map(JSON.integer)),
      ("minimum", statistics.minimum.map { .raw(bound($0, leaf)) }),
      ("isMinimumExact", statistics.isMinimumExact.map(JSON.boolean)),
      ("maximum", statistics.maximum.map { .raw(bound($0, leaf)) }),
      ("isMaximumExact", statistics.isMaximumExact.map(JSON.boolean)),
      ("deprecatedMinimum", statistics.deprecatedMinimum.map { .raw(bound($0, leaf)) }),
      ("deprecatedMaximum", statistics.deprecatedMaximum.map { .raw(bound($0, leaf)) }),
    ])
  }

  private static func json(_ sizes: SizeStatistics) -> JSON {
    .members([
      ("unencodedByteArrayByteCount", sizes.unencodedByteArrayByteCount.map(JSON.integer)),
      (
        "repetitionLevelHistogram",
        sizes.repetitionLevelHistogram.map { .array($0.map(JSON.integer)) }
      ),
      (
        "definitionLevelHistogram",
        sizes.definitionLevelHistogram.map { .array($0.map(JSON.integer)) }
      ),
    ])
  }

  static func json(_ statistics: GeospatialStatistics) -> JSON {
    .members([
      ("types", .array(statistics.types.map { .integer(Int($0)) })),
      (
        "box",
        statistics.box.map { box in
          .members(
            axes(box).flatMap { name, extent in
              [
                ("\(name)Minimum", JSON.raw(number(extent.least))),
                ("\(name)Maximum", JSON.raw(number(extent.greatest))),
              ]
            })
        }
      ),
    ])
  }

  /// The axes of a box that it says something of.
  static func axes(_ box: BoundingBox) -> [(name: String, extent: BoundingBox.Extent)] {
    [("x", box.x), ("y", box.y), ("z", box.z), ("m", box.m)]
      .compactMap { name, extent in extent.map { (name, $0) } }
  }

  /// A coordinate as values of DOUBLE are printed.
  static func number(_ value: Double) -> String {
    if value.isFinite { return value.description }
    return value.isNaN ? "\"NaN\"" : value < 0 ? "\"-Infinity\"" : "\"Infinity\""
  }

  private static func json(_ page: PageInformation, _ leaf: Leaf) -> JSON {
    let facts = PageFacts(page)
    return .members([
      ("offset", .integer(page.offset)),
      ("type", .string(page.header.type.name)),
      ("encoding", facts.encoding.map { .string($0.name) }),
      ("valueCount", facts.valueCount.map(JSON.integer)),
      ("rowCount", facts.rowCount.map(JSON.integer)),
      ("nullCount", facts.nullCount.map(JSON.integer)),
      ("headerByteCount", .integer(page.headerByteCount)),
      ("compressedByteCount", .integer(page.header.compressedByteCount)),
      ("uncompressedByteCount", .integer(page.header.uncompressedByteCount)),
      ("crc", page.header.crc.map { .integer(Int($0)) }),
      ("statistics", facts.statistics.map { json($0, leaf) }),
    ])
  }

  /// A bound in the JSON form of values; one that is no value of its column as its bytes.
  static func bound(_ bytes: Bytes, _ leaf: Leaf) -> String {
    ValueText.encode(plain: bytes, of: leaf) ?? "\"0x\(hexadecimal(bytes))\""
  }

  /// Bytes that are text more often than not.
  static func text(_ bytes: Bytes) -> String {
    String(validating: bytes.array(), as: UTF8.self) ?? "0x\(hexadecimal(bytes))"
  }

  private static func hexadecimal(_ bytes: Bytes) -> String {
    var text = ""
    for byte in bytes.array() {
      if byte < 16 { text += "0" }
      text += String(byte, radix: 16)
    }
    return text
  }
}

/// What the header of a page says, whatever its kind.
struct PageFacts {
  var encoding: Encoding?
  var valueCount: Int?
  var rowCount: Int?
  var nullCount: Int?
  var statistics: Statistics?

  init(_ page: PageInformation) {
    encoding = page.encoding
    valueCount = page.valueCount
    rowCount = page.rowCount
    nullCount = page.nullCount
    statistics = page.header.dataPage?.statistics ?? page.header.dataPageV2?.statistics
  }
}
