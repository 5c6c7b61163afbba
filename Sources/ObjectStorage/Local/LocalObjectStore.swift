public import Parquet

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Objects as files below a folder of the local disk: the object `a/b` is the file `b` in the folder `a` there.
///
/// An object is durable, name and all, when it has been put. It appears by one step of the file system
/// (``Parquet/FileSink``), which also decides between several writers of one key, threads or processes. (A file system
/// that knows neither files without names nor hard links, as FAT, leaves a gap of a moment there.)
///
/// Folders are made as they are needed, and removed with their last object. Regular files are objects, and nothing
/// else is:
///
/// - A symbolic link is none: it is not listed, read, replaced or deleted. A link to a folder counts as that folder
///   for calls that name it, as long as it leads to one inside the base; a call through one that leads out is refused,
///   and a listing goes through none. Links are looked at before a file is opened, which does not hold against
///   someone who changes the folders at that moment.
/// - A name `.NAME.tmp` or `.NAME.pending` is that of a file which is being written; such a key is refused when put,
///   and otherwise names nothing.
/// - A file whose path is no ``ObjectKey`` is passed over.
///
/// A disk is not as free with keys as buckets are: a part has at most 255 bytes, `a` and `a/b` cannot be at the same
/// time, and where the file system takes `A` for `a`, so does the store.
public struct LocalObjectStore: ObjectStore {
  /// The absolute path of the folder.
  public var name: String { base.path }
  let base: BaseFolder
  private let calls: FileSystemCalls

  /// The longest part of a key, in bytes: what file systems take.
  static let longestPart = 255

  /// The store below `directory`, which is made, with permissions 755, where it is not there.
  ///
  /// - Parameter directory: the folder; `~` and what begins with `~/` lie in the folder that HOME names.
  /// - Throws: ``Parquet/ParquetError`` with code `inputOutput` where the folder cannot be made or is none;
  ///   `invalidArgument` where `directory` is empty, or needs a HOME that is not set.
  public init(directory: String) throws(ParquetError) {
    try self.init(
      directory: directory, home: unsafe getenv("HOME").map { unsafe String(cString: $0) })
  }

  /// The same, with the user's folder given, and calls to the system that go through `calls`.
  package init(
    directory: String, home: String?, calls: FileSystemCalls = .system
  ) throws(ParquetError) {
    base = try BaseFolder(directory, home: home)
    self.calls = calls
  }

  // MARK: Writing

  /// Stores `bytes` as the object at `key`.
  @discardableResult
  public func put(
    _ bytes: Bytes, at key: ObjectKey, if condition: PutCondition
  ) throws(ParquetError) -> ObjectDescription {
    let sink = try openSink(at: key, if: condition)
    do throws(ParquetError) {
      try bytes.withBytes { (span) throws(ParquetError) in try sink.write(span) }
      try sink.finish()
    } catch {
      sink.abandon()
      throw error
    }
    // When it was stored is not worth failing for.
    let stored = try? description(of: key)
    return ObjectDescription(key: key, byteCount: bytes.count, modified: stored?.modified)
  }

  /// A sink for the object at `key`.
  public func sink(
    at key: ObjectKey, if condition: PutCondition
  ) throws(ParquetError) -> any ByteSink {
    try openSink(at: key, if: condition)
  }

  private func openSink(
    at key: ObjectKey, if condition: PutCondition
  ) throws(ParquetError) -> LocalObjectSink {
    try checkName(of: key)
    let path = path(of: key)
    if case .found(let status) = try FileStatus.of(path), status.kind == .link {
      throw ParquetError(.inputOutput, "is a symbolic link, which a store does not write through")
        .adding(file: path)
    }
    return try LocalObjectSink(
      store: self, key: key, path: path, overwrite: condition == .always, calls: calls)
  }

  /// Refuses keys that cannot be those of files.
  private func checkName(of key: ObjectKey) throws(ParquetError) {
    for part in key.description.utf8.split(separator: UInt8(ascii: "/"))
    where part.count > LocalObjectStore.longestPart {
      throw ParquetError(
        .invalidArgument,
        "a part of the key has \(part.count) bytes; the name of a file has at most"
          + " \(LocalObjectStore.longestPart)"
      ).adding(file: location(of: key))
    }
    guard !LocalObjectStore.isHidden(key.name.utf8) else {
      throw ParquetError(
        .invalidArgument,
        "`\(key.name)` is a name for files that are being written, and for no object"
      ).adding(file: location(of: key))
    }
  }

  // MARK: Reading

  /// The object at `key`; it stays readable as it was while the source is kept, even when it is replaced or deleted.
  ///
  /// Each source keeps a file open.
  public func source(at key: ObjectKey) throws(ParquetError) -> any ByteSource {
    guard try status(of: key) != nil else { throw .missing(key, in: self) }
    do throws(ParquetError) { return try FileSource(path: path(of: key)) } catch {
      throw error.systemErrorNumber == ENOENT ? .missing(key, in: self) : error
    }
  }

  /// What is known of the object at `key`; nil where there is none.
  public func description(of key: ObjectKey) throws(ParquetError) -> ObjectDescription? {
    try status(of: key)?.description(of: key)
  }

  /// The status of the file that is the object at `key`; nil where there is none.
  private func status(of key: ObjectKey) throws(ParquetError) -> FileStatus? {
    guard !LocalObjectStore.isHidden(key.name.utf8), try base.contains(folderOf: key),
      case .found(let status) = try FileStatus.of(path(of: key)), status.kind == .file
    else { return nil }
    return status
  }

  // MARK: Deleting

  /// Removes the object at `key`, and folders that have no other.
  @discardableResult
  public func delete(_ key: ObjectKey) throws(ParquetError) -> Bool {
    guard try status(of: key) != nil else { return false }
    let path = path(of: key)
    if case .failure(let error) = valueOrErrno({ Int(unsafe unlink(path)) }) {
      guard error.number != ENOENT else { return false }
      throw .system("cannot be deleted", error, file: path)
    }
    try Directory.sync(base.removeEmptyFolders(from: Directory.parent(of: path)))
    return true
  }

  // MARK: Listing

  /// Calls `body` with the objects whose keys begin with `prefix`.
  ///
  /// Memory holds the names in one folder and in those above it. Folders and files that go meanwhile are passed over.
  /// - Throws: ``Parquet/ParquetError`` with code `inputOutput` where a folder cannot be read.
  public func list(
    below prefix: String, after start: ObjectKey?,
    _ body: (ObjectDescription) throws(ParquetError) -> Bool
  ) throws(ParquetError) {
    try ObjectKey.checkPrefix(prefix)
    var listing = try LocalListing(base: base, prefix: prefix, after: start)
    while let object = try listing.next() {
      guard try body(object) else { return }
    }
  }

  // MARK: Paths

  /// The path of the file that is the object at `key`.
  func path(of key: ObjectKey) -> String { location(of: key) }

  /// Whether a file of this name is one that is being written: `.NAME.tmp` of a ``Parquet/FileSink``, `.NAME.pending`
  /// of a data set.
  static func isHidden<Name: BidirectionalCollection<UInt8>>(_ name: Name) -> Bool {
    guard name.first == UInt8(ascii: ".") else { return false }
    return [".tmp", ".pending"].contains { suffix in
      name.count > 1 + suffix.utf8.count
        && name.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
    }
  }
}
