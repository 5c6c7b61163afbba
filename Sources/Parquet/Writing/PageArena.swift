/// Memory for pages that wait for the end of their row group: pieces of large blocks.
///
/// A block goes when the last page in it went, and then is there for the next row group: many pages cost
/// neither an allocation each nor memory that has to be touched anew.
final class PageArena {
  private static let smallestBlock = 64 << 10
  private static let largestBlock = 2 * LargeBlocks.leastByteCount

  /// The block at hand; what stands in it is never moved.
  private var block = ByteBuffer()

  /// A copy of `bytes`.
  func copy(_ bytes: UnsafeRawBufferPointer) -> Bytes {
    if bytes.count > room {
      // Blocks double, so that a small file needs a small one.
      let size = min(max(2 * block.capacity, PageArena.smallestBlock), PageArena.largestBlock)
      block = ByteBuffer(capacity: max(size, bytes.count))
    }
    return piece { block in unsafe block.append(bytes) }
  }

  /// The bytes that still go into the block at hand.
  var room: Int { block.capacity - block.count }

  /// What `body` appends to the block at hand: no more bytes than there is ``room``, or they are copied.
  func piece<E: Error>(_ body: (inout ByteBuffer) throws(E) -> Void) throws(E) -> Bytes {
    let start = block.count
    try body(&block)
    return unsafe block.written(from: start)
  }

  /// Takes back `piece`, the last one.
  func discard(_ piece: Bytes) { block.truncate(to: block.count - piece.count) }
}
