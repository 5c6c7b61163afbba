import Synchronization

/// The parts of a file that were fetched, as a source. To read others is an error that says which:
/// ``MissingBytes`` is its cause.
final class FetchedSource: ByteSource {
  let byteCount: Int
  let name: String
  private let parts = Mutex<[ObjectIdentifier: [HeldBytes]]>([:])

  /// A source of `byteCount` bytes, of which none is there yet.
  init(name: String, byteCount: Int) {
    self.name = name
    self.byteCount = byteCount
  }

  func read(_ range: Range<Int>) throws(ParquetError) -> Bytes {
    try check(range)
    // What is empty is nowhere, and so never missing.
    if range.isEmpty { return Bytes() }
    guard let bytes = held(range) else {
      throw ParquetError(
        .inputOutput, "bytes \(range.lowerBound) to \(range.upperBound) were not fetched",
        cause: MissingBytes(range: range))
    }
    return bytes
  }

  /// The bytes of `range`; nil where not all of them are there.
  func held(_ range: Range<Int>) -> Bytes? {
    parts.withLock { parts in
      parts.values.lazy.flatMap(\.self).compactMap { $0.slice(range) }.first
    }
  }

  /// Keeps parts of a source there, and what they count against, for as long as it lives.
  final class Hold: Sendable {
    private let source: FetchedSource
    let grant: MemoryGrant?

    /// Holds nothing of `source` yet.
    init(_ source: FetchedSource, _ grant: MemoryGrant? = nil) {
      self.source = source
      self.grant = grant
    }

    /// Holds `parts`, too.
    func add(_ parts: [HeldBytes]) {
      source.parts.withLock { $0[ObjectIdentifier(self), default: []] += parts }
    }

    deinit { _ = source.parts.withLock { $0.removeValue(forKey: ObjectIdentifier(self)) } }
  }
}

/// Which bytes a ``FetchedSource`` did not have.
struct MissingBytes: Error {
  let range: Range<Int>
}
