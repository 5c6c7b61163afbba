internal import Parquet

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Files that are whole, but bear names that readers of data sets pass over until all of them are.
struct PendingFiles {
  private struct Pending {
    let hiddenPath: String
    let file: DatasetFile
  }

  private let folder: DatasetFolder
  private let naming: FileNaming
  private var files: [Pending] = []
  /// The hidden names that were taken for files which are not whole.
  private var reserved: Set<String> = []
  /// The directories that were made for files, each after the one it lies in.
  private var directories: [String] = []

  /// - Throws: ``ParquetError`` as ``DatasetFolder/enter()`` does.
  init(
    in directory: String, levels: Int, _ options: DatasetOptions
  ) throws(ParquetError) {
    folder = DatasetFolder(directory, levels: levels, options)
    naming = FileNaming(stem: options.stem)
    try folder.enter()
  }

  /// Where the next file of `directory` is to be, and where it waits.
  ///
  /// `number` is the file's, nil for the first one, and becomes that of the next.
  mutating func place(
    in directory: String, number: inout Int?
  ) throws(ParquetError) -> (path: String, hiddenPath: String) {
    try makeDirectory(directory)
    guard folder.existing == .keep else {
      let place = paths(number ?? 0, in: directory)
      number = (number ?? 0) + 1
      try check(place.path)
      // The hidden name is this sink's own: what bears it is left from a run that was killed.
      return place
    }
    var next: Int
    if let number { next = number } else { next = try folder.nextNumber(in: directory) }
    while true {
      let place = paths(next, in: directory)
      next += 1
      // Who has the hidden name alone may take the other one, so that the order of the two looks matters.
      guard try FileNames.reserve(place.hiddenPath) else { continue }
      guard try FileNames.status(place.path) == nil else {
        try FileNames.remove(place.hiddenPath)
        continue
      }
      reserved.insert(place.hiddenPath)
      number = next
      return place
    }
  }

  private func paths(_ number: Int, in directory: String) -> (path: String, hiddenPath: String) {
    let name = naming.name(number)
    return (
      Directory.path(name, in: directory),
      Directory.path(FileNaming.pending(name), in: directory)
    )
  }

  /// Says that nothing is at `path` that may not be replaced.
  private func check(_ path: String) throws(ParquetError) {
    guard let status = try FileNames.status(path) else { return }
    if status.kind == .directory {
      throw ParquetError(.inputOutput, "is a directory, not a file").adding(file: path)
    }
    if folder.existing != .replace { throw DatasetFolder.exists(path) }
  }

  /// Makes `directory`, and those above it that are not there.
  private mutating func makeDirectory(_ directory: String) throws(ParquetError) {
    directories += try Directory.make(folder.path)
    // Before the directory is made: what is left of a run that was killed may be in one of that name.
    try folder.enter()
    directories += try Directory.make(directory)
  }

  /// Notes a file that is whole, and waits at `hiddenPath`.
  mutating func append(_ file: DatasetFile, hiddenPath: String) {
    reserved.remove(hiddenPath)
    files.append(Pending(hiddenPath: hiddenPath, file: file))
  }

  /// Gives every file its name, and removes those which the new ones replace; the files, in the order of their paths.
  ///
  /// - Throws: ``ParquetError`` with code `inputOutput`; files that have their names keep them.
  mutating func publish() throws(ParquetError) -> [DatasetFile] {
    guard !files.isEmpty || folder.existing == .replace else { return finished([]) }
    let before = try folder.checkAgain()
    for pending in files { try check(pending.file.path) }
    // The last one first, as names are given from the end.
    files.sort { $1.file.path.utf8.lexicographicallyPrecedes($0.file.path.utf8) }
    var published: [DatasetFile] = []
    while let pending = files.last {
      try FileNames.move(
        pending.hiddenPath, to: pending.file.path, replaces: folder.existing == .replace)
      files.removeLast()
      published.append(pending.file)
    }
    // The directories that were made are names, too.
    let changed = published.map(\.path) + directories
    for directory in Set(changed.map(Directory.parent)).sorted() { try Directory.sync(directory) }
    try folder.removeStale(before, but: published.map(\.path))
    return finished(published)
  }

  private mutating func finished(_ published: [DatasetFile]) -> [DatasetFile] {
    directories = []
    folder.leave()
    return published
  }

  /// Removes all files, and the directories made for them that are empty then.
  mutating func discard() {
    for pending in files { unsafe unlink(pending.hiddenPath) }
    for path in reserved { unsafe unlink(path) }
    for directory in directories.reversed() { unsafe rmdir(directory) }
    files = []
    reserved = []
    directories = []
    folder.leave()
  }
}
