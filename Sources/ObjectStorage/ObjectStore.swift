public import Parquet

/// A place where whole objects are kept by their keys: a folder of the local disk, a bucket.
///
/// An object appears whole or not at all, and is never changed: what is there can only be replaced, as a whole, and
/// only where a call says so (``PutCondition/always``). Calls block until the store has answered, and may come from
/// several threads at a time.
///
/// Errors are ``Parquet/ParquetError``s. Where the code is `inputOutput`, ``Parquet/ParquetError/isConflict``,
/// ``Parquet/ParquetError/isMissingObject`` and ``Parquet/ParquetError/isTransient`` tell apart what a caller may act
/// upon. A store tries nothing twice where the caller could not do so as well: that is for ``RetryingObjectStore``.
public protocol ObjectStore: Sendable {
  /// What to call the store in messages: `/data/archive`, `s3://bucket`.
  var name: String { get }

  /// Stores `bytes` as the object at `key`, durable when this returns.
  ///
  /// - Returns: what the store has said of the object.
  /// - Throws: an error that is a conflict where `condition` does not hold, decided by the store in the moment when
  ///   the object would appear: of several writers of one key with ``PutCondition/absent`` exactly one succeeds.
  @discardableResult
  func put(
    _ bytes: Bytes, at key: ObjectKey, if condition: PutCondition
  ) throws(ParquetError) -> ObjectDescription

  /// A sink whose bytes are the object at `key` once it is finished, and leave no trace if it is not.
  ///
  /// - Throws: an error that is a conflict, here or in `finish()`, where `condition` does not hold.
  func sink(at key: ObjectKey, if condition: PutCondition) throws(ParquetError) -> any ByteSink

  /// The object at `key`, to be read by ranges: as it was when this was called, or with an error where it has been
  /// replaced or deleted since and the store does not keep it.
  ///
  /// - Throws: an error that says the object is missing.
  func source(at key: ObjectKey) throws(ParquetError) -> any ByteSource

  /// The bytes of `range` of the object at `key`, or all.
  ///
  /// A store whose requests cost much answers with one; otherwise ``source(at:)`` is read.
  /// - Throws: an error that says the object is missing; one with code `malformedFile` where the range leaves the
  ///   object.
  func read(_ key: ObjectKey, _ range: Range<Int>?) throws(ParquetError) -> Bytes

  /// What is known of the object at `key`; nil where there is none.
  func description(of key: ObjectKey) throws(ParquetError) -> ObjectDescription?

  /// Removes the object at `key`; that there is none is no error.
  ///
  /// - Returns: whether there was one, as far as the store says: where it does not, true.
  @discardableResult
  func delete(_ key: ObjectKey) throws(ParquetError) -> Bool

  /// Calls `body` with the objects whose keys begin with `prefix`, in the order of the bytes of their keys.
  ///
  /// Objects are fetched as they are asked for, some at a time. One that appears or goes meanwhile may be among them
  /// or not; `body` may use the store.
  /// - Parameters:
  ///   - prefix: the bytes that keys begin with, which may end within a part; empty for all objects.
  ///   - start: begins behind this key, whether or not there is such an object.
  ///   - body: returns whether to go on.
  /// - Throws: ``Parquet/ParquetError`` with code `invalidArgument` where `prefix` has a part that no key has (`..`);
  ///   whatever `body` throws.
  func list(
    below prefix: String, after start: ObjectKey?,
    _ body: (ObjectDescription) throws(ParquetError) -> Bool
  ) throws(ParquetError)
}

/// What must hold for an object to be put.
public enum PutCondition: Hashable, Sendable {
  /// There is none at the key. HTTP: `If-None-Match: *`.
  case absent
  /// Nothing; what is there is replaced.
  case always
}

/// What is known of an object.
public struct ObjectDescription: Hashable, Sendable {
  /// Its key.
  public var key: ObjectKey
  /// The number of its bytes.
  public var byteCount: Int
  /// When it was stored, in seconds since 1970-01-01 UTC; nil where the store did not say.
  public var modified: Int?
  /// What tells this content from others at the same key (an HTTP entity tag, a version); nil where the store has no
  /// such thing.
  public var tag: String?

  /// The description of an object.
  public init(key: ObjectKey, byteCount: Int, modified: Int? = nil, tag: String? = nil) {
    self.key = key
    self.byteCount = byteCount
    self.modified = modified
    self.tag = tag
  }
}

extension ObjectStore {
  /// Stores `bytes` as the object at `key`, where there must be none.
  ///
  /// - Throws: as ``put(_:at:if:)`` does.
  @discardableResult
  public func put(_ bytes: Bytes, at key: ObjectKey) throws(ParquetError) -> ObjectDescription {
    try put(bytes, at: key, if: .absent)
  }

  /// A sink for the object at `key`, where there must be none.
  ///
  /// - Throws: as ``sink(at:if:)`` does.
  public func sink(at key: ObjectKey) throws(ParquetError) -> any ByteSink {
    try sink(at: key, if: .absent)
  }

  /// The bytes of `range` of the object at `key`, or all.
  public func read(_ key: ObjectKey, _ range: Range<Int>?) throws(ParquetError) -> Bytes {
    let source = try source(at: key)
    return try source.read(range ?? 0..<source.byteCount)
  }

  /// All bytes of the object at `key`.
  ///
  /// - Throws: as ``read(_:_:)`` does.
  public func read(_ key: ObjectKey) throws(ParquetError) -> Bytes { try read(key, nil) }

  /// Calls `body` with the objects whose keys begin with `prefix`, in order, until it returns false.
  ///
  /// - Throws: as ``list(below:after:_:)`` does.
  public func list(
    below prefix: String = "", _ body: (ObjectDescription) throws(ParquetError) -> Bool
  ) throws(ParquetError) {
    try list(below: prefix, after: nil, body)
  }

  /// The objects whose keys begin with `prefix`, in the order of the bytes of their keys.
  ///
  /// - Throws: as ``list(below:after:_:)`` does.
  /// - Complexity: memory for all of them; ``list(below:after:_:)`` needs less.
  public func objects(below prefix: String = "") throws(ParquetError) -> [ObjectDescription] {
    var objects: [ObjectDescription] = []
    try list(below: prefix, after: nil) { object in
      objects.append(object)
      return true
    }
    return objects
  }

  /// Where the object at `key` is, for messages: `s3://bucket/a/b`.
  public func location(of key: ObjectKey) -> String {
    name.utf8.last == UInt8(ascii: "/") ? "\(name)\(key)" : "\(name)/\(key)"
  }
}
