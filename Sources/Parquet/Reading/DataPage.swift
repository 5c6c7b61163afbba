/// A data page opened for reading, some slots at a time.
///
/// Specification: the format's README, "Data Pages"; rules P2–P4, E1.
struct DataPage {
  /// The slots whose levels were not read yet.
  var slotsLeft: Int
  /// The repetition levels; nil where the leaf does not repeat.
  var repetition: LevelDecoder?
  /// The definition levels; nil where the leaf is required.
  var definition: LevelDecoder?
  /// The values.
  var values: PageValues

  /// Opens `page`, whose body is `body` as stored.
  ///
  /// - Throws: ``ParquetError`` where the page does not decompress, its levels leave it, or its
  ///   encoding is not known or not legal for the leaf.
  init(
    _ page: StoredPage, body: Bytes, leaf: Leaf, codec: CompressionCodec, context: CodecContext,
    limits: ReaderLimits
  ) throws(ParquetError) {
    let header = page.header
    if let v1 = header.dataPage, header.type == .dataPage {
      let plain = try DataPage.decompress(
        body, codec, byteCount: header.uncompressedByteCount, context)
      var position = 0
      repetition = try DataPage.levels(
        in: plain, at: &position, v1.repetitionLevelEncoding, count: v1.valueCount,
        maxLevel: leaf.maxRepetitionLevel)
      definition = try DataPage.levels(
        in: plain, at: &position, v1.definitionLevelEncoding, count: v1.valueCount,
        maxLevel: leaf.maxDefinitionLevel)
      slotsLeft = v1.valueCount
      values = try PageValues(
        plain.slice(position..<plain.count), v1.encoding, leaf: leaf, slotCount: v1.valueCount,
        byteLimit: limits.pageBytes, within: context.memory)
    } else if let v2 = header.dataPageV2, header.type == .dataPageV2 {
      let repetitionEnd = v2.repetitionLevelsByteCount
      let levelsEnd = repetitionEnd + v2.definitionLevelsByteCount
      guard levelsEnd <= body.count, levelsEnd <= header.uncompressedByteCount else {
        throw ParquetError(
          .malformedFile, "the levels take \(levelsEnd) bytes of a page of \(body.count)")
      }
      guard v2.nullCount <= v2.valueCount, v2.rowCount <= v2.valueCount else {
        throw ParquetError(
          .malformedFile,
          "a page of \(v2.valueCount) slots has \(v2.rowCount) rows and \(v2.nullCount) nulls")
      }
      repetition =
        leaf.maxRepetitionLevel == 0
        ? nil
        : LevelDecoder(hybrid: body.slice(0..<repetitionEnd), maxLevel: leaf.maxRepetitionLevel)
      definition =
        leaf.maxDefinitionLevel == 0
        ? nil
        : LevelDecoder(
          hybrid: body.slice(repetitionEnd..<levelsEnd), maxLevel: leaf.maxDefinitionLevel)
      let plain = try DataPage.decompress(
        body.slice(levelsEnd..<body.count), v2.isCompressed ? codec : .uncompressed,
        byteCount: header.uncompressedByteCount - levelsEnd, context)
      slotsLeft = v2.valueCount
      values = try PageValues(
        plain, v2.encoding, leaf: leaf, slotCount: v2.valueCount, byteLimit: limits.pageBytes,
        within: context.memory)
    } else {
      throw ParquetError(.malformedFile, "a \(header.type.name) is not a data page")
    }
  }

  /// The `byteCount` bytes that `body` was compressed from.
  static func decompress(
    _ body: Bytes, _ codec: CompressionCodec, byteCount: Int, _ context: CodecContext
  ) throws(ParquetError) -> Bytes {
    if codec == .uncompressed {
      guard body.count == byteCount else {
        throw ParquetError(
          .malformedFile,
          "an uncompressed page of \(body.count) bytes has \(byteCount) by its header")
      }
      return body
    }
    // Nothing may have been compressed to nothing at all, which no codec reads (rule P4).
    if byteCount == 0 { return Bytes() }
    return try unsafe context.decompress(
      UnsafeRawBufferPointer(start: body.pointer, count: body.count), codec: codec,
      byteCount: byteCount)
  }

  /// The levels of a page of version 1 from `position` on, which moves past them.
  private static func levels(
    in bytes: Bytes, at position: inout Int, _ encoding: Encoding, count: Int, maxLevel: Int
  ) throws(ParquetError) -> LevelDecoder? {
    guard maxLevel > 0 else { return nil }
    let left = bytes.count - position
    switch encoding {
    case .rle:
      guard left >= 4 else {
        // A page without slots may have no levels at all.
        if count == 0 { return LevelDecoder(hybrid: Bytes(), maxLevel: maxLevel) }
        throw ParquetError(.malformedFile, "a page ends before its levels")
      }
      let length = unsafe Int(
        bytes.pointer.loadUnaligned(fromByteOffset: position, as: UInt32.self))
      guard length <= left - 4 else {
        throw ParquetError(
          .malformedFile, "levels of \(length) bytes in a page with \(left - 4) bytes left")
      }
      let start = position + 4
      position = start + length
      return LevelDecoder(hybrid: bytes.slice(start..<position), maxLevel: maxLevel)
    case .bitPacked:
      // Not more than 2^31 levels of 8 bits.
      let length = (count * LevelDecoder.bitWidth(maxLevel: maxLevel) + 7) / 8
      guard length <= left else {
        throw ParquetError(
          .malformedFile, "levels of \(length) bytes in a page with \(left) bytes left")
      }
      let start = position
      position += length
      return LevelDecoder(bitPacked: bytes.slice(start..<position), maxLevel: maxLevel)
    default:
      throw ParquetError(.malformedFile, "levels are encoded as \(encoding.name)")
    }
  }
}
