import Synchronization

/// Memory of pages before compression that workers leave to each other.
///
/// A few MiB, used again and again: the heap would give so large pieces back to the system, and get them anew, to be
/// touched for the first time.
final class PageMemory: Sendable {
  private static let mostCount = 16

  private let spares = Mutex<[Bytes]>([])

  /// Memory for `byteCount` bytes or more.
  func take(atLeast byteCount: Int) -> ByteBuffer {
    let spare = spares.withLock { spares -> Bytes? in
      guard let index = spares.lastIndex(where: { $0.owner.capacity >= byteCount }) else {
        // Pages grow: what is too small now will be so again.
        if !spares.isEmpty { spares.removeFirst() }
        return nil
      }
      return spares.remove(at: index)
    }
    return spare.map { ByteBuffer(reusing: $0.owner) } ?? ByteBuffer(capacity: byteCount)
  }

  /// Takes the memory of `page`, which nobody looks at any more.
  func give(back page: Bytes) {
    spares.withLock { spares in
      if spares.count < PageMemory.mostCount { spares.append(page) }
    }
  }
}
