internal import ObjectStorage
public import Parquet

extension ArchiveConfiguration {
  /// The most bytes of ``pathPrefix``: a key is longer by the names of folders and of the file.
  static let largestPrefixByteCount = 768

  /// Checks that everything needed is given, and that each value is one that its key takes.
  ///
  /// - Throws: ``Parquet/ParquetError`` with code `invalidArgument`, or `featureNotBuiltIn` for a compression that
  ///   this build does not have.
  public func check() throws(ParquetError) {
    switch storageType {
    case nil: throw ParquetError(.invalidArgument, "storage_type is required")
    case .local:
      guard localPath?.isEmpty == false else {
        throw ParquetError(.invalidArgument, "local_path is required for storage_type FS")
      }
    case .googleCloud?, .s3?:
      guard bucketName?.isEmpty == false else {
        let name = storageType?.rawValue ?? ""
        throw ParquetError(.invalidArgument, "bucket_name is required for storage_type \(name)")
      }
    }
    try checkValues()
  }

  /// Checks each value for itself, whatever the storage.
  func checkValues() throws(ParquetError) {
    for setting in ArchiveSetting.all { try setting.check(self) }
  }

  /// Refuses a prefix that no key begins with.
  static func checkPrefix(_ prefix: String) throws(ParquetError) {
    guard !prefix.isEmpty else { return }
    guard prefix.utf8.count <= largestPrefixByteCount else {
      throw ParquetError(
        .invalidArgument,
        "path_prefix has \(prefix.utf8.count) bytes, of at most \(largestPrefixByteCount)")
    }
    do throws(ParquetError) { _ = try ObjectKey(prefix) } catch {
      throw ParquetError(.invalidArgument, "path_prefix: \(error.message)")
    }
    let rest = prefix.replacing(messageTypePlaceholder, with: "")
    guard !rest.utf8.contains(UInt8(ascii: "{")), !rest.utf8.contains(UInt8(ascii: "}")) else {
      throw ParquetError(
        .invalidArgument,
        "path_prefix `\(prefix)`: the only placeholder is \(messageTypePlaceholder)")
    }
  }
}
