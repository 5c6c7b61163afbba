#if Crypto
  import Synchronization
  import Testing

  @testable import Parquet

  /// What is written encrypted is read as what was written.
  @Suite struct EncryptedReadingTests {
    private func samples() -> [EncryptedSample] {
      var samples: [EncryptedSample] = []
      for algorithm in EncryptionOptions.Algorithm.allCases {
        for encryptsFooter in [true, false] {
          for (keyByteCount, pageVersion) in [
            (16, WriterOptions.PageVersion.v1), (24, .v2), (32, .v1),
          ] {
            var sample = EncryptedSample()
            sample.algorithm = algorithm
            sample.encryptsFooter = encryptsFooter
            sample.keyByteCount = keyByteCount
            sample.pageVersion = pageVersion
            sample.namesKeys = keyByteCount != 24
            sample.prefix = keyByteCount == 16 ? [] : Array("table 7".utf8)
            sample.storesPrefix = keyByteCount != 32
            sample.compression = keyByteCount == 32 ? .none : .snappy
            samples.append(sample)
          }
        }
      }
      return samples
    }

    @Test func roundTrip() throws {
      for sample in samples() {
        let file = try sample.file()
        let batch = try sample.batch()
        let reader = try sample.reader(file)
        #expect(reader.isFooterEncrypted == sample.encryptsFooter)
        #expect(reader.isFooterVerified)
        #expect(
          reader.encryptionAlgorithm?.name.hasSuffix("CTR_V1") == (sample.algorithm == .gcmCTR))
        // In one batch a row group, as they were written.
        for (rowGroup, rows) in [0..<32, 32..<60].enumerated() {
          #expect(try reader.read(rowGroup: rowGroup).slots == batch.slice(rows: rows).slots)
          let part = rows.lowerBound + 11..<rows.lowerBound + 13
          #expect(
            try reader.read(rowGroup: rowGroup, rows: 11..<13).slots
              == batch.slice(rows: part).slots)
        }
        let faults = try FileVerifier(MemorySource(file), decryption: sample.decryption).verify()
        #expect(faults.isEmpty, "\(faults)")
      }
    }

    @Test func filtersPagesAndSummaries() throws {
      for sample in samples() {
        let file = try sample.file()
        let reader = try sample.reader(file)
        let values = try sample.batch().columns[0].values
        for value in -1...9 {
          let expected = (0..<values.count).filter {
            values.number(at: $0, as: Int32.self) == Int32(value)
          }
          #expect(try reader.count(own: Int64(value)) == expected.count)
        }
        // A value between the bounds that is not there is known by the bloom filter alone.
        let summary = try reader.summary(ofColumn: 0)
        #expect(summary.slotCount == 60)
        for column in 0..<4 {
          let pages = try reader.pages(rowGroup: 0, column: column)
          #expect(pages.filter { $0.header.type.isDataPage }.count == 4)
          #expect(pages.allSatisfy { !$0.header.type.isDataPage || $0.rowCount == 8 })
          #expect(try reader.columnMetadata(rowGroup: 0, column: column)?.statistics != nil)
        }
      }
    }

    @Test func bloomFiltersAndIndexesAreUsed() throws {
      let schema = try Schema([SchemaField("own", .int32)])
      let builder = ColumnBatchBuilder(schema: schema)
      for row in 0..<4000 { builder.leaf(0).append(Int32(row / 2 * 2)) }
      let sample = EncryptedSample()
      var encryption = EncryptionOptions(footerKey: EncryptionKey(sample.footerKey))
      encryption.columns["own"] = .key(EncryptionKey(sample.ownKey))
      var options = WriterOptions()
      options.encryption = encryption
      options.encoding = .always(.plain)
      options.pageRows = 100
      options.bloomColumns = ["own"]
      let file = try written(schema, options, [builder.finish()])
      let keys = NamedKeys(["footer": sample.footerKey, "own": sample.ownKey])
      let reader = try ParquetReader(
        MemorySource(file), decryption: DecryptionOptions(keys: keys))
      func report(_ value: Int64) throws -> FilterReport {
        let batches = try reader.batches(
          filter: .compare(ColumnPath(["own"]), .equal, .integer(value)))
        while try batches.next() != nil {}
        return batches.report
      }
      #expect(try report(1001).rowGroupsSkippedByBloomFilter == 1)
      let found = try report(1000)
      #expect(found.keptRowCount == 2)
      #expect(found.pagesSkippedByPageIndex == 39)
    }

    // MARK: Keys

    @Test(arguments: [true, false])
    func otherColumnsOfAMissingKey(encryptsFooter: Bool) throws {
      var sample = EncryptedSample()
      sample.encryptsFooter = encryptsFooter
      let file = try sample.file()
      let options = DecryptionOptions(keys: NamedKeys(["kf": sample.footerKey]))
      let reader = try sample.reader(file, options)
      let expected = try sample.reader(file)
      #expect(try reader.slots(columns: [1, 2, 3]) == expected.slots(columns: [1, 2, 3]))
      let error = thrownError { () throws(ParquetError) in
        try reader.read(rowGroup: 1, columns: [0])
      }
      #expect(error?.code == .invalidArgument)
      #expect(error?.context.column == "own")
      #expect(error?.context.rowGroup == 1)
      #expect(error?.message.contains("ko") == true)
      #expect(thrownError { () throws(ParquetError) in try reader.count(own: 1) } != nil)
      #expect(thrownError { () throws(ParquetError) in try reader.summary(ofColumn: 0) } != nil)
      let metadata = try reader.columnMetadata(rowGroup: 0, column: 0)
      #expect((metadata == nil) == encryptsFooter)
      #expect(metadata?.statistics == nil)
      // What cannot be looked at is not said to be well.
      let faults = try FileVerifier(MemorySource(file), decryption: options).verify()
      #expect(faults.map(\.context.column) == ["own", "own"])
    }

    @Test func withoutAnyKey() throws {
      var sample = EncryptedSample()
      let closed = try sample.file()
      let error = thrownError { () throws(ParquetError) in try ParquetReader(MemorySource(closed)) }
      #expect(error?.code == .invalidArgument)
      #expect(error?.message.contains("kf") == true)
      sample.encryptsFooter = false
      let open = try sample.file()
      let reader = try ParquetReader(MemorySource(open))
      #expect(!reader.isFooterVerified)
      #expect(try reader.slots(columns: [1]) == sample.reader(open).slots(columns: [1]))
      for column in [0, 2, 3] {
        let error = thrownError { () throws(ParquetError) in
          try reader.read(rowGroup: 0, columns: [column])
        }
        #expect(error?.code == .invalidArgument)
        #expect(error?.context.column != nil)
      }
      var options = DecryptionOptions(keys: NamedKeys([:]))
      options.allowsUnverifiedFooter = false
      let refused = thrownError { () throws(ParquetError) in try sample.reader(open, options) }
      #expect(refused?.message.contains("signed") == true)
    }

    @Test(arguments: [true, false])
    func wrongKeys(encryptsFooter: Bool) throws {
      var sample = EncryptedSample()
      sample.encryptsFooter = encryptsFooter
      let file = try sample.file()
      let footer = thrownError { () throws(ParquetError) in
        try sample.reader(file, DecryptionOptions(keys: NamedKeys(["kf": sample.key(2)])))
      }
      #expect(footer?.code == .malformedFile)
      #expect(footer?.message.contains("wrong key") == true)
      let keys = NamedKeys(["kf": sample.footerKey, "ko": sample.footerKey])
      let reader = try sample.reader(file, DecryptionOptions(keys: keys))
      _ = try reader.slots(columns: [1, 2, 3])
      let own = thrownError { () throws(ParquetError) in try reader.slots(columns: [0]) }
      #expect(own?.context.column == "own")
      #expect(own?.message.contains("wrong key") == true)
      let short = thrownError { () throws(ParquetError) in
        try sample.reader(file, DecryptionOptions(keys: NamedKeys(["kf": [1, 2, 3]])))
      }
      #expect(short?.code == .invalidArgument)
    }

    @Test(arguments: [true, false])
    func prefixes(encryptsFooter: Bool) throws {
      var sample = EncryptedSample()
      sample.encryptsFooter = encryptsFooter
      func outcome(_ file: Bytes, _ prefix: [UInt8]?) -> ParquetError.Code? {
        thrownError { () throws(ParquetError) in
          let options = DecryptionOptions(keys: NamedKeys(sample.keys), aadPrefix: prefix)
          return try sample.reader(file, options).slots()
        }?.code
      }
      let unbound = try sample.file()
      #expect(outcome(unbound, nil) == nil)
      #expect(outcome(unbound, [1]) == .invalidArgument)
      sample.prefix = [1, 2]
      let stored = try sample.file()
      #expect(outcome(stored, nil) == nil)
      #expect(outcome(stored, [1, 2]) == nil)
      #expect(outcome(stored, [1]) == .invalidArgument)
      sample.storesPrefix = false
      let hidden = try sample.file()
      #expect(outcome(hidden, [1, 2]) == nil)
      #expect(outcome(hidden, nil) == .invalidArgument)
      #expect(outcome(hidden, [1]) == .malformedFile)
      // A file that is not encrypted is bound to nothing.
      let plain = try written(sample.schema(), WriterOptions(), [sample.batch()])
      #expect(outcome(plain, nil) == nil)
      #expect(outcome(plain, [1]) == .invalidArgument)
    }

    /// A retriever that counts what it is asked, and may fail.
    private final class Counting: DecryptionKeyRetriever {
      let keys: NamedKeys
      let asked = Mutex<[String]>([])
      let failure: ParquetError?

      init(_ keys: [String: [UInt8]], failure: ParquetError? = nil) {
        self.keys = NamedKeys(keys)
        self.failure = failure
      }

      func key(of column: ColumnPath?, metadata: Bytes?) throws(ParquetError) -> [UInt8]? {
        asked.withLock { $0.append(column?.description ?? "-") }
        if let failure, column != nil { throw failure }
        return try keys.key(of: column, metadata: metadata)
      }
    }

    @Test func retrieversAreAskedOnce() throws {
      let sample = EncryptedSample()
      let file = try sample.file()
      let keys = Counting(sample.keys)
      let reader = try sample.reader(file, DecryptionOptions(keys: keys))
      #expect(keys.asked.withLock { $0 } == ["-"])
      for _ in 0..<3 { _ = try reader.slots() }
      #expect(keys.asked.withLock { $0 } == ["-", "own"])
      let failing = Counting(sample.keys, failure: ParquetError(.inputOutput, "no service"))
      let other = try sample.reader(file, DecryptionOptions(keys: failing))
      let error = thrownError { () throws(ParquetError) in try other.slots() }
      #expect(error?.message == "no service")
      #expect(error?.context.column == "own")
    }

    @Test func keyMetadataComesBeforePlaces() throws {
      let keys = NamedKeys(["footer": [1], "a.b": [2], "kf": [3]])
      let named = Bytes(copying: Array("kf".utf8))
      #expect(try keys.key(of: nil, metadata: nil) == [1])
      #expect(try keys.key(of: ColumnPath(["a", "b"]), metadata: nil) == [2])
      #expect(try keys.key(of: ColumnPath(["a", "b"]), metadata: named) == [3])
      #expect(try keys.key(of: nil, metadata: Bytes(copying: [0xFF])) == [1])
      #expect(try keys.key(of: ColumnPath(["c"]), metadata: nil) == nil)
    }

    // MARK: Joining

    @Test func encryptedColumnsAreNotJoined() throws {
      var sample = EncryptedSample()
      sample.encryptsFooter = false
      let reader = try sample.reader(sample.file())
      let writer = try ParquetWriter(MemorySink(), schema: sample.schema())
      let error = thrownError { () throws(ParquetError) in
        try writer.append(rowGroup: 0, of: reader)
      }
      #expect(error?.code == .unsupportedFeature)
      #expect(error?.context.column == "own")
      writer.abandon()
    }
  }
#endif
