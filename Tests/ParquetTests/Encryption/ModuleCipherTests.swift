#if Crypto
  import Testing

  @testable import Parquet

  @Suite struct ModuleCipherTests {
    private let nonce = [UInt8](repeating: 0, count: 12)

    // The second test case of the GCM specification: all zeros.
    @Test func gcmAsInItsSpecification() throws {
      let cipher = try ModuleCipher(key: [UInt8](repeating: 0, count: 16))
      let module = try cipher.encrypt(
        Bytes(copying: [UInt8](repeating: 0, count: 16)), .gcm, authenticating: [], nonce: nonce)
      #expect(
        module.array() == [44, 0, 0, 0] + nonce + [
          0x03, 0x88, 0xda, 0xce, 0x60, 0xb6, 0xa3, 0x92, 0xf3, 0x28, 0xc2, 0xb9, 0x71, 0xb2, 0xfe,
          0x78, 0xab, 0x6e, 0x47, 0xd4, 0x2c, 0xec, 0x13, 0xbd, 0xf5, 0x3a, 0x67, 0xb2, 0x12, 0x57,
          0xbd, 0xdf,
        ])
    }

    @Test(arguments: [16, 24, 32], ModuleCipher.Mode.allCases)
    func roundTrip(keyByteCount: Int, mode: ModuleCipher.Mode) throws {
      let cipher = try ModuleCipher(key: (0..<keyByteCount).map { UInt8($0) })
      for byteCount in [0, 1, 15, 16, 17, 1_000] {
        let content = Bytes(copying: (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 &* 7) })
        let module = try cipher.encrypt(
          content, mode, authenticating: [1, 2, 3], nonce: ModuleCipher.randomBytes(12))
        #expect(module.count == 16 + byteCount + mode.tagByteCount)
        #expect(try cipher.decrypt(module, mode, authenticating: [1, 2, 3]) == content)
      }
    }

    @Test func everyChangedByteIsSeen() throws {
      let cipher = try ModuleCipher(key: [UInt8](repeating: 7, count: 16))
      let module = try cipher.encrypt(
        Bytes(copying: [UInt8](1...20)), .gcm, authenticating: [1], nonce: nonce
      ).array()
      for place in module.indices {
        var changed = module
        changed[place] ^= 1
        #expect(throws: ParquetError.self) {
          try cipher.decrypt(Bytes(copying: changed), .gcm, authenticating: [1])
        }
      }
      for count in 0..<module.count {
        #expect(throws: ParquetError.self) {
          try cipher.decrypt(Bytes(copying: Array(module[..<count])), .gcm, authenticating: [1])
        }
      }
    }

    @Test func anotherKeyOrPlaceIsSeen() throws {
      let module = try ModuleCipher(key: [UInt8](repeating: 7, count: 16)).encrypt(
        Bytes(copying: [UInt8](1...20)), .gcm, authenticating: [1], nonce: nonce)
      #expect(throws: ParquetError.self) {
        try ModuleCipher(key: [UInt8](repeating: 7, count: 16)).decrypt(
          module, .gcm, authenticating: [2])
      }
      #expect(throws: ParquetError.self) {
        try ModuleCipher(key: [UInt8](repeating: 8, count: 16)).decrypt(
          module, .gcm, authenticating: [1])
      }
    }

    @Test func keysHaveAESLengths() {
      #expect(throws: ParquetError.self) { try ModuleCipher(key: [1, 2, 3]) }
    }
  }
#endif
