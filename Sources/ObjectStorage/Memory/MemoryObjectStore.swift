public import Parquet
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Objects in memory: for tests of what uses a store.
///
/// It takes every key, as buckets do: `a` beside `a/b`, and names that ``LocalObjectStore`` has no room for. Objects
/// have tags.
public final class MemoryObjectStore: ObjectStore {
  private struct State {
    var objects: [ObjectKey: (bytes: Bytes, description: ObjectDescription)] = [:]
    /// How many objects were ever put, which makes their tags.
    var putCount = 0
  }

  /// What to call the store in messages.
  public let name: String
  private let state = Mutex(State())

  /// A store without objects.
  public init(name: String = "memory:") { self.name = name }

  /// Stores `bytes` as the object at `key`. O(1).
  @discardableResult
  public func put(
    _ bytes: Bytes, at key: ObjectKey, if condition: PutCondition
  ) throws(ParquetError) -> ObjectDescription {
    try state.withLock { (state) throws(ParquetError) in
      if condition == .absent, state.objects[key] != nil {
        throw .conflict(at: key, in: self)
      }
      state.putCount += 1
      let description = ObjectDescription(
        key: key, byteCount: bytes.count, modified: time(nil), tag: String(state.putCount))
      state.objects[key] = (bytes, description)
      return description
    }
  }

  /// A sink that puts all of its bytes when it is finished.
  public func sink(
    at key: ObjectKey, if condition: PutCondition
  ) throws(ParquetError) -> any ByteSink {
    if condition == .absent, try description(of: key) != nil { throw .conflict(at: key, in: self) }
    return MemoryObjectSink(store: self, key: key, condition: condition)
  }

  /// The object at `key`; its bytes stay, whatever becomes of it.
  public func source(at key: ObjectKey) throws(ParquetError) -> any ByteSource {
    guard let object = state.withLock({ $0.objects[key] }) else { throw .missing(key, in: self) }
    return MemorySource(object.bytes, name: location(of: key))
  }

  /// What is known of the object at `key`; nil where there is none. O(1).
  public func description(of key: ObjectKey) throws(ParquetError) -> ObjectDescription? {
    state.withLock { $0.objects[key]?.description }
  }

  /// Removes the object at `key`. O(1).
  @discardableResult
  public func delete(_ key: ObjectKey) throws(ParquetError) -> Bool {
    state.withLock { $0.objects.removeValue(forKey: key) != nil }
  }

  /// Calls `body` with the objects whose keys begin with `prefix`, as they are at the call. O(*n* log *n*) in the
  /// number of objects.
  public func list(
    below prefix: String, after start: ObjectKey?,
    _ body: (ObjectDescription) throws(ParquetError) -> Bool
  ) throws(ParquetError) {
    try ObjectKey.checkPrefix(prefix)
    let descriptions = state.withLock { $0.objects.values.map(\.description) }
    let chosen = descriptions.filter { object in
      if let start, object.key <= start { return false }
      return object.key.description.utf8.starts(with: prefix.utf8)
    }
    for object in chosen.sorted(by: { $0.key < $1.key }) {
      guard try body(object) else { return }
    }
  }
}

/// Gathers the bytes of an object.
private final class MemoryObjectSink: ByteSink {
  private let store: MemoryObjectStore
  private let key: ObjectKey
  private let condition: PutCondition
  private let gathered = MemorySink()
  private var isOpen = true

  init(store: MemoryObjectStore, key: ObjectKey, condition: PutCondition) {
    self.store = store
    self.key = key
    self.condition = condition
  }

  func write(_ bytes: RawSpan) throws(ParquetError) {
    try checkOpen()
    try gathered.write(bytes)
  }

  func finish() throws(ParquetError) {
    try checkOpen()
    try gathered.finish()
    isOpen = false
    _ = try store.put(gathered.bytes, at: key, if: condition)
  }

  func abandon() {
    isOpen = false
    gathered.abandon()
  }

  private func checkOpen() throws(ParquetError) {
    guard isOpen else {
      throw ParquetError(.invalidArgument, "the sink is finished or abandoned").adding(
        file: store.location(of: key))
    }
  }
}
