public import Parquet

/// Another store, whose calls are made again where they failed for a reason that may pass.
///
/// - A put with ``PutCondition/absent`` may have succeeded though its answer was lost; the next try then finds the key
///   taken. If the object there has the same bytes, it is taken for this put's, even where another writer put just
///   those; if not, it is a conflict.
/// - A deletion whose answer was lost says, when tried again, that there was nothing.
/// - A listing goes on behind the last key that was handed on; no object is handed on twice.
/// - Of a sink only the opening is tried again. What was written to it is gone, and a second `finish()` might write
///   some of it twice: a store that can send a part again does so itself, by a ``Retrier``.
public struct RetryingObjectStore: ObjectStore {
  private let store: any ObjectStore
  private let retrier: Retrier

  /// `store`, whose calls are retried by `retrier`.
  public init(_ store: any ObjectStore, retrier: Retrier = Retrier()) {
    self.store = store
    self.retrier = retrier
  }

  /// What to call the store in messages.
  public var name: String { store.name }

  /// Stores `bytes` as the object at `key`.
  @discardableResult
  public func put(
    _ bytes: Bytes, at key: ObjectKey, if condition: PutCondition
  ) throws(ParquetError) -> ObjectDescription {
    try retrier.run { (retry: Int) throws(ParquetError) in
      do throws(ParquetError) {
        return try store.put(bytes, at: key, if: condition)
      } catch {
        guard retry > 0, error.isConflict, let own = try stored(bytes, at: key) else { throw error }
        return own
      }
    }
  }

  /// The object at `key`, if it has just these bytes.
  private func stored(
    _ bytes: Bytes, at key: ObjectKey
  ) throws(ParquetError) -> ObjectDescription? {
    guard let description = try store.description(of: key), description.byteCount == bytes.count
    else { return nil }
    do throws(ParquetError) {
      return try store.read(key) == bytes ? description : nil
    } catch {
      // Deleted meanwhile: whose it was cannot be told any more.
      if error.isMissingObject { return nil }
      throw error
    }
  }

  /// A sink for the object at `key`; only its opening is tried again.
  public func sink(
    at key: ObjectKey, if condition: PutCondition
  ) throws(ParquetError) -> any ByteSink {
    try retrier.run { () throws(ParquetError) in try store.sink(at: key, if: condition) }
  }

  /// The object at `key`, each read of which is tried again.
  public func source(at key: ObjectKey) throws(ParquetError) -> any ByteSource {
    let source = try retrier.run { () throws(ParquetError) in try store.source(at: key) }
    return RetryingSource(source: source, retrier: retrier)
  }

  /// The bytes of `range` of the object at `key`, or all.
  public func read(_ key: ObjectKey, _ range: Range<Int>?) throws(ParquetError) -> Bytes {
    try retrier.run { () throws(ParquetError) in try store.read(key, range) }
  }

  /// What is known of the object at `key`; nil where there is none.
  public func description(of key: ObjectKey) throws(ParquetError) -> ObjectDescription? {
    try retrier.run { () throws(ParquetError) in try store.description(of: key) }
  }

  /// Removes the object at `key`.
  @discardableResult
  public func delete(_ key: ObjectKey) throws(ParquetError) -> Bool {
    try retrier.run { () throws(ParquetError) in try store.delete(key) }
  }

  /// Calls `body` with the objects whose keys begin with `prefix`; what `body` throws is not retried.
  public func list(
    below prefix: String, after start: ObjectKey?,
    _ body: (ObjectDescription) throws(ParquetError) -> Bool
  ) throws(ParquetError) {
    var last = start
    var refusal: ParquetError?
    try retrier.run { () throws(ParquetError) in
      try store.list(below: prefix, after: last) { object in
        last = object.key
        do throws(ParquetError) { return try body(object) } catch {
          refusal = error
          return false
        }
      }
    }
    if let refusal { throw refusal }
  }
}

/// A source whose reads are tried again.
private struct RetryingSource: ByteSource {
  let source: any ByteSource
  let retrier: Retrier

  var byteCount: Int { source.byteCount }
  var name: String { source.name }
  var coalescing: ReadCoalescing? { source.coalescing }

  func read(_ range: Range<Int>) throws(ParquetError) -> Bytes {
    try retrier.run { () throws(ParquetError) in try source.read(range) }
  }
}
