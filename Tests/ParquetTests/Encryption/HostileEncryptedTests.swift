#if Crypto
  import Testing

  @testable import Parquet

  /// Encrypted files that were changed: an error, or the rows that were written, and never a trap.
  @Suite struct HostileEncryptedTests {
    #if DEBUG
      /// Which bytes are changed: unoptimised, not all, as that takes minutes.
      private static let step = 5
    #else
      /// Which bytes are changed.
      private static let step = 1
    #endif

    /// Reads `file` in every way; the slots of all rows, or the first error.
    private func outcome(
      _ sample: EncryptedSample, _ file: Bytes, limits: ReaderLimits = ReaderLimits()
    ) -> Result<[[[Slot]]], ParquetError> {
      do throws(ParquetError) {
        let reader = try ParquetReader(
          MemorySource(file), limits: limits, decryption: sample.decryption)
        let slots = try reader.slots()
        // Filters read the indexes and the bloom filters.
        for value in 0...8 { _ = try reader.count(own: Int64(value)) }
        for leaf in reader.schema.leaves {
          for rowGroup in reader.metadata.rowGroups.indices {
            _ = try reader.pages(rowGroup: rowGroup, column: leaf.index)
          }
        }
        return .success(slots)
      } catch { return .failure(error) }
    }

    private func faults(_ sample: EncryptedSample, _ file: Bytes) throws -> [ParquetError] {
      try FileVerifier(MemorySource(file), decryption: sample.decryption).verify()
    }

    private func small(encryptsFooter: Bool) -> EncryptedSample {
      var sample = EncryptedSample()
      sample.encryptsFooter = encryptsFooter
      // What key metadata calls a key is not protected, and not needed.
      sample.namesKeys = false
      sample.leavesPlainColumn = false
      sample.rowCount = 12
      return sample
    }

    /// One changed byte in any module is an error of whoever reads the module: the verifier reads all but
    /// the bloom filters, which filters read.
    @Test(arguments: [true, false])
    func everyByteChanged(encryptsFooter: Bool) throws {
      let sample = small(encryptsFooter: encryptsFooter)
      let file = try sample.file()
      let good = try outcome(sample, file).get()
      #expect(try faults(sample, file).isEmpty)
      let footer = try sample.reader(file).footerOffset
      // Before an encrypted footer stands how it is encrypted, without protection of its own.
      var reader = CompactReader(file.slice(footer..<file.count))
      if encryptsFooter { _ = try FileCryptoMetadata(from: &reader) }
      let cryptoEnd = footer + reader.position
      for offset in stride(from: 0, to: file.count, by: HostileEncryptedTests.step) {
        let changed = withByte(file, at: offset) { $0 ^ 0x10 }
        let found = outcome(sample, changed)
        let isKnown = try !faults(sample, changed).isEmpty
        if case .success(let slots) = found {
          #expect(slots == good, "byte \(offset)")
          #expect(isKnown || (footer..<cryptoEnd).contains(offset), "byte \(offset)")
        } else if offset >= 4, offset < footer, case .failure(let error) = found {
          #expect(error.code == .malformedFile, "byte \(offset): \(error)")
          #expect(error.context.column != nil, "byte \(offset): \(error)")
          #expect(error.context.byteOffset != nil, "byte \(offset): \(error)")
        }
      }
    }

    @Test(arguments: [true, false])
    func truncatedAtEveryByte(encryptsFooter: Bool) throws {
      let sample = small(encryptsFooter: encryptsFooter)
      let file = try sample.file()
      for length in stride(from: 0, to: file.count, by: HostileEncryptedTests.step) {
        guard case .failure = outcome(sample, file.slice(0..<length)) else {
          Issue.record("\(length) bytes are read")
          return
        }
      }
    }

    @Test(arguments: [EncryptionOptions.Algorithm.gcm, .gcmCTR])
    func randomDamage(algorithm: EncryptionOptions.Algorithm) throws {
      var sample = EncryptedSample()
      sample.algorithm = algorithm
      sample.encryptsFooter = false
      let file = try sample.file()
      let good = try outcome(sample, file).get()
      var generator = SeededGenerator(seed: 32)
      for _ in 0..<300 {
        var bytes = file.array()
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
          let start = Int.random(in: 0..<bytes.count, using: &generator)
          let length = Int.random(in: 1...8, using: &generator)
          for i in start..<min(start + length, bytes.count) {
            bytes[i] = UInt8.random(in: 0...255, using: &generator)
          }
        }
        if case .success(let slots) = outcome(sample, Bytes(copying: bytes)) {
          #expect(slots == good)
        }
        _ = try faults(sample, Bytes(copying: bytes))
      }
    }

    // MARK: Moved modules

    /// A file of two columns of numbers and two row groups, whose pages all have the same length.
    private func uniformPages(_ algorithm: EncryptionOptions.Algorithm) throws -> (
      file: Bytes, reader: ParquetReader, options: DecryptionOptions
    ) {
      let schema = try Schema([SchemaField("a", .int64), SchemaField("b", .int64)])
      let builder = ColumnBatchBuilder(schema: schema)
      for row in 0..<40 {
        builder.leaf(0).append(Int64(row))
        builder.leaf(1).append(Int64(1000 + row))
      }
      let key = [UInt8](repeating: 5, count: 16)
      var options = WriterOptions()
      options.encryption = EncryptionOptions(footerKey: EncryptionKey(key))
      options.encryption?.algorithm = algorithm
      options.compression = .none
      options.encoding = .always(.plain)
      options.statistics = .none
      options.pageRows = 10
      options.rowGroupRows = 20
      let batch = try builder.finish()
      let decryption = DecryptionOptions(keys: NamedKeys(["footer": key]))
      while true {
        // What is encrypted is random, and so is its checksum, which most often takes five bytes.
        let file = try written(schema, options, [batch])
        let reader = try ParquetReader(MemorySource(file), decryption: decryption)
        let pages = try (0..<4).flatMap { try reader.pages(rowGroup: $0 / 2, column: $0 % 2) }
        if Set(pages.map(\.headerByteCount)).count == 1 { return (file, reader, decryption) }
      }
    }

    /// `file` with the bytes of two places of the same length exchanged.
    private func exchanged(_ file: Bytes, _ a: Range<Int>, _ b: Range<Int>) -> Bytes {
      var bytes = file.array()
      for (i, j) in zip(a, b) { bytes.swapAt(i, j) }
      return Bytes(copying: bytes)
    }

    @Test(arguments: EncryptionOptions.Algorithm.allCases)
    func exchangedPages(algorithm: EncryptionOptions.Algorithm) throws {
      let (file, reader, options) = try uniformPages(algorithm)
      func pages(_ rowGroup: Int, _ column: Int) throws -> [PageInformation] {
        try reader.pages(rowGroup: rowGroup, column: column)
      }
      let first = try pages(0, 0)[0]
      let headerLength = first.headerByteCount
      let others = try [
        ("page", pages(0, 0)[1]), ("column", pages(0, 1)[0]), ("row group", pages(1, 0)[0]),
      ]
      for (name, other) in others {
        func range(_ page: PageInformation, _ from: Int, _ to: Int) -> Range<Int> {
          page.offset + from..<page.offset + to
        }
        let length = headerLength + first.bodyByteCount
        try #require(other.headerByteCount == headerLength)
        try #require(other.bodyByteCount == first.bodyByteCount)
        for (from, to) in [(0, length), (0, headerLength), (headerLength, length)] {
          let changed = exchanged(file, range(first, from, to), range(other, from, to))
          let error = thrownError { () throws(ParquetError) in
            // Checksums would tell, too.
            try ParquetReader(
              MemorySource(changed), verifyingChecksums: false, decryption: options
            ).slots()
          }
          // Without tags, bodies can be exchanged unseen but for their checksums.
          if algorithm == .gcmCTR, from > 0 {
            #expect(
              try !FileVerifier(MemorySource(changed), decryption: options).verify().isEmpty)
            continue
          }
          #expect(error?.message.contains("moved") == true, "\(name): \(String(describing: error))")
          #expect(error?.context.page == 0)
          #expect(error?.context.column == "a")
        }
      }
    }

    // MARK: Sizes

    @Test func hostileLengths() throws {
      let (file, reader, options) = try uniformPages(.gcm)
      let page = try reader.pages(rowGroup: 0, column: 0)[0]
      for offset in [page.offset, page.offset + page.headerByteCount] {
        for length in [0, 1, 27, 28, 1 << 20, 0x7FFF_FFFF, 0xFFFF_FFFF] as [UInt32] {
          var bytes = file.array()
          for i in 0..<4 { bytes[offset + i] = UInt8(truncatingIfNeeded: length >> (8 * i)) }
          let error = thrownError { () throws(ParquetError) in
            try ParquetReader(
              MemorySource(Bytes(copying: bytes)), verifyingChecksums: false, decryption: options
            ).slots()
          }
          #expect(error?.code == .malformedFile, "\(length)")
          #expect(error?.context.column == "a")
        }
      }
    }

    @Test func memoryIsTakenFromTheAllowance() throws {
      let schema = try Schema([SchemaField("a", .int64)])
      let builder = ColumnBatchBuilder(schema: schema)
      for row in 0..<200_000 { builder.leaf(0).append(Int64(row)) }
      let key = [UInt8](repeating: 5, count: 16)
      var options = WriterOptions()
      options.encryption = EncryptionOptions(footerKey: EncryptionKey(key))
      options.compression = .none
      options.encoding = .always(.plain)
      options.pageRows = 200_000
      options.pageBytes = 2 << 20
      let file = try written(schema, options, [builder.finish()])
      func read(_ totalBytes: Int) -> ParquetError? {
        thrownError { () throws(ParquetError) in
          var limits = ReaderLimits()
          limits.totalBytes = totalBytes
          let reader = try ParquetReader(
            MemorySource(file), limits: limits,
            decryption: DecryptionOptions(keys: NamedKeys(["footer": key])))
          let before = reader.memory.usedByteCount
          do {
            let batches = reader.batches(batchRows: 1000)
            while try batches.next() != nil {}
          }
          #expect(reader.memory.usedByteCount == before)
          return before
        }
      }
      #expect(read(16 << 20) == nil)
      // The largest page has 1 MiB: it is at hand as stored, and there is no room to decrypt it.
      #expect(read(3 << 19)?.code == .limitExceeded)
    }

    @Test func signaturesAreWhole() throws {
      var sample = small(encryptsFooter: false)
      sample.rowCount = 3
      let file = try sample.file().array()
      let length = file[(file.count - 8)..<(file.count - 4)].reversed().reduce(0) {
        $0 << 8 | Int($1)
      }
      for cut in [1, 27, 28] {
        var bytes = Array(file[..<(file.count - 8 - cut)])
        let left = UInt32(length - cut)
        for i in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: left >> (8 * UInt32(i)))) }
        bytes += file.suffix(4)
        guard case .failure(let error) = outcome(sample, Bytes(copying: bytes)) else {
          Issue.record("\(cut) bytes less")
          continue
        }
        #expect(error.code == .malformedFile)
      }
    }
  }
#endif
