#if Crypto
  import Testing

  @testable import Parquet

  #if canImport(Glibc)
    import Glibc
  #else
    import Darwin
  #endif

  private var testData: String? {
    unsafe getenv("PARQUET_TEST_DATA").map { unsafe String(cString: $0) }
  }

  /// Footers that another writer encrypted.
  @Suite(.enabled(if: testData != nil, "PARQUET_TEST_DATA names parquet-testing"))
  struct EncryptedFooterTests {
    @Test(
      arguments: [
        ("encrypt_columns_and_footer", nil),
        ("encrypt_columns_and_footer_aad", nil),
        ("encrypt_columns_and_footer_ctr", nil),
        ("encrypt_columns_and_footer_disable_aad_storage", "tester"),
        ("uniform_encryption", nil),
      ] as [(String, String?)])
    func decrypts(_ name: String, _ prefix: String?) throws {
      let folder = try #require(testData)
      let source = try FileSource(path: "\(folder)/data/\(name).parquet.encrypted")
      let tail = try source.read(source.byteCount - 8..<source.byteCount).array()
      #expect(Array(tail[4...]) == Array("PARE".utf8))
      let length = tail[..<4].reversed().reduce(0) { $0 << 8 | Int($1) }
      let footer = try source.read(source.byteCount - 8 - length..<source.byteCount - 8)
      var reader = CompactReader(footer)
      let crypto = try FileCryptoMetadata(from: &reader)
      #expect(crypto.algorithm.needsPrefix == (prefix != nil))
      #expect(crypto.algorithm.encryptsPagesWithoutTags == name.hasSuffix("_ctr"))
      let stored = crypto.algorithm.prefix?.array() ?? Array((prefix ?? "").utf8)
      let data = try ModuleAddress.footer.authenticatedData(
        prefix: stored, fileUnique: try #require(crypto.algorithm.fileUnique).array())
      let cipher = try ModuleCipher(key: Array("0123456789012345".utf8))
      let module = footer.slice(reader.position..<footer.count)
      let content = try cipher.decrypt(module, .gcm, authenticating: data)
      var metadataReader = CompactReader(content)
      let metadata = try FileMetadata(from: &metadataReader)
      #expect(metadata.rowCount == metadata.rowGroups.reduce(0) { $0 + $1.rowCount })
      #expect(metadata.schema.count == 9)
      #expect(throws: ParquetError.self) {
        try cipher.decrypt(module, .gcm, authenticating: data + [0])
      }
    }
  }
#endif
