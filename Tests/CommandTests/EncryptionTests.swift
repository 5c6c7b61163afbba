#if Crypto
  import Foundation
  import Testing

  /// Encrypted files at the command line.
  @Suite struct EncryptionTests {
    private let parquet: BuiltCommand
    private let footer = "kf=30313233343536373839303132333435"
    private let own = "ko=000102030405060708090a0b0c0d0e0f1011121314151617"

    init() throws {
      parquet = try BuiltCommand()
      try parquet.write("{\"id\":1,\"name\":\"ä\"}\n{\"id\":2,\"name\":\"b\"}\n", to: "in.ndjson")
    }

    private func encrypt(_ name: String, _ options: String...) throws {
      let result = try parquet(
        [
          "convert", "in.ndjson", name, "--quiet", "--key", footer, "--key", own, "--encrypt",
          "footer=kf", "--encrypt", "id=ko",
        ] + options)
      #expect(result.errors == "")
      #expect(result.status == 0)
    }

    @Test func everyCommandTakesKeys() throws {
      try encrypt("e.parquet")
      let keys = ["--key", footer, "--key", own]
      for command in [
        ["schema"], ["inspect"], ["inspect", "--pages"],
        ["inspect", "--pages", "--format", "json"],
        ["cat"], ["count"], ["count", "--where", "id = 2"], ["stats"], ["verify"],
      ] {
        let open = try parquet(command + ["e.parquet", "--quiet"] + keys)
        #expect(open.status == 0, "\(command): \(open.errors)\(open.output)")
        let closed = try parquet(command + ["e.parquet", "--quiet"])
        #expect(closed.status == 1)
        #expect((closed.errors + closed.output).contains("e.parquet: "))
        #expect((closed.errors + closed.output).contains("not at hand (key metadata: kf)"))
      }
      let rows = try parquet(["cat", "e.parquet"] + keys)
      #expect(rows.output == (try parquet.text(of: "in.ndjson")))
      let inspected = try parquet(["inspect", "e.parquet"] + keys)
      #expect(inspected.output.contains("encrypted by AES_GCM_V1, footer encrypted"))
      #expect(inspected.output.contains("encrypted with a key of its own, ko"))
    }

    @Test func aMissingKeyIsMissedByItsColumnAlone() throws {
      try encrypt("e.parquet", "--encrypt-plaintext-footer", "--encrypt", "others=none")
      #expect(try parquet("cat", "e.parquet", "--columns", "name").status == 0)
      let id = try parquet("cat", "e.parquet", "--key", footer, "--columns", "id")
      expectFailure(
        id, 1,
        "parquet: e.parquet: row group 0, column id: the column is encrypted, and its key is not at"
          + " hand (key metadata: ko)")
      let verified = try parquet("verify", "e.parquet", "--key", footer)
      #expect(verified.status == 1)
      #expect(verified.output.contains("column id"))
      #expect(!verified.output.contains("column name"))
      let shown = try parquet("inspect", "e.parquet")
      #expect(shown.status == 0)
      #expect(shown.output.contains("signature not checked"))
    }

    @Test func convertsEveryWay() throws {
      try encrypt("e.parquet", "--encrypt-aad-prefix", "t", "--encrypt-hide-aad-prefix")
      let keys = ["--key", footer, "--key", own]
      let prefixless = try parquet(["cat", "e.parquet"] + keys)
      #expect(prefixless.status == 1)
      #expect(prefixless.errors.contains("AAD prefix"))
      let reading = keys + ["--aad-prefix", "t"]
      let plain = try parquet(["convert", "e.parquet", "p.parquet", "--quiet"] + reading)
      #expect(plain.status == 0, "\(plain.errors)")
      #expect(try parquet("cat", "p.parquet").output == (try parquet.text(of: "in.ndjson")))
      let again = try parquet(
        ["convert", "e.parquet", "f.parquet", "--quiet", "--encrypt", "footer=ko"] + reading)
      #expect(again.status == 0, "\(again.errors)")
      let read = try parquet("cat", "f.parquet", "--key", own)
      #expect(read.output == (try parquet.text(of: "in.ndjson")))
      let text = try parquet(["convert", "e.parquet", "o.ndjson", "--quiet"] + reading)
      #expect(text.status == 0, "\(text.errors)")
      #expect(try parquet.text(of: "o.ndjson") == (try parquet.text(of: "in.ndjson")))
    }

    @Test func wrongUse() throws {
      let unused = try parquet("convert", "in.ndjson", "o.parquet", "--key", footer)
      expectFailure(
        unused, 2, "parquet: convert: --key without --encrypt: nothing would be encrypted")
      let prefix = try parquet("convert", "in.ndjson", "o.parquet", "--aad-prefix", "t")
      expectFailure(prefix, 2, "parquet: convert: --aad-prefix is for Parquet; INPUT is ndjson")
      try encrypt("e.parquet")
      let joined = try parquet("concat", "o.parquet", "e.parquet", "--quiet")
      #expect(joined.status == 1)
      #expect(joined.errors.contains("encrypted"))
      #expect(!(try parquet.names().contains("o.parquet")))
    }
  }
#endif
