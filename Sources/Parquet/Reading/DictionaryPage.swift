/// The values that a chunk's indices mean.
///
/// Specification: the format's README, "Dictionary Pages"; rule E4.
enum DictionaryPage {
  /// The values of a dictionary page.
  ///
  /// - Throws: ``ParquetError`` where the page does not hold the values it announces.
  static func values(
    _ page: StoredPage, _ header: DictionaryPageHeader, body: Bytes, leaf: Leaf,
    codec: CompressionCodec, context: CodecContext
  ) throws(ParquetError) -> ColumnValues {
    guard header.encoding == .plain || header.encoding == .plainDictionary else {
      throw ParquetError(
        .unsupportedFeature, "a dictionary page is encoded as \(header.encoding.name)")
    }
    let bytes = try DataPage.decompress(
      body, codec, byteCount: page.header.uncompressedByteCount, context)
    return try values(
      plain: bytes, count: header.valueCount, leaf.physicalType, within: context.memory)
  }

  /// The `count` values that `bytes` have in PLAIN.
  ///
  /// - Throws: ``ParquetError`` with code `malformedFile` where there are fewer, `limitExceeded`.
  static func values(
    plain bytes: Bytes, count: Int, _ type: PhysicalType, within memory: MemoryAllowance? = nil
  ) throws(ParquetError) -> ColumnValues {
    switch type {
    case .boolean: throw ParquetError(.malformedFile, "booleans have no dictionary")
    case .byteArray:
      var offsets = try ByteBuffer(
        capacity: min(4 * (count + 1), bytes.count + 4), within: memory)
      var store = ByteBuffer()
      var position = 0
      offsets.append(UInt32(0))
      try PlainDecoder.decodeByteArrays(
        count, from: bytes, at: &position, offsets: &offsets, into: &store, within: memory)
      return ColumnValues(
        uncheckedOffsets: offsets.freeze(), bytes: store.freeze(), isText: false)
    default:
      let width = type.byteWidth ?? 1
      let (byteCount, overflow) = count.multipliedReportingOverflow(by: width)
      guard !overflow, byteCount <= bytes.count else {
        throw ParquetError(
          .malformedFile,
          "a dictionary page of \(bytes.count) bytes cannot hold \(count) values of \(width)")
      }
      return .fixed(width: width, bytes.slice(0..<byteCount))
    }
  }
}
