/// Keys that are stored encrypted by other keys.
package enum KeyWrapping {
  /// The key in `wrapped`: a nonce, the key encrypted by GCM with `key`, and the tag, which vouches for
  /// `data`, too. So keys are wrapped where no service does it.
  ///
  /// - Throws: ``ParquetError`` with code `malformedFile` where `key` or `data` is not what it was
  ///   wrapped with.
  package static func unwrap(
    _ wrapped: [UInt8], key: [UInt8], authenticating data: [UInt8]
  ) throws(ParquetError) -> [UInt8] {
    try ModuleCipher(key: key).decrypt(
      sealed: Bytes(copying: wrapped), .gcm, authenticating: data
    ).array()
  }
}
