#if Crypto
  import CCrypto
#endif

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

    /// The bytes that a module has more than its content.
    var overhead: Int {
      ModuleCipher.lengthByteCount + ModuleCipher.nonceByteCount + tagByteCount
    }
  }

  /// The bytes of the length before a module.
  static let lengthByteCount = 4
  /// The bytes of the nonce that begins a module.
  static let nonceByteCount = 12
  /// The bytes of what signs a footer: a nonce and a tag.
  static let signatureByteCount = nonceByteCount + Mode.gcm.tagByteCount

  private let key: [UInt8]

  /// A cipher with `key`.
  ///
  /// - Throws: ``ParquetError`` with code `invalidArgument` where it has not 16, 24 or 32 bytes,
  ///   `featureNotBuiltIn` where this build lacks the trait.
  init(key: [UInt8]) throws(ParquetError) {
    guard ModuleCipher.isBuiltIn else { throw ModuleCipher.notBuiltIn }
    guard [16, 24, 32].contains(key.count) else {
      throw ParquetError(
        .invalidArgument, "an encryption key has 16, 24 or 32 bytes, not \(key.count)")
    }
    self.key = key
  }

  /// The bytes of the module that begins with `head`, its length included; nil where that is cut off.
  static func byteCount(_ head: Bytes) -> Int? {
    guard head.count >= lengthByteCount else { return nil }
    return unsafe lengthByteCount + Int(head.pointer.loadUnaligned(as: UInt32.self))
  }

  /// The content of `module`: its length, nonce, ciphertext and, with GCM, its tag. Its memory is taken
  /// from `memory`.
  ///
  /// - Throws: ``ParquetError`` with code `malformedFile` where the length is not that of the rest,
  ///   or the tag does not fit key, place and content; `limitExceeded`.
  func decrypt(
    _ module: Bytes, _ mode: Mode, authenticating data: [UInt8],
    within memory: MemoryAllowance? = nil
  ) throws(ParquetError) -> Bytes {
    guard module.count >= mode.overhead, module.count <= Int(Int32.max) else {
      throw ParquetError(
        .malformedFile, "an encrypted module of \(module.count) bytes cannot be one")
    }
    guard let byteCount = ModuleCipher.byteCount(module), byteCount == module.count else {
      throw ParquetError(
        .malformedFile, "an encrypted module of \(module.count) bytes states another length")
    }
    return try decrypt(
      sealed: module.slice(ModuleCipher.lengthByteCount..<module.count), mode,
      authenticating: data, within: memory)
  }

  /// The content of `sealed`, a module without its length.
  ///
  /// - Throws: ``ParquetError`` with code `malformedFile` where it is too short, or its tag does not
  ///   fit.
  func decrypt(
    sealed: Bytes, _ mode: Mode, authenticating data: [UInt8],
    within memory: MemoryAllowance? = nil
  ) throws(ParquetError) -> Bytes {
    let head = ModuleCipher.nonceByteCount
    guard sealed.count >= head + mode.tagByteCount, sealed.count <= Int(Int32.max) else {
      throw ParquetError(.malformedFile, "\(sealed.count) bytes cannot be encrypted ones")
    }
    let end = sealed.count - mode.tagByteCount
    let nonce = sealed.slice(0..<head).array()
    var tag = sealed.slice(end..<sealed.count).array()
    var content = try ByteBuffer(capacity: end - head, within: memory)
    try run(
      sealed.slice(head..<end), mode, nonce: nonce, data: data, tag: &tag, encrypts: false,
      into: &content)
    return content.freeze()
  }

  /// A module that holds `content`, with a `nonce` of 12 bytes that were used with this key for no
  /// other module.
  ///
  /// - Throws: ``ParquetError`` with code `limitExceeded` where `content` is too long for a module.
  func encrypt(
    _ content: Bytes, _ mode: Mode, authenticating data: [UInt8], nonce: [UInt8]
  ) throws(ParquetError) -> Bytes {
    precondition(nonce.count == ModuleCipher.nonceByteCount, "a nonce has 12 bytes")
    guard content.count <= Int(Int32.max) - mode.overhead else {
      throw ParquetError(.limitExceeded, "\(content.count) bytes are too many to encrypt at once")
    }
    var module = ByteBuffer(capacity: content.count + mode.overhead)
    module.append(UInt32(content.count + mode.overhead - ModuleCipher.lengthByteCount))
    for byte in nonce { module.append(byte) }
    var tag = [UInt8](repeating: 0, count: mode.tagByteCount)
    try run(content, mode, nonce: nonce, data: data, tag: &tag, encrypts: true, into: &module)
    for byte in tag { module.append(byte) }
    return module.freeze()
  }

  // MARK: libcrypto

  #if Crypto
    /// Whether this build can encrypt.
    static let isBuiltIn = true

    /// `count` random bytes.
    static func randomBytes(_ count: Int) throws(ParquetError) -> [UInt8] {
      var bytes = [UInt8](repeating: 0, count: count)
      guard unsafe RAND_bytes(&bytes, Int32(count)) == 1 else {
        throw ParquetError(.inputOutput, "the system gives no random bytes")
      }
      return bytes
    }

    /// Appends to `output` what the cipher makes of `input`; sets `tag` when encrypting, and checks it
    /// otherwise.
    private func run(
      _ input: Bytes, _ mode: Mode, nonce: [UInt8], data: [UInt8], tag: inout [UInt8],
      encrypts: Bool, into output: inout ByteBuffer
    ) throws(ParquetError) {
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
      if input.count > 0 {
        output.reserve(input.count)
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
          "what is encrypted does not fit its tag: wrong key or AAD prefix, damaged, or moved")
      }
      if mode == .gcm, encrypts {
        guard
          unsafe EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(tag.count), &tag) == 1
        else { throw ModuleCipher.refused }
      }
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
  #else
    /// Whether this build can encrypt.
    static let isBuiltIn = false

    /// `count` random bytes.
    static func randomBytes(_ count: Int) throws(ParquetError) -> [UInt8] { throw notBuiltIn }

    private func run(
      _ input: Bytes, _ mode: Mode, nonce: [UInt8], data: [UInt8], tag: inout [UInt8],
      encrypts: Bool, into output: inout ByteBuffer
    ) throws(ParquetError) {
      throw ModuleCipher.notBuiltIn
    }
  #endif

  /// The error of a build without the trait.
  static var notBuiltIn: ParquetError {
    ParquetError(
      .featureNotBuiltIn, "encryption: built without Crypto: rebuild with --traits Crypto")
  }
}
