import Synchronization

/// A key that modules are encrypted with, and how often that was done: a nonce must not come twice, and
/// random ones may after 2^32 modules.
///
/// Specification: Parquet Modular Encryption, "Invocation limit"; rule N6.
final class SealingKey: Sendable {
  private let cipher: ModuleCipher
  private let useCount: Atomic<UInt64>
  private static let largestUseCount: UInt64 = 1 << 32

  /// A key that was used `useCount` times.
  init(_ key: [UInt8], useCount: UInt64 = 0) throws(ParquetError) {
    cipher = try ModuleCipher(key: key)
    self.useCount = Atomic(useCount)
  }

  /// A module that holds `content`. Any number of threads may ask at once.
  ///
  /// - Throws: ``ParquetError`` with code `limitExceeded` where `content` is too long for a module or
  ///   the key was used too often.
  func seal(
    _ content: Bytes, _ mode: ModuleCipher.Mode, authenticating data: [UInt8]
  ) throws(ParquetError) -> Bytes {
    guard useCount.wrappingAdd(1, ordering: .relaxed).oldValue < SealingKey.largestUseCount else {
      throw ParquetError(
        .limitExceeded, "one key encrypts at most 2^32 modules; give this file another key")
    }
    return try cipher.encrypt(
      content, mode, authenticating: data,
      nonce: ModuleCipher.randomBytes(ModuleCipher.nonceByteCount))
  }
}
