/// When what waits in a buffer becomes a file.
public struct RotationPolicy: Hashable, Sendable {
  /// The rows of a full buffer.
  public var rowCount: Int
  /// The bytes of a full buffer, by the measure of who fills it.
  public var byteCount: Int
  /// The age of its oldest row at which it becomes a file, in microseconds; never, where nil.
  public var interval: Int64?
  /// The rows of all buffers together, above which the one with most rows becomes a file.
  public var totalRowCount: Int
  /// The bytes of all buffers together, above which the largest becomes a file.
  public var totalByteCount: Int

  /// A policy.
  ///
  /// - Precondition: the limits are positive.
  public init(
    rowCount: Int, byteCount: Int = .max, interval: Int64? = nil, totalRowCount: Int = .max,
    totalByteCount: Int = .max
  ) {
    precondition(rowCount > 0 && byteCount > 0, "a buffer holds something")
    precondition(totalRowCount > 0 && totalByteCount > 0, "the buffers hold something")
    precondition(interval.map { $0 > 0 } ?? true, "an interval is positive")
    self.rowCount = rowCount
    self.byteCount = byteCount
    self.interval = interval
    self.totalRowCount = totalRowCount
    self.totalByteCount = totalByteCount
  }
}

/// Buffers for the rows of an endless stream that go to different files: one for each key, such as a type and a
/// partition, from its first row until it becomes a file.
///
/// The buffers know when they are full by a ``RotationPolicy``; they hold whatever `Content` is, and write nothing.
public struct StreamBuffers<Key: Hashable, Content> {
  /// What waits under a key.
  public struct Buffer {
    /// What waits.
    public var content: Content
    /// How many rows it is.
    public fileprivate(set) var rowCount = 0
    /// How many bytes, by the measure of who fills it.
    public fileprivate(set) var byteCount = 0
    /// When its first row came, by a clock that never goes back, in microseconds.
    public let started: Int64
    /// Which of all buffers it is: those that were started at one time have an order, too.
    fileprivate let number: Int
  }

  /// When buffers become files.
  public var policy: RotationPolicy
  private var buffers: [Key: Buffer] = [:]
  private var startedCount = 0
  /// The rows of all buffers.
  public private(set) var rowCount = 0
  /// The bytes of all buffers, by the measure of who fills them.
  public private(set) var byteCount = 0

  /// No buffers yet.
  public init(_ policy: RotationPolicy) { self.policy = policy }

  /// Whether nothing waits.
  public var isEmpty: Bool { buffers.isEmpty }
  /// The number of buffers.
  public var count: Int { buffers.count }

  /// What waits under `key`.
  public subscript(key: Key) -> Buffer? { buffers[key] }

  /// The rows that the buffer of `key` can still take; at least one.
  public func room(_ key: Key) -> Int {
    max(1, policy.rowCount - (buffers[key]?.rowCount ?? 0))
  }

  /// Adds rows to the buffer of `key`.
  ///
  /// - Parameters:
  ///   - key: whose buffer it is.
  ///   - rows: the number of rows.
  ///   - bytes: the number of bytes.
  ///   - now: the time, by a clock that never goes back, in microseconds.
  ///   - first: makes the content of a buffer that is new.
  ///   - add: adds to the content.
  /// - Returns: whether the buffer is full.
  public mutating func add(
    _ key: Key, rows: Int, bytes: Int, now: Int64, first: () -> Content,
    _ add: (inout Content) -> Void
  ) -> Bool {
    rowCount += rows
    byteCount += bytes
    var isFull = false
    func addRows(_ buffer: inout Buffer) {
      add(&buffer.content)
      buffer.rowCount += rows
      buffer.byteCount += bytes
      isFull = buffer.rowCount >= policy.rowCount || buffer.byteCount >= policy.byteCount
    }
    addRows(&buffers[key, default: Buffer(content: first(), started: now, number: startedCount)])
    startedCount += 1
    return isFull
  }

  /// Takes what waits under `key` out.
  public mutating func take(_ key: Key) -> Buffer? {
    guard let buffer = buffers.removeValue(forKey: key) else { return nil }
    rowCount -= buffer.rowCount
    byteCount -= buffer.byteCount
    return buffer
  }

  /// The keys of the buffers whose time has come at `now`, the oldest first.
  public func due(at now: Int64) -> [Key] {
    guard let interval = policy.interval else { return [] }
    return StreamBuffers.inOrder(buffers.filter { now - $0.value.started >= interval })
  }

  /// All keys, those of the oldest buffers first.
  public var keys: [Key] { StreamBuffers.inOrder(buffers) }

  private static func inOrder(_ buffers: [Key: Buffer]) -> [Key] {
    buffers.sorted { ($0.value.started, $0.value.number) < ($1.value.started, $1.value.number) }
      .map(\.key)
  }

  /// The key of the buffer with most rows, or bytes, where all together have more than the policy allows.
  public var excess: Key? {
    if rowCount > policy.totalRowCount {
      return buffers.max { $0.value.rowCount < $1.value.rowCount }?.key
    }
    guard byteCount > policy.totalByteCount else { return nil }
    return buffers.max { $0.value.byteCount < $1.value.byteCount }?.key
  }
}
