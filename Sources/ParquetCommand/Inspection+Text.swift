import CommandSupport
import Parquet

extension Inspection {
  /// Prints everything, for people.
  func printText(_ console: Console) throws(ParquetError) {
    try console.print(path)
    try console.print(
      "  \(counted(metadata.rowCount, "row")) in \(counted(metadata.rowGroups.count, "row group")) of"
        + " \(counted(reader.schema.leaves.count, "column")), \(grouped(reader.byteCount)) bytes,"
        + " \(grouped(reader.footerByteCount)) of them footer")
    try console.print(
      "  version \(metadata.version), created by \(Console.printable(metadata.createdBy ?? "?"))")
    if let algorithm = reader.encryptionAlgorithm {
      let footer =
        reader.isFooterEncrypted
        ? "footer encrypted" : reader.isFooterVerified ? "footer signed" : "signature not checked"
      try console.print("  encrypted by \(algorithm.name), \(footer)")
    }
    for pair in metadata.keyValues {
      try console.print(
        "  metadata \(Console.printable(pair.key)) = " + Inspection.shortened(pair.value))
    }
    for index in metadata.rowGroups.indices { try printText(console, rowGroup: index) }
  }

  /// A value of the metadata, which may be of any length and any content; JSON has all of it.
  private static func shortened(_ value: String?) -> String {
    guard let value else { return "(none)" }
    let head = value.prefix(200)
    return Console.printable(String(head))
      + (head.endIndex < value.endIndex ? "… (\(grouped(value.utf8.count)) bytes)" : "")
  }

  private func printText(_ console: Console, rowGroup index: Int) throws(ParquetError) {
    let group = metadata.rowGroups[index]
    let columns = try reader.schema.leaves.map { (leaf) throws(ParquetError) in
      try reader.columnMetadata(rowGroup: index, column: leaf.index)
    }
    let compressed = Inspection.sum(columns, \.totalCompressedByteCount)
    try console.print("")
    try console.print(
      "row group \(index): \(counted(group.rowCount, "row")), \(grouped(compressed)) bytes"
        + " (\(grouped(group.totalByteCount)) uncompressed)"
        + (group.fileOffset.map { " at \(grouped($0))" } ?? ""))
    for key in group.sortingColumns {
      let leaves = reader.schema.leaves
      let name =
        leaves.indices.contains(key.columnIndex)
        ? leaves[key.columnIndex].path.description : "column \(key.columnIndex)"
      try console.print(
        "  sorted by \(name)\(key.isDescending ? " descending" : ""), nulls"
          + (key.nullsFirst ? " first" : " last"))
    }
    for leaf in reader.schema.leaves {
      try printText(console, group.columns[leaf.index], columns[leaf.index], leaf)
      if showsPages {
        for page in try pages(rowGroup: index, column: leaf.index) {
          try console.print("      " + describe(page))
        }
      }
    }
  }

  private func printText(
    _ console: Console, _ chunk: ColumnChunk, _ column: ColumnMetadata?, _ leaf: Leaf
  ) throws(ParquetError) {
    let type = leaf.logicalType.map { "\(leaf.physicalType.name) \($0.name)" }
    try console.print(
      "  \(Console.printable(leaf.path.description)): \(type ?? leaf.physicalType.name)")
    if let crypto = chunk.cryptoMetadata {
      var key = crypto.usesFooterKey ? "the footer's key" : "a key of its own"
      if let name = crypto.keyMetadata { key += ", " + Inspection.shortened(Inspection.text(name)) }
      try console.print("    encrypted with \(key)")
    }
    guard let column else { return try console.print("    without metadata") }
    try console.print(
      "    \(column.codec.name), \(column.encodings.map(\.name).joined(separator: " ")),"
        + " \(counted(column.valueCount, "value")),"
        + " \(grouped(column.totalCompressedByteCount)) bytes"
        + " (\(grouped(column.totalUncompressedByteCount)) uncompressed)")
    if let line = column.statistics.map({ describe($0, leaf) }), !line.isEmpty {
      try console.print("    \(line)")
    }
    if let order = metadata.columnOrders.flatMap({
      $0.indices.contains(leaf.index) ? $0[leaf.index] : nil
    }), order != .typeDefined {
      try console.print("    bounds in the order \(order.name)")
    }
    if let line = column.geospatialStatistics.map(Inspection.describe), !line.isEmpty {
      try console.print("    \(line)")
    }
    var places = [
      ("dictionary", column.dictionaryPageOffset), ("data", column.dataPageOffset),
      ("column index", chunk.columnIndexOffset), ("offset index", chunk.offsetIndexOffset),
      ("bloom filter", column.bloomFilterOffset),
    ].compactMap { name, offset in offset.map { "\(name) at \(grouped($0))" } }
    if let path = chunk.filePath { places.append("in \(Console.printable(path))") }
    try console.print("    \(places.joined(separator: ", "))")
  }

  private func describe(_ statistics: Statistics, _ leaf: Leaf) -> String {
    var parts: [String] = []
    if let count = statistics.nullCount { parts.append(counted(count, "null")) }
    if let count = statistics.nanCount, count > 0 { parts.append("\(grouped(count)) NaN") }
    if let count = statistics.distinctCount { parts.append("\(grouped(count)) distinct") }
    for (name, bytes, isExact) in [
      ("min", statistics.minimum, statistics.isMinimumExact),
      ("max", statistics.maximum, statistics.isMaximumExact),
      ("deprecated min", statistics.minimum == nil ? statistics.deprecatedMinimum : nil, nil),
      ("deprecated max", statistics.maximum == nil ? statistics.deprecatedMaximum : nil, nil),
    ] {
      guard let bytes else { continue }
      parts.append("\(name) \(Inspection.bound(bytes, leaf))")
      if isExact == false { parts[parts.count - 1] += " (a bound, not a value)" }
    }
    return parts.joined(separator: ", ")
  }

  /// What geospatial statistics say.
  static func describe(_ statistics: GeospatialStatistics) -> String {
    var parts: [String] = []
    if !statistics.types.isEmpty {
      parts.append("WKB types \(statistics.types.map(String.init).joined(separator: " "))")
    }
    guard let box = statistics.box else { return parts.joined(separator: ", ") }
    for axis in axes(box) {
      parts.append("\(axis.name) \(number(axis.extent.least)) to \(number(axis.extent.greatest))")
    }
    return parts.joined(separator: ", ")
  }

  private func describe(_ page: PageInformation) -> String {
    let facts = PageFacts(page)
    var parts = ["at \(grouped(page.offset))", page.header.type.name]
    if let encoding = facts.encoding { parts.append(encoding.name) }
    if let count = facts.valueCount { parts.append(counted(count, "value")) }
    if let count = facts.rowCount { parts.append(counted(count, "row")) }
    if let count = facts.nullCount { parts.append(counted(count, "null")) }
    parts.append(
      "header \(page.headerByteCount) + body \(grouped(page.header.compressedByteCount)) bytes"
        + " (\(grouped(page.header.uncompressedByteCount)) uncompressed)")
    if let crc = page.header.crc { parts.append("CRC \(String(crc, radix: 16))") }
    return parts.joined(separator: ", ")
  }
}
