package import Parquet

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The folder of a data set, and what an earlier run left there.
final class DatasetFolder {
  /// The folder.
  let path: String
  let existing: ExistingFiles
  private let names: FileNaming
  /// How many levels of folders `key=value` lie between the folder and its files.
  private let levels: Int
  private var lock: DirectoryLock?
  private var isEntered = false

  /// The folder `path`, which may not be there yet.
  init(_ path: String, levels: Int, _ options: DatasetOptions) {
    self.path = path
    self.levels = levels
    existing = options.existing
    names = FileNaming(stem: options.stem)
  }

  /// Keeps the folder for this sink, and looks at what is there: once, as soon as the folder is.
  ///
  /// - Throws: ``ParquetError`` with code `inputOutput` for what may not be there, for another sink that writes there,
  ///   and where the folder cannot be read.
  func enter() throws(ParquetError) {
    guard !isEntered, try isThere() else { return }
    lock = try DirectoryLock.take(path, isShared: existing == .keep)
    if existing != .keep {
      let contents = try contents()
      try check(contents)
      try removeLeftovers(contents)
    }
    isEntered = true
  }

  /// Says whether ``enter()`` would, and touches nothing.
  func check() throws(ParquetError) {
    if existing != .keep, try isThere() { try check(try contents()) }
  }

  /// Lets others write to the folder.
  func leave() {
    lock = nil
    isEntered = false
  }

  private func isThere() throws(ParquetError) -> Bool {
    switch try FileNames.status(path.isEmpty ? "." : path)?.kind {
    case .directory, .linkToDirectory: true
    // What else it is, making the folder says.
    case .file, nil: false
    }
  }

  // MARK: Looking

  /// What the folder holds.
  struct Contents {
    /// The files that readers see, in the order they were found in.
    var files: [String] = []
    /// Of those the ones that are named as this sink's are.
    var own: [String] = []
    /// The hidden files of runs that were killed: those that were whole, and those that were not.
    var pending: [String] = []
    var temporary: [String] = []
    /// The folders `key=value`, each after those in it, and whether anything hidden is in it or below.
    var folders: [(path: String, hasLeftovers: Bool)] = []
    /// A folder `key=value` below the level of the files.
    var deeper: String?
  }

  private func contents() throws(ParquetError) -> Contents {
    var contents = Contents()
    _ = try look(path, 0, &contents)
    return contents
  }

  /// Looks through `directory`, which lies `level` levels below the folder.
  ///
  /// - Returns: whether it holds leftovers.
  private func look(
    _ directory: String, _ level: Int, _ contents: inout Contents
  ) throws(ParquetError) -> Bool {
    var hasLeftovers = false
    let all = try Directory.names(in: directory)
    for name in all.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
      let isFolder = FileNaming.isPartition(name)
      guard isFolder || FileNaming.isVisible(name) || names.isLeftover(name) else { continue }
      let path = Directory.path(name, in: directory)
      // What is gone meanwhile is nobody's; links are not followed.
      guard let status = try FileNames.status(path) else { continue }
      switch status.kind {
      case .linkToDirectory: continue
      case .directory:
        guard isFolder else { continue }
        guard level < levels else {
          contents.deeper = contents.deeper ?? path
          continue
        }
        let found = try look(path, level + 1, &contents)
        contents.folders.append((path, found))
        hasLeftovers = hasLeftovers || found
      case .file:
        if names.isPending(name) {
          contents.pending.append(path)
          hasLeftovers = true
        } else if names.isTemporary(name) {
          contents.temporary.append(path)
          hasLeftovers = true
        } else if FileNaming.isVisible(name) {
          contents.files.append(path)
          if names.number(of: name) != nil { contents.own.append(path) }
        }
      }
    }
    return hasLeftovers
  }

  private func check(_ contents: Contents) throws(ParquetError) {
    if existing == .refuse, let file = contents.files.first {
      throw DatasetFolder.exists(file)
    }
    if let folder = contents.deeper {
      throw ParquetError(
        .inputOutput,
        "is a folder of another partitioning, whose files would be read with the new ones; it must"
          + " be removed first"
      ).adding(file: folder)
    }
  }

  /// The error of a file that is there and may neither be replaced nor joined.
  static func exists(_ path: String) -> ParquetError {
    ParquetError(
      .inputOutput,
      "exists already; the files of an earlier run are replaced only when that is asked for",
      cause: SystemError(number: EEXIST)
    ).adding(file: path)
  }

  /// The least number above those of the files in `directory`.
  func nextNumber(in directory: String) throws(ParquetError) -> Int {
    var next = 0
    for name in try Directory.names(in: directory) {
      guard let digits = names.number(of: name) else { continue }
      // What counts further would overflow.
      guard let number = Int(digits), number < FileNaming.greatest else {
        throw ParquetError(.inputOutput, "no number is left for a file behind this one")
          .adding(file: Directory.path(name, in: directory))
      }
      next = max(next, number + 1)
    }
    return next
  }

  // MARK: Removing

  /// Removes the hidden files of runs that were killed, and the folders that held nothing else.
  private func removeLeftovers(_ contents: Contents) throws(ParquetError) {
    for path in contents.pending { try FileNames.remove(path) }
    for path in contents.temporary { FileNames.removeTemporary(path) }
    for folder in contents.folders where folder.hasLeftovers { unsafe rmdir(folder.path) }
  }

  /// Looks at the folder once more before files get their names; what is there is for
  /// ``removeStale(_:but:)`` afterwards.
  func checkAgain() throws(ParquetError) -> Contents {
    guard existing != .keep, try isThere() else { return Contents() }
    try enter()
    let contents = try contents()
    try check(contents)
    return contents
  }

  /// Removes the files of an earlier run that have no successor among `paths`, and the folders that are empty then.
  func removeStale(_ contents: Contents, but paths: [String]) throws(ParquetError) {
    // By what the names stand for: on some file systems one file answers to several spellings.
    var successors: Set<FileNames.Status.Identity> = []
    for path in paths {
      if let status = try FileNames.status(path) { successors.insert(status.identity) }
    }
    var changed: Set<String> = []
    for path in contents.own {
      guard let status = try FileNames.status(path), status.kind == .file,
        !successors.contains(status.identity)
      else { continue }
      if try FileNames.remove(path) { changed.insert(Directory.parent(of: path)) }
    }
    // Those that hold something stay, as rmdir finds.
    for folder in contents.folders where unsafe rmdir(folder.path) == 0 {
      changed.remove(folder.path)
      changed.insert(Directory.parent(of: folder.path))
    }
    for directory in changed.sorted() { try Directory.sync(directory) }
  }
}

extension DatasetOptions {
  /// Says whether a sink with these options, and `levels` columns that name folders, could begin in `directory`; touches
  /// nothing.
  ///
  /// - Throws: ``ParquetError`` as the sink would, but for what only writing shows.
  package func check(_ directory: String, levels: Int) throws(ParquetError) {
    try check()
    try DatasetFolder(directory, levels: levels, self).check()
  }
}
