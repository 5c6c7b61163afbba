#if Crypto
  import Testing

  @testable import Parquet

  @Suite struct EncryptedWritingTests {
    private let key = EncryptionKey([UInt8](repeating: 7, count: 16), metadata: Array("kf".utf8))

    private func schema() throws -> Schema {
      try Schema([SchemaField("a", .int64), .string("b", .optional)])
    }

    private func options(_ encryption: EncryptionOptions) -> WriterOptions {
      var options = WriterOptions()
      options.encryption = encryption
      return options
    }

    @Test func keysAndColumnsAreChecked() throws {
      var encryption = EncryptionOptions(footerKey: EncryptionKey([1, 2, 3]))
      func problem() throws -> ParquetError {
        try #require(throws: ParquetError.self) {
          try ParquetWriter(MemorySink(), schema: schema(), options: options(encryption))
        }
      }
      #expect(try problem().code == .invalidArgument)
      encryption.footerKey = key
      encryption.columns = ["c": .footerKey]
      #expect(try problem().message.contains("no column c"))
      encryption.columns = ["b": .key(EncryptionKey([UInt8](repeating: 0, count: 17)))]
      #expect(try problem().context.column == "b")
    }

    @Test func whatIsInTheFooter() throws {
      var encryption = EncryptionOptions(footerKey: key)
      encryption.columns = ["b": .key(EncryptionKey([UInt8](repeating: 9, count: 32)))]
      let batch = try {
        var random = RandomRows(seed: 5)
        return try random.batch(schema(), count: 100)
      }()
      for encryptsFooter in [true, false] {
        encryption.encryptsFooter = encryptsFooter
        encryption.aadPrefix = [1, 2]
        encryption.storesAADPrefix = encryptsFooter
        let sink = MemorySink()
        var options = options(encryption)
        options.bloomColumns = ["a", "b"]
        let writer = try ParquetWriter(sink, schema: schema(), options: options)
        try writer.write(batch)
        let file = try writer.finish()
        let columns = file.metadata.rowGroups[0].columns
        #expect(columns[0].cryptoMetadata == .footerKey)
        #expect(columns[1].cryptoMetadata == .columnKey(path: ["b"], keyMetadata: nil))
        #expect((columns[0].encryptedMetadata == nil) == encryptsFooter)
        #expect(columns[1].encryptedMetadata != nil)
        // What the footer says of values is not in a plain one, nor under a key of another column.
        #expect((columns[0].metadata?.statistics != nil) == encryptsFooter)
        #expect((columns[1].metadata == nil) == encryptsFooter)
        #expect(columns[1].metadata?.statistics == nil)
        #expect(columns[1].metadata?.sizeStatistics == nil)
        #expect(columns[1].metadata?.bloomFilterOffset == nil)
        let bytes = sink.bytes.array()
        let magic = Array((encryptsFooter ? "PARE" : "PAR1").utf8)
        #expect(bytes.starts(with: magic))
        #expect(bytes.suffix(4).elementsEqual(magic))
      }
    }

    /// No value and no name may stand in the file as it is.
    @Test(arguments: EncryptionOptions.Algorithm.allCases)
    func nothingIsLegible(algorithm: EncryptionOptions.Algorithm) throws {
      let schema = try Schema([.string("confidential")])
      let builder = ColumnBatchBuilder(schema: schema)
      for row in 0..<200 {
        (builder.fields[0] as? LeafBuilder)?.append("the secret of row \(row)")
      }
      var encryption = EncryptionOptions(footerKey: key)
      encryption.algorithm = algorithm
      var options = options(encryption)
      options.compression = .none
      options.encoding = .always(.plain)
      options.bloomColumns = ["confidential"]
      let bytes = try written(schema, options, [try builder.finish()]).array()
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(!text.contains("secret"))
      #expect(!text.contains("confidential"))
      #expect(text.contains("kf"))
    }

    /// Every file has nonces and an identity of its own, so that no two are alike.
    @Test func noncesDiffer() throws {
      var random = RandomRows(seed: 6)
      let batch = try random.batch(schema(), count: 10)
      let encryption = EncryptionOptions(footerKey: key)
      let files = try (0..<2).map { _ in
        try written(schema(), options(encryption), [batch])
      }
      #expect(files[0] != files[1])
    }

    @Test(arguments: [(1, 1 << 20), (20_000, 1)])
    func rowGroupsCloseBeforePagesCannotBeNumbered(_ pageRows: Int, _ pageBytes: Int) throws {
      let schema = try Schema([SchemaField("a", .int32)])
      var random = RandomRows(seed: 7)
      let batch = try random.batch(schema, count: 70_000)
      var options = options(EncryptionOptions(footerKey: key))
      options.pageRows = pageRows
      options.pageBytes = pageBytes
      options.statistics = .none
      options.encoding = .always(.plain)
      let writer = try ParquetWriter(MemorySink(), schema: schema, options: options)
      try writer.write(batch)
      let counts = try writer.finish().metadata.rowGroups.map(\.rowCount)
      #expect(counts.reduce(0, +) == 70_000)
      #expect(counts.count == 3)
      #expect(counts.allSatisfy { $0 <= 32_768 })
    }

    @Test func ordinalsPast16BitsAreRefused() throws {
      let encryptor = try FileEncryptor(EncryptionOptions(footerKey: key), schema())
      let column = try #require(encryptor.columns[0])
      _ = try ChunkEncryptor(column, rowGroup: 32_767).seal(Bytes(), .dataPage, page: 32_767)
      for (rowGroup, page) in [(32_768, 0), (0, 32_768)] {
        let error = #expect(throws: ParquetError.self) {
          try ChunkEncryptor(column, rowGroup: rowGroup).seal(Bytes(), .dataPage, page: page)
        }
        #expect(error?.code == .limitExceeded)
      }
    }

    @Test func aKeyIsNotUsedTooOften() throws {
      let key = try SealingKey([UInt8](repeating: 1, count: 16), useCount: (1 << 32) - 1)
      _ = try key.seal(Bytes(), .gcm, authenticating: [])
      let error = #expect(throws: ParquetError.self) {
        try key.seal(Bytes(), .gcm, authenticating: [])
      }
      #expect(error?.code == .limitExceeded)
    }
  }
#endif
