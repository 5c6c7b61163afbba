public import Parquet
internal import Synchronization

/// Another store, some of whose calls fail as a test says: for tests of what has to live with that.
public final class FaultyObjectStore: ObjectStore {
  /// A call of a store, or of a sink or source that it gave.
  public enum Operation: Hashable, Sendable, CaseIterable {
    case put, openSink, write, finish, openSource, read, describe, delete, list
  }

  /// When a call that fails does so.
  public enum Moment: Hashable, Sendable {
    /// Before anything is done.
    case before
    /// When all is done: its answer is lost. A listing fails after the first object.
    case after
  }

  private struct Fault {
    var operations: Set<Operation>
    var remaining: Int
    let moment: Moment
    let error: ParquetError
  }

  private struct State {
    var faults: [Fault] = []
    var calls: [Operation] = []
  }

  private let store: any ObjectStore
  private let state = Mutex(State())

  /// `store`, none of whose calls fails yet.
  public init(_ store: any ObjectStore) { self.store = store }

  /// Has the next `count` calls among `operations` fail with `error`; after what was asked for earlier.
  public func failNext(
    _ count: Int, of operations: Set<Operation> = Set(Operation.allCases),
    _ moment: Moment = .before, with error: ParquetError = .transient("the store has a fault")
  ) {
    let fault = Fault(operations: operations, remaining: count, moment: moment, error: error)
    state.withLock { $0.faults.append(fault) }
  }

  /// Every call so far, those that failed too.
  public var calls: [Operation] { state.withLock { $0.calls } }

  /// What to call the store in messages.
  public var name: String { store.name }

  /// Stores `bytes` as the object at `key`.
  @discardableResult
  public func put(
    _ bytes: Bytes, at key: ObjectKey, if condition: PutCondition
  ) throws(ParquetError) -> ObjectDescription {
    try run(.put) { () throws(ParquetError) in try store.put(bytes, at: key, if: condition) }
  }

  /// A sink for the object at `key`.
  public func sink(
    at key: ObjectKey, if condition: PutCondition
  ) throws(ParquetError) -> any ByteSink {
    let sink = try run(.openSink) { () throws(ParquetError) in
      try store.sink(at: key, if: condition)
    }
    return FaultySink(sink: sink, store: self)
  }

  /// The object at `key`.
  public func source(at key: ObjectKey) throws(ParquetError) -> any ByteSource {
    let source = try run(.openSource) { () throws(ParquetError) in try store.source(at: key) }
    return FaultySource(source: source, store: self)
  }

  /// The bytes of `range` of the object at `key`, or all.
  public func read(_ key: ObjectKey, _ range: Range<Int>?) throws(ParquetError) -> Bytes {
    try run(.read) { () throws(ParquetError) in try store.read(key, range) }
  }

  /// What is known of the object at `key`; nil where there is none.
  public func description(of key: ObjectKey) throws(ParquetError) -> ObjectDescription? {
    try run(.describe) { () throws(ParquetError) in try store.description(of: key) }
  }

  /// Removes the object at `key`.
  @discardableResult
  public func delete(_ key: ObjectKey) throws(ParquetError) -> Bool {
    try run(.delete) { () throws(ParquetError) in try store.delete(key) }
  }

  /// Calls `body` with the objects whose keys begin with `prefix`.
  public func list(
    below prefix: String, after start: ObjectKey?,
    _ body: (ObjectDescription) throws(ParquetError) -> Bool
  ) throws(ParquetError) {
    guard let fault = takeFault(.list) else {
      return try store.list(below: prefix, after: start, body)
    }
    if fault.moment == .after {
      try store.list(below: prefix, after: start) { (object) throws(ParquetError) in
        _ = try body(object)
        return false
      }
    }
    throw fault.error
  }

  /// Makes a call, which fails where it is to.
  fileprivate func run<R>(
    _ operation: Operation, _ call: () throws(ParquetError) -> R
  ) throws(ParquetError) -> R {
    guard let fault = takeFault(operation) else { return try call() }
    if fault.moment == .after { _ = try call() }
    throw fault.error
  }

  /// Notes a call; the fault that it has, if any.
  private func takeFault(_ operation: Operation) -> Fault? {
    state.withLock { state in
      state.calls.append(operation)
      let chosen = state.faults.firstIndex {
        $0.remaining > 0 && $0.operations.contains(operation)
      }
      guard let chosen else { return nil }
      state.faults[chosen].remaining -= 1
      return state.faults[chosen]
    }
  }
}

private final class FaultySink: ByteSink {
  private let sink: any ByteSink
  private let store: FaultyObjectStore

  init(sink: any ByteSink, store: FaultyObjectStore) {
    self.sink = sink
    self.store = store
  }

  func write(_ bytes: RawSpan) throws(ParquetError) {
    // A span does not go into a closure.
    try store.run(.write) { () throws(ParquetError) in }
    try sink.write(bytes)
  }

  func finish() throws(ParquetError) {
    try store.run(.finish) { () throws(ParquetError) in try sink.finish() }
  }

  func abandon() { sink.abandon() }
}

private struct FaultySource: ByteSource {
  let source: any ByteSource
  let store: FaultyObjectStore

  var byteCount: Int { source.byteCount }
  var name: String { source.name }
  var coalescing: ReadCoalescing? { source.coalescing }

  func read(_ range: Range<Int>) throws(ParquetError) -> Bytes {
    try store.run(.read) { () throws(ParquetError) in try source.read(range) }
  }
}
