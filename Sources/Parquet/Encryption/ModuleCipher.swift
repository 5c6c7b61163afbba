#if Crypto
  import CCrypto

  /// Encrypts and decrypts the modules of a file with one key.
  ///
  /// Specification: Parquet Modular Encryption, "Encryption algorithms"; rules N1, N2.
  struct ModuleCipher: Sendable {
    /// How a module is encrypted.
    enum Mode: CaseIterable, Sendable {
      /// With a tag, by which damage and wrong keys are known.
      case gcm
      /// Without one: the pages of AES_GCM_CTR_V1.
      case ctr

      /// The bytes past the ciphertext.
      var tagByteCount: Int { self == .gcm ? 16 : 0 }
    }

    /// The bytes of the length before a module.
    static let lengthByteCount = 4
    /// The bytes of the nonce that begins a module.
    static let nonceByteCount = 12

    private let key: [UInt8]

    /// A cipher with `key`.
    ///
    /// - Throws: ``ParquetError`` with code `invalidArgument` where it has not 16, 24 or 32 bytes.
    init(key: [UInt8]) throws(ParquetError) {
      guard [16, 24, 32].contains(key.count) else {
        throw ParquetError(
          .invalidArgument, "an encryption key has 16, 24 or 32 bytes, not \(key.count)")
      }
      self.key = key
    }

    /// Random bytes for a nonce.
    static func randomNonce() throws(ParquetError) -> [UInt8] {
      var nonce = [UInt8](repeating: 0, count: nonceByteCount)
      guard unsafe RAND_bytes(&nonce, Int32(nonceByteCount)) == 1 else {
        throw ParquetError(.inputOutput, "the system gives no random bytes")
      }
      return nonce
    }

    /// The content of `module`: its length, nonce, ciphertext and, with GCM, its tag.
    ///
    /// - Throws: ``ParquetError`` with code `malformedFile` where the length is not that of the rest,
    ///   or the tag does not fit key, place and content.
    func decrypt(
      _ module: Bytes, _ mode: Mode, authenticating data: [UInt8]
    ) throws(ParquetError) -> Bytes {
      let head = ModuleCipher.lengthByteCount + ModuleCipher.nonceByteCount
      guard module.count >= head + mode.tagByteCount, module.count <= Int(Int32.max) else {
        throw ParquetError(
          .malformedFile, "an encrypted module of \(module.count) bytes cannot be one")
      }
      let length = unsafe Int(module.pointer.loadUnaligned(as: UInt32.self))
      guard length == module.count - ModuleCipher.lengthByteCount else {
        throw ParquetError(
          .malformedFile,
          "an encrypted module says \(length) bytes; there are "
            + "\(module.count - ModuleCipher.lengthByteCount)")
      }
      let nonce = module.slice(ModuleCipher.lengthByteCount..<head).array()
      let body = module.slice(head..<module.count - mode.tagByteCount)
      var tag = module.slice(module.count - mode.tagByteCount..<module.count).array()
      return try run(body, mode, nonce: nonce, data: data, tag: &tag, encrypts: false)
    }

    /// A module that holds `content`, with a `nonce` of 12 bytes that were used with this key for no
    /// other module.
    ///
    /// - Throws: ``ParquetError`` with code `limitExceeded` where `content` is too long for a module.
    func encrypt(
      _ content: Bytes, _ mode: Mode, authenticating data: [UInt8], nonce: [UInt8]
    ) throws(ParquetError) -> Bytes {
      precondition(nonce.count == ModuleCipher.nonceByteCount, "a nonce has 12 bytes")
      let (length, overflow) = content.count.addingReportingOverflow(
        nonce.count + mode.tagByteCount)
      guard !overflow, length <= Int(Int32.max) - ModuleCipher.lengthByteCount else {
        throw ParquetError(.limitExceeded, "\(content.count) bytes are too many to encrypt at once")
      }
      var tag = [UInt8](repeating: 0, count: mode.tagByteCount)
      let body = try run(content, mode, nonce: nonce, data: data, tag: &tag, encrypts: true)
      var module = ByteBuffer(capacity: ModuleCipher.lengthByteCount + length)
      module.append(UInt32(length))
      module.append(Bytes(copying: nonce))
      module.append(body)
      module.append(Bytes(copying: tag))
      return module.freeze()
    }

    /// Passes `input` through the cipher; sets `tag` when encrypting, and checks it otherwise.
    private func run(
      _ input: Bytes, _ mode: Mode, nonce: [UInt8], data: [UInt8], tag: inout [UInt8],
      encrypts: Bool
    ) throws(ParquetError) -> Bytes {
      guard let context = unsafe EVP_CIPHER_CTX_new() else { throw ModuleCipher.refused }
      defer { unsafe EVP_CIPHER_CTX_free(context) }
      // CTR counts the blocks behind the nonce, from 1.
      let start = mode == .ctr ? nonce + [0, 0, 0, 1] : nonce
      let direction: Int32 = encrypts ? 1 : 0
      guard unsafe EVP_CipherInit_ex(context, algorithm(mode), nil, key, start, direction) == 1
      else { throw ModuleCipher.refused }
      var written: Int32 = 0
      if mode == .gcm {
        if !encrypts {
          guard
            unsafe EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tag.count), &tag) == 1
          else { throw ModuleCipher.refused }
        }
        if !data.isEmpty {
          guard let count = Int32(exactly: data.count),
            unsafe EVP_CipherUpdate(context, nil, &written, data, count) == 1
          else { throw ModuleCipher.refused }
        }
      }
      var output = ByteBuffer(capacity: input.count)
      if input.count > 0 {
        let target = unsafe output.end.assumingMemoryBound(to: UInt8.self)
        let source = unsafe input.pointer.assumingMemoryBound(to: UInt8.self)
        guard
          unsafe EVP_CipherUpdate(context, target, &written, source, Int32(input.count)) == 1,
          Int(written) == input.count
        else { throw ModuleCipher.refused }
        output.advance(by: input.count)
      }
      var rest = [UInt8](repeating: 0, count: 16)
      guard unsafe EVP_CipherFinal_ex(context, &rest, &written) == 1 else {
        throw ParquetError(
          .malformedFile,
          "an encrypted module's tag does not fit: the key or the AAD prefix is another, "
            + "or the file is damaged")
      }
      if mode == .gcm, encrypts {
        guard
          unsafe EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(tag.count), &tag) == 1
        else { throw ModuleCipher.refused }
      }
      return output.freeze()
    }

    private func algorithm(_ mode: Mode) -> OpaquePointer? {
      switch (mode, key.count) {
      case (.gcm, 16): unsafe EVP_aes_128_gcm()
      case (.gcm, 24): unsafe EVP_aes_192_gcm()
      case (.gcm, _): unsafe EVP_aes_256_gcm()
      case (.ctr, 16): unsafe EVP_aes_128_ctr()
      case (.ctr, 24): unsafe EVP_aes_192_ctr()
      case (.ctr, _): unsafe EVP_aes_256_ctr()
      }
    }

    private static var refused: ParquetError {
      ParquetError(.featureNotBuiltIn, "libcrypto refuses AES; is it restricted on this machine?")
    }
  }
#endif
