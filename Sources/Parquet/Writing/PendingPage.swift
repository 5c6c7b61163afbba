/// A page that is encoded, and that a thread which has nothing else to do compresses.
///
/// Unchecked: one thread makes it, another finishes it, and the first looks at it again when both are done.
final class PendingPage: @unchecked Sendable {
  /// Its number in the chunk.
  let number: Int
  private var raw: Bytes
  private let levels: EncodedPage.LevelBytes?
  private let encoding: Encoding
  private let compression: Compression
  private let encryptor: ChunkEncryptor?
  private(set) var finished: EncodedPage?

  init(
    number: Int, raw: Bytes, levels: EncodedPage.LevelBytes?, encoding: Encoding,
    compression: Compression, encryptor: ChunkEncryptor?
  ) {
    self.number = number
    self.raw = raw
    self.levels = levels
    self.encoding = encoding
    self.compression = compression
    self.encryptor = encryptor
  }

  func finish(worker: EncoderWorker) throws(ParquetError) {
    defer {
      worker.giveBack(raw)
      raw = Bytes()
    }
    finished = try unsafe worker.finishPage(
      UnsafeRawBufferPointer(start: raw.pointer, count: raw.count), levels: levels, encoding,
      compression: compression
    ) { (body) throws(ParquetError) in
      try encryptor?.seal(body, .dataPage, page: number) ?? body
    }
  }
}

/// Where a column leaves pages to others.
struct PageSharing {
  let sharing: Parallel.Sharing<PendingPage>
  let column: Int

  /// Whether a page of `byteCount` bytes is better left to others: where one waits for it, or it takes so long that
  /// it should be done before smaller work.
  func takes(_ byteCount: Int) -> Bool {
    byteCount >= 64 << 10 && (sharing.isWanted || byteCount >= 256 << 10 && sharing.isShort)
  }

  func leave(_ page: PendingPage) { sharing.leave(page, of: column) }
}
