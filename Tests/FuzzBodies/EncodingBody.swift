import Parquet

extension FuzzBody {
  /// Decodes a page, writes its values in the same encoding and reads those: they must be the same.
  ///
  /// The input is the encoding, the physical type, the type's length, two bytes of the count, the version
  /// of the page, the count of a dictionary's values, and the body: that of a file of one required column.
  func runEncoding(_ bytes: [UInt8]) {
    guard bytes.count >= 7 else { return }
    let encodings: [Encoding] = [
      .plain, .rleDictionary, .rle, .deltaBinaryPacked, .deltaLengthByteArray, .deltaByteArray,
      .byteStreamSplit, .alp,
    ]
    let encoding = encodings[Int(bytes[0]) % encodings.count]
    let types: [PhysicalType] = [
      .boolean, .int32, .int64, .int96, .float, .double, .byteArray,
      .fixedLengthByteArray(byteCount: 1 + Int(bytes[2] % 32)),
    ]
    let count = Int(bytes[3]) | Int(bytes[4]) << 8
    let field = SchemaField("x", types[Int(bytes[1]) % types.count])
    do throws(ParquetError) {
      let schema = try Schema([field])
      let file = FuzzBody.file(
        schema, encoding, count: count, isVersion2: bytes[5] & 1 == 1,
        dictionaryCount: encoding == .rleDictionary ? Int(bytes[6]) : nil, Array(bytes.dropFirst(7))
      )
      let batch = try ParquetReader(MemorySource(file), limits: FuzzBody.smallLimits)
        .read(rowGroup: 0)
      FuzzBody.writeAndCompare(batch, schema, encoding)
    } catch {}
  }

  private static func writeAndCompare(_ batch: ColumnBatch, _ schema: Schema, _ encoding: Encoding)
  {
    do throws(ParquetError) {
      var options = WriterOptions()
      options.encoding = .always(encoding)
      options.compression = .none
      let sink = MemorySink()
      let writer = try ParquetWriter(sink, schema: schema, options: options)
      try writer.write(batch)
      _ = try writer.finish()
      guard batch.rowCount > 0 else { return }
      let again = try ParquetReader(MemorySource(sink.bytes)).read(rowGroup: 0)
      precondition(again.rowCount == batch.rowCount, "the rows are others")
      let (before, after) = (batch.columns[0].values, again.columns[0].values)
      for i in 0..<batch.rowCount {
        if schema.leaves[0].physicalType == .boolean {
          precondition(before.boolean(at: i) == after.boolean(at: i), "value \(i) is another")
        } else {
          precondition(before.bytes(at: i) == after.bytes(at: i), "value \(i) is another")
        }
      }
    } catch { preconditionFailure("what was decoded cannot be written and read: \(error)") }
  }

  /// A file of one column and one data page.
  static func file(
    _ schema: Schema, _ encoding: Encoding, count: Int, isVersion2: Bool, dictionaryCount: Int?,
    _ body: [UInt8]
  ) -> Bytes {
    var output = ByteBuffer()
    output.append(Bytes(copying: Array("PAR1".utf8)))
    func append(_ header: PageHeader, _ body: [UInt8]) {
      var writer = CompactWriter()
      header.encode(to: &writer)
      output.append(writer.freeze())
      output.append(Bytes(copying: body))
    }
    var body = body
    if let dictionaryCount {
      // The dictionary is the first half of the body.
      let dictionary = Array(body.prefix(body.count / 2))
      body.removeFirst(dictionary.count)
      append(
        PageHeader(
          type: .dictionaryPage, uncompressedByteCount: dictionary.count,
          compressedByteCount: dictionary.count,
          dictionaryPage: DictionaryPageHeader(valueCount: dictionaryCount, encoding: .plain)),
        dictionary)
    }
    if isVersion2 {
      append(
        PageHeader(
          type: .dataPageV2, uncompressedByteCount: body.count, compressedByteCount: body.count,
          dataPageV2: DataPageHeaderV2(
            valueCount: count, nullCount: 0, rowCount: count, encoding: encoding,
            definitionLevelsByteCount: 0, repetitionLevelsByteCount: 0)),
        body)
    } else {
      append(
        PageHeader(
          type: .dataPage, uncompressedByteCount: body.count, compressedByteCount: body.count,
          dataPage: DataPageHeader(valueCount: count, encoding: encoding)),
        body)
    }
    let column = ColumnMetadata(
      type: PhysicalTypeID(schema.leaves[0].physicalType), encodings: [encoding], path: ["x"],
      codec: .uncompressed, valueCount: count, totalUncompressedByteCount: output.count - 4,
      totalCompressedByteCount: output.count - 4, dataPageOffset: 4)
    let group = RowGroupMetadata(
      columns: [ColumnChunk(metadata: column)], totalByteCount: 0, rowCount: count)
    var writer = CompactWriter()
    FileMetadata(schema: schema.elements, rowCount: count, rowGroups: [group]).encode(to: &writer)
    let footer = writer.freeze()
    output.append(footer)
    output.append(UInt32(footer.count))
    output.append(Bytes(copying: Array("PAR1".utf8)))
    return output.freeze()
  }
}
