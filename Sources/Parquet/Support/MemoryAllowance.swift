import Synchronization

/// The memory that what is read from one file may have at a time.
///
/// Buffers and lists take from it before they are made, and give back when they go: what counts is what
/// is alive, not what ever was. Shared by all threads that read the file.
package final class MemoryAllowance: Sendable {
  /// The most bytes alive at a time.
  package let limit: Int
  private let used = Atomic<Int>(0)

  /// An allowance of `limit` bytes.
  package init(limit: Int) { self.limit = min(limit, Int.max / 4) }

  /// The bytes alive now.
  package var usedByteCount: Int { used.load(ordering: .relaxed) }

  /// Takes `byteCount` bytes, to be given back by ``give(back:)``.
  ///
  /// - Throws: ``ParquetError`` with code `limitExceeded`, and nothing is taken, where too few are left.
  func take(_ byteCount: Int) throws(ParquetError) {
    guard byteCount > 0 else { return }
    guard byteCount <= limit else { throw exceeded(byteCount) }
    let sum = used.wrappingAdd(byteCount, ordering: .relaxed).newValue
    guard sum <= limit else {
      give(back: byteCount)
      throw exceeded(byteCount)
    }
  }

  /// Gives back what was taken.
  func give(back byteCount: Int) { used.wrappingSubtract(byteCount, ordering: .relaxed) }

  private func exceeded(_ byteCount: Int) -> ParquetError {
    ParquetError(
      .limitExceeded,
      "reading would have more than \(limit) bytes of memory at once (\(byteCount) more are asked "
        + "for); read fewer rows or columns at a time, or raise the limit: totalBytes of ReaderLimits, "
        + "--memory-limit of the command"
    )
  }
}

/// Memory taken from an allowance for what is no buffer; given back when the grant goes.
package final class MemoryGrant: Sendable {
  private let memory: MemoryAllowance
  private let taken = Atomic<Int>(0)

  /// A grant of no bytes to begin with.
  package init(_ memory: MemoryAllowance) { self.memory = memory }

  deinit { memory.give(back: taken.load(ordering: .relaxed)) }

  /// Takes `byteCount` bytes more.
  ///
  /// - Throws: ``ParquetError`` with code `limitExceeded` where too few are left.
  package func extend(by byteCount: Int) throws(ParquetError) {
    try memory.take(byteCount)
    taken.wrappingAdd(byteCount, ordering: .relaxed)
  }
}
