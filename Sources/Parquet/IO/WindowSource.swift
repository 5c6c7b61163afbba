import Synchronization

/// A source that makes small reads larger and keeps the last few of them, and the end of the file: for sources
/// that ask for ``ReadCoalescing``. Indexes and filters that lie side by side so come together.
///
/// What is kept is at most 1.1 MiB, which counts against no limit.
final class WindowSource: ByteSource {
  /// What is read from.
  private let source: any ByteSource
  /// How the pages of a row group are put together.
  let policy: ReadCoalescing
  private let cache = Mutex(Cache())

  /// What may be asked for again.
  private struct Cache {
    /// The end of the source.
    var suffix: HeldBytes?
    /// The last small reads, the latest in front.
    var windows: [HeldBytes] = []

    /// The bytes of `range` where they are kept.
    mutating func find(_ range: Range<Int>) -> Bytes? {
      if let bytes = suffix?.slice(range) { return bytes }
      for (place, window) in windows.enumerated() {
        guard let bytes = window.slice(range) else { continue }
        windows.remove(at: place)
        windows.insert(window, at: 0)
        return bytes
      }
      return nil
    }

    /// Keeps `window`, instead of the one that was not asked for the longest.
    mutating func keep(_ window: HeldBytes) {
      windows.insert(window, at: 0)
      if windows.count > WindowSource.windowCount { windows.removeLast() }
    }
  }

  /// The least that is read at once.
  private static let windowByteCount = 256 << 10
  private static let windowCount = 4

  /// A source of what `source` has, where that asks for it; nil where small reads cost little.
  init?(_ source: any ByteSource) {
    guard let policy = source.coalescing else { return nil }
    self.source = source
    self.policy = policy
  }

  var byteCount: Int { source.byteCount }
  var name: String { source.name }

  /// The bytes of `range`, with which what follows is read where there are few of them.
  func read(_ range: Range<Int>) throws(ParquetError) -> Bytes {
    try check(range)
    if range.isEmpty || range.count >= WindowSource.windowByteCount {
      return try read(exactly: range)
    }
    let (kept, suffix) = cache.withLock { cache in (cache.find(range), cache.suffix) }
    if let kept { return kept }
    // What stands before is read less often than what follows.
    let held = HeldBytes(
      try joined(WindowSource.widened(range, within: byteCount), suffix), at: range.lowerBound)
    let isSuffix = range.upperBound == byteCount
    cache.withLock { cache in
      if isSuffix { cache.suffix = held } else { cache.keep(held) }
    }
    return held.slice(range) ?? Bytes()
  }

  /// `range` with what follows, as far as a small read is made larger in a source of `byteCount` bytes.
  static func widened(_ range: Range<Int>, within byteCount: Int) -> Range<Int> {
    let room = byteCount - range.lowerBound
    return range.lowerBound..<range.lowerBound + min(max(windowByteCount, range.count), room)
  }

  /// The bytes of `range` and no others, from what is kept where they are.
  func read(exactly range: Range<Int>) throws(ParquetError) -> Bytes {
    let (kept, suffix) = cache.withLock { cache in (cache.find(range), cache.suffix) }
    if let kept { return kept }
    return try joined(range, suffix)
  }

  /// The bytes of `range`, whose end is not read again where the suffix has it.
  private func joined(_ range: Range<Int>, _ suffix: HeldBytes?) throws(ParquetError) -> Bytes {
    guard let suffix, suffix.range.lowerBound < range.upperBound,
      let end = suffix.slice(suffix.range.lowerBound..<range.upperBound)
    else { return try source.readAll(range) }
    var buffer = ByteBuffer(capacity: range.count)
    buffer.append(try source.readAll(range.lowerBound..<suffix.range.lowerBound))
    buffer.append(end)
    return buffer.freeze()
  }
}
