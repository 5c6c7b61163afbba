import Foundation
import ObjectStorage
import Parquet
import Synchronization
import Testing

/// A folder of its own, which goes with it.
final class Folder: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "parquet-objects-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of `name` in the folder.
  func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Every file and folder below, hidden ones too, in order.
  var contents: [String] {
    (FileManager.default.enumerator(atPath: path)?.allObjects as? [String] ?? []).sorted()
  }

  func makeFolder(_ name: String) throws {
    try FileManager.default.createDirectory(
      atPath: file(name), withIntermediateDirectories: true)
  }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: file(name)))
  }

  func link(_ name: String, to path: String) throws {
    try FileManager.default.createSymbolicLink(atPath: file(name), withDestinationPath: path)
  }

  func text(_ name: String) throws -> String {
    try String(contentsOfFile: file(name), encoding: .utf8)
  }
}

/// A store under test, with the folder it may lie in.
struct TestStore {
  let store: any ObjectStore
  let folder: Folder?
}

/// The kinds of stores that must all behave alike.
enum StoreKind: CaseIterable, Sendable {
  case memory, local
  /// On a file system that knows no files without names.
  case localNamed
  /// One behind the wrappers, which must change nothing.
  case wrapped

  func make() throws -> TestStore {
    switch self {
    case .memory: return TestStore(store: MemoryObjectStore(), folder: nil)
    case .local:
      let folder = try Folder()
      return TestStore(store: try LocalObjectStore(directory: folder.path), folder: folder)
    case .localNamed:
      let folder = try Folder()
      let store = try LocalObjectStore(directory: folder.path, home: nil, calls: namedFiles())
      return TestStore(store: store, folder: folder)
    case .wrapped:
      return TestStore(
        store: RetryingObjectStore(FaultyObjectStore(MemoryObjectStore())), folder: nil)
    }
  }
}

/// Calls that refuse files without names; each is shown to `hook` first.
func namedFiles(
  _ hook: @escaping FileSystemCalls.Hook = { _, _ in nil }
) -> FileSystemCalls {
  FileSystemCalls { kind, number in
    hook(kind, number) ?? (kind == .openUnnamed ? EOPNOTSUPP : nil)
  }
}

/// The bytes of a text.
func bytes(_ text: String) -> Bytes { Bytes(copying: Array(text.utf8)) }

extension ObjectStore {
  /// The object as text.
  func text(_ key: String) throws -> String {
    String(decoding: try read(ObjectKey(key)).array(), as: UTF8.self)
  }

  /// Puts a text.
  @discardableResult
  func put(
    _ text: String, _ key: String, _ condition: PutCondition = .absent
  ) throws -> ObjectDescription {
    try put(bytes(text), at: ObjectKey(key), if: condition)
  }

  /// The keys of a listing.
  func keys(below prefix: String = "", after start: String? = nil) throws -> [String] {
    var keys: [String] = []
    let startKey = try start.map { try ObjectKey($0) }
    try list(below: prefix, after: startKey) { object in
      keys.append(object.key.description)
      return true
    }
    return keys
  }
}

/// The error that `body` throws.
func error(of body: () throws -> Void) -> ParquetError? {
  do { try body() } catch { return error as? ParquetError }
  return nil
}

/// Runs `body` with each number below `count` in a thread of its own, and waits for all.
func inThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
  let group = DispatchGroup()
  for number in 0..<count {
    group.enter()
    Thread.detachNewThread {
      body(number)
      group.leave()
    }
  }
  group.wait()
}

/// Collects from several threads.
final class Collected<Element: Sendable>: Sendable {
  private let state = Mutex<[Element]>([])

  var elements: [Element] { state.withLock { $0 } }

  func append(_ element: Element) { state.withLock { $0.append(element) } }
}

/// A repeatable source of random numbers.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state &* 0x2545_F491_4F6C_DD1D
  }
}
