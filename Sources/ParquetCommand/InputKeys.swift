import CommandSupport
import Parquet
import Tables

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension KeyArguments {
  /// How the file at `path` is decrypted; nil where nothing was given to decrypt with.
  func decryption(of path: String) -> DecryptionOptions? {
    guard !keys.isEmpty || aadPrefix != nil else { return nil }
    let retriever = MasterKeys(keys) { () throws(ParquetError) in
      try KeyArguments.externalMaterial(of: path)
    }
    return DecryptionOptions(keys: retriever, aadPrefix: aadPrefix)
  }

  /// The most bytes of the JSON that holds keys.
  private static let materialByteLimit = 64 << 20

  /// The JSON beside the file at `path`; nil where there is none.
  private static func externalMaterial(of path: String) throws(ParquetError) -> [UInt8]? {
    guard path != "-" else { return nil }
    let start = path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex
    let beside =
      path[..<start] + MasterKeys.externalMaterialName(of: String(path[start...]))
    let source: FileSource
    do throws(ParquetError) { source = try FileSource(path: String(beside)) } catch {
      if error.systemErrorNumber == ENOENT { return nil }
      throw error
    }
    guard source.byteCount <= materialByteLimit else {
      throw ParquetError(
        .limitExceeded, "has more than \(materialByteLimit) bytes, too many for keys"
      ).adding(file: source.name)
    }
    return try source.read(0..<source.byteCount).array()
  }
}
