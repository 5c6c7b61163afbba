internal import Parquet

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The objects below a prefix, one after the other, in the order of the bytes of their keys.
struct LocalListing {
  /// A folder whose names are being gone through.
  private struct Folder {
    /// What keys in it begin with: empty, or ends with `/`.
    let prefix: String
    /// The names to come, the next one last; those of folders end with `/`, so that what is in them is in order with
    /// what is beside them: `a-b`, `a/b`, `a0`.
    var names: [String]
  }

  private let base: BaseFolder
  private let prefix: String
  private let start: ObjectKey?
  /// The folder at hand, last, and those it lies in.
  private var folders: [Folder] = []

  /// The objects in `base` whose keys begin with `prefix` and come behind `start`.
  ///
  /// - Throws: ``ParquetError`` with code `inputOutput`, also where the base is not there.
  init(base: BaseFolder, prefix: String, after start: ObjectKey?) throws(ParquetError) {
    self.base = base
    self.prefix = prefix
    self.start = start
    if let first = try firstFolder() { try enter(first) }
  }

  /// The next object; nil where there is none.
  mutating func next() throws(ParquetError) -> ObjectDescription? {
    while !folders.isEmpty {
      guard let name = folders[folders.count - 1].names.popLast() else {
        folders.removeLast()
        continue
      }
      let text = folders[folders.count - 1].prefix + name
      if name.utf8.last == UInt8(ascii: "/") {
        try enter(text)
      } else if let key = try? ObjectKey(text), start.map({ $0 < key }) ?? true,
        case .found(let status) = try FileStatus.of(Directory.path(text, in: base.path)),
        status.kind == .file
      {
        return status.description(of: key)
      }
    }
    return nil
  }

  /// The deepest folder that all of the prefix lies in, as keys begin there; nil where it is not there, or where a
  /// link leads to it.
  private func firstFolder() throws(ParquetError) -> String? {
    var folder = ""
    for part in prefix.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      .dropLast()
    {
      folder += String(Substring(part))
      guard case .found(let status) = try FileStatus.of(Directory.path(folder, in: base.path)),
        status.kind == .folder
      else { return nil }
      folder += "/"
    }
    return folder
  }

  /// Goes on with the folder whose keys begin with `folder`.
  private mutating func enter(_ folder: String) throws(ParquetError) {
    guard folder.utf8.count < ObjectKey.largestByteCount else { return }
    let names =
      folder.isEmpty
      ? try LocalListing.names(in: base.path, isBase: true)
      : try LocalListing.names(
        in: Directory.path(String(Substring(folder.utf8.dropLast())), in: base.path), isBase: false)
    let chosen = names.filter { isOfUse(folder + $0) }
    guard !chosen.isEmpty else { return }
    let ordered = chosen.sorted { $1.utf8.lexicographicallyPrecedes($0.utf8) }
    folders.append(Folder(prefix: folder, names: ordered))
  }

  /// Whether `text` may be a key of the listing, or where it ends with `/`, the beginning of one.
  private func isOfUse(_ text: String) -> Bool {
    let isFolder = text.utf8.last == UInt8(ascii: "/")
    guard
      text.utf8.starts(with: prefix.utf8) || (isFolder && prefix.utf8.starts(with: text.utf8))
    else { return false }
    guard let start else { return true }
    return start.description.utf8.lexicographicallyPrecedes(text.utf8)
      || (isFolder && start.description.utf8.starts(with: text.utf8))
  }

  // MARK: Names

  /// The names in a folder, those of folders with a slash: none where it is not there, or a link is there instead.
  private static func names(in path: String, isBase: Bool) throws(ParquetError) -> [String] {
    let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (isBase ? 0 : O_NOFOLLOW)
    let descriptor: Int32
    switch valueOrErrno({ Int(unsafe open(path, flags)) }) {
    case .success(let value): descriptor = Int32(truncatingIfNeeded: value)
    case .failure(let error):
      // What opening a link says differs between systems.
      let isGone = FileStatus.isAbsence(error.number) || error.number == ELOOP
      guard !isBase, isGone else { throw .system("cannot be listed", error, file: path) }
      return []
    }
    guard let stream = unsafe fdopendir(descriptor) else {
      let error = SystemError(number: errno)
      close(descriptor)
      throw .system("cannot be listed", error, file: path)
    }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = unsafe readdir(stream) else {
        guard errno == 0 else {
          throw .system("cannot be listed", SystemError(number: errno), file: path)
        }
        return names
      }
      if let name = try unsafe name(of: entry, in: path) { names.append(name) }
    }
  }

  /// The name of an entry, with a slash where it is a folder; nil where it is no object and no folder.
  private static func name(
    of entry: UnsafeMutablePointer<dirent>, in path: String
  ) throws(ParquetError) -> String? {
    guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { return nil }
    let start = unsafe UnsafeRawPointer(entry) + offset
    let length = unsafe strlen(start.assumingMemoryBound(to: CChar.self))
    let bytes = unsafe UnsafeRawBufferPointer(start: start, count: length)
    // What is no UTF-8 is no key.
    guard let name = unsafe String(validating: bytes, as: UTF8.self), name != ".", name != ".."
    else { return nil }
    let type = unsafe Int(entry.pointee.d_type)
    let kind: FileStatus.Kind
    if type == Int(DT_UNKNOWN) {
      guard case .found(let status) = try FileStatus.of(Directory.path(name, in: path)) else {
        return nil
      }
      kind = status.kind
    } else {
      kind = type == Int(DT_DIR) ? .folder : type == Int(DT_REG) ? .file : .other
    }
    switch kind {
    case .folder: return name + "/"
    case .file: return LocalObjectStore.isHidden(name.utf8) ? nil : name
    case .link, .other: return nil
    }
  }
}
