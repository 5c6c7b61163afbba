internal import Parquet

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// A file that becomes an object when it is finished.
final class LocalObjectSink: ByteSink {
  private let store: LocalObjectStore
  private let key: ObjectKey
  private let file: FileSink
  /// Folders that were made for the object, each after the one it lies in.
  private var folders: [String]

  private var isOpen = true

  /// How often a call is made again that others were in the way of: who deleted the last object in a folder, and so
  /// the folder; who has taken the temporary names, of which there are few.
  private static let disturbanceLimit = 100
  /// What others need to be done with a temporary name.
  private static let pause = Duration.milliseconds(5)

  /// A sink for the object at `key`, whose file is at `path`.
  init(
    store: LocalObjectStore, key: ObjectKey, path: String, overwrite: Bool, calls: FileSystemCalls
  ) throws(ParquetError) {
    var folders: [String] = []
    let file: FileSink
    do throws(ParquetError) {
      file = try LocalObjectSink.withFolder(of: key, in: store, &folders) {
        () throws(ParquetError) in
        try FileSink(path: path, overwrite: overwrite, calls: calls)
      }
    } catch {
      LocalObjectSink.remove(&folders)
      throw error
    }
    self.store = store
    self.key = key
    self.file = file
    self.folders = folders
  }

  deinit { abandon() }

  func write(_ bytes: RawSpan) throws(ParquetError) { try file.write(bytes) }

  func finish() throws(ParquetError) {
    // Which throws.
    guard isOpen else { return try file.finish() }
    // The folder may have gone since the file was opened, which has no name in it until now. Finishing again does no
    // harm then: all bytes are in the file, and only the name is missing.
    try LocalObjectSink.withFolder(of: key, in: store, &folders) { () throws(ParquetError) in
      try file.finish()
    }
    isOpen = false
    folders = []
  }

  func abandon() {
    isOpen = false
    file.abandon()
    LocalObjectSink.remove(&folders)
  }

  /// Calls `body` with the folder of `key` in place, again where the folder goes meanwhile.
  private static func withFolder<R>(
    of key: ObjectKey, in store: LocalObjectStore, _ folders: inout [String],
    _ body: () throws(ParquetError) -> R
  ) throws(ParquetError) -> R {
    var count = 0
    while true {
      do throws(ParquetError) {
        folders += try store.base.make(folderOf: key)
        return try body()
      } catch {
        switch error.systemErrorNumber {
        case ENOENT where count < disturbanceLimit: count += 1
        case EBUSY where count < disturbanceLimit:
          count += 1
          Retrier.pause(pause)
        case EEXIST:
          // Whoever hears of the object relies on it, though it may be that its writer is not done yet.
          try Directory.sync(Directory.parent(of: store.path(of: key)))
          throw .conflict(at: key, in: store)
        default: throw error
        }
      }
    }
  }

  /// Removes folders that are empty.
  private static func remove(_ folders: inout [String]) {
    for folder in folders.reversed() { unsafe rmdir(folder) }
    folders = []
  }
}
