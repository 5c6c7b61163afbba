#if Crypto
  @testable import Parquet

  /// A small table with columns of several kinds, encrypted in one of the ways there are.
  struct EncryptedSample {
    var algorithm = EncryptionOptions.Algorithm.gcm
    var encryptsFooter = true
    var keyByteCount = 16
    var pageVersion = WriterOptions.PageVersion.v1
    var prefix: [UInt8] = []
    var storesPrefix = true
    var compression = Compression.snappy
    var rowCount = 60
    /// Whether keys have names in the file.
    var namesKeys = true
    /// Whether `plain` stays as it is.
    var leavesPlainColumn = true

    /// The columns: `own` has a key of its own, `plain` none.
    func schema() throws -> Schema {
      try Schema([
        SchemaField("own", .int32), SchemaField("plain", .int64, .optional),
        .string("text", .optional),
        .list("list", .optional, of: SchemaField("x", .int32, .optional)),
      ])
    }

    func key(_ first: UInt8) -> [UInt8] { (0..<keyByteCount).map { first &+ UInt8($0) } }
    var footerKey: [UInt8] { key(1) }
    var ownKey: [UInt8] { key(101) }
    /// What both keys are found by.
    var keys: [String: [UInt8]] {
      namesKeys
        ? ["kf": footerKey, "ko": ownKey] : ["footer": footerKey, "own": ownKey]
    }

    var decryption: DecryptionOptions {
      DecryptionOptions(
        keys: NamedKeys(keys), aadPrefix: storesPrefix ? nil : prefix)
    }

    func batch() throws -> ColumnBatch {
      var random = RandomRows(seed: 31)
      random.distinctValues = 9
      return try random.batch(schema(), count: rowCount)
    }

    /// The file: two row groups of several pages each, with page indexes and bloom filters.
    func file() throws -> Bytes {
      func named(_ key: [UInt8], _ name: String) -> EncryptionKey {
        EncryptionKey(key, metadata: namesKeys ? Array(name.utf8) : nil)
      }
      var encryption = EncryptionOptions(footerKey: named(footerKey, "kf"))
      encryption.algorithm = algorithm
      encryption.encryptsFooter = encryptsFooter
      encryption.columns["own"] = .key(named(ownKey, "ko"))
      if leavesPlainColumn { encryption.columns["plain"] = EncryptionOptions.ColumnEncryption.none }
      encryption.aadPrefix = prefix
      encryption.storesAADPrefix = storesPrefix
      var options = WriterOptions()
      options.encryption = encryption
      options.pageVersion = pageVersion
      options.compression = compression
      options.pageRows = 8
      options.rowGroupRows = 32
      options.bloomColumns = ["own"]
      options.columnEncodings["own"] = .always(.plain)
      return try written(schema(), options, [batch()])
    }

    func reader(_ file: Bytes, _ decryption: DecryptionOptions? = nil) throws(ParquetError)
      -> ParquetReader
    {
      try ParquetReader(MemorySource(file), decryption: decryption ?? self.decryption)
    }
  }

  extension ParquetReader {
    /// The slots of all rows of the given columns.
    func slots(columns: [Int]? = nil) throws(ParquetError) -> [[[Slot]]] {
      var all: [[[Slot]]] = []
      let batches = batches(columns: columns, batchRows: 10)
      while let batch = try batches.next() { all.append(batch.slots) }
      return all
    }

    /// The number of rows in which column `own` is `value`.
    func count(own value: Int64) throws(ParquetError) -> Int {
      let filter = Filter.compare(ColumnPath(["own"]), .equal, .integer(value))
      let batches = try batches(columns: [], filter: filter)
      while try batches.next() != nil {}
      return batches.report.keptRowCount
    }
  }
#endif
