#if Crypto
  import Testing

  @testable import Parquet
  @testable import Tables

  /// Keys that are wrapped in JSON, as key management tools store them.
  @Suite struct MasterKeyTests {
    private let master = [UInt8](1...16)
    private let dataKey = [UInt8](100..<132)

    /// `key`, wrapped by `other`, in base64.
    private func wrapped(_ key: [UInt8], by other: [UInt8], _ data: [UInt8]) throws -> String {
      let module = try ModuleCipher(key: other).encrypt(
        Bytes(copying: key), .gcm, authenticating: data, nonce: ModuleCipher.randomBytes(12))
      return base64(Array(module.array().dropFirst(ModuleCipher.lengthByteCount)))
    }

    private func base64(_ bytes: [UInt8]) -> String {
      var buffer = TextBuffer(capacity: 64)
      unsafe bytes.withUnsafeBytes { unsafe Base64.append($0, to: &buffer) }
      return buffer.text
    }

    private func material(isDouble: Bool, isInside: Bool = true) throws -> String {
      let name = Array("kf".utf8)
      let common =
        #""keyMaterialType":"PKMT1","internalStorage":\#(isInside),"masterKeyID":"kf","isFooterKey":true"#
      guard isDouble else {
        let key = try wrapped(dataKey, by: master, name)
        return #"{\#(common),"doubleWrapping":false,"wrappedDEK":"\#(key)"}"#
      }
      let between = [UInt8](7..<23)
      let id = [UInt8](40..<56)
      let key = try wrapped(dataKey, by: between, id)
      let outer = try wrapped(between, by: master, name)
      return
        #"{\#(common),"doubleWrapping":true,"wrappedDEK":"\#(key)","wrappedKEK":"\#(outer)","keyEncryptionKeyID":"\#(base64(id))"}"#
    }

    private func bytes(_ text: String) -> Bytes { Bytes(copying: Array(text.utf8)) }

    @Test(arguments: [true, false])
    func unwraps(isDouble: Bool) throws {
      let metadata = bytes(try material(isDouble: isDouble))
      #expect(try MasterKeys(["kf": master]).key(of: nil, metadata: metadata) == dataKey)
      // Without the master key the key itself will do, under the name of the place.
      #expect(try MasterKeys(["footer": dataKey]).key(of: nil, metadata: metadata) == dataKey)
      #expect(try MasterKeys(["k1": master]).key(of: nil, metadata: metadata) == nil)
      let error = #expect(throws: ParquetError.self) {
        try MasterKeys(["kf": dataKey]).key(of: nil, metadata: metadata)
      }
      #expect(error?.message.contains("master key kf") == true)
    }

    @Test func besideTheFile() throws {
      let metadata = bytes(
        #"{"keyMaterialType":"PKMT1","internalStorage":false,"keyReference":"footerKey"}"#)
      let inner = try material(isDouble: true, isInside: false)
        .split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"")
      let outside = Array(#"{"columnKey0":"{}","footerKey":"\#(inner)"}"#.utf8)
      let keys = MasterKeys(["kf": master]) { () throws(ParquetError) in outside }
      #expect(try keys.key(of: nil, metadata: metadata) == dataKey)
      let other = bytes(
        #"{"keyMaterialType":"PKMT1","internalStorage":false,"keyReference":"columnKey0"}"#)
      #expect(throws: ParquetError.self) { try keys.key(of: nil, metadata: other) }
      let missing = #expect(throws: ParquetError.self) {
        try MasterKeys(["kf": master]).key(of: nil, metadata: metadata)
      }
      #expect(missing?.message.contains("footerKey") == true)
      #expect(try MasterKeys(["footer": dataKey]).key(of: nil, metadata: metadata) == dataKey)
      #expect(
        MasterKeys.externalMaterialName(of: "a.parquet") == "_KEY_MATERIAL_FOR_a.parquet.json")
    }

    @Test func otherMetadata() throws {
      let keys = MasterKeys(["kf": master, "a": dataKey])
      #expect(try keys.key(of: nil, metadata: bytes("kf")) == master)
      for text in ["", "{", "{}", "[1]", #"{"keyMaterialType":"PKMT2"}"#] {
        #expect(try keys.key(of: ColumnPath(["a"]), metadata: bytes(text)) == dataKey)
      }
      for text in [
        #"{"keyMaterialType":"PKMT1"}"#, #"{"keyMaterialType":"PKMT1","masterKeyID":"kf"}"#,
        #"{"keyMaterialType":"PKMT1","masterKeyID":"kf","wrappedDEK":"?"}"#,
        #"{"keyMaterialType":"PKMT1","masterKeyID":"kf","wrappedDEK":"AAAA"}"#,
        #"{"keyMaterialType":"PKMT1","masterKeyID":"kf","wrappedDEK":"AAAA","doubleWrapping":true}"#,
        #"{"keyMaterialType":"PKMT1","internalStorage":false}"#,
      ] {
        let error = #expect(throws: ParquetError.self) {
          try keys.key(of: nil, metadata: bytes(text))
        }
        #expect(error?.code == .malformedFile)
      }
    }
  }
#endif
