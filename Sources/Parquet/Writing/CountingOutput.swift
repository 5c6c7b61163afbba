/// The file as it grows: a byte sink, and how many bytes it took.
///
/// The pages of a row group may wait, so that they are written while the next rows are encoded.
final class CountingOutput: FileOutput {
  static let plainMagic = Bytes(copying: Array("PAR1".utf8))

  let sink: any ByteSink
  /// What begins and ends the file.
  let magic: Bytes
  /// The bytes written, those that wait among them.
  private(set) var byteCount = 0
  /// Whether what is written waits.
  private var isDeferring = false
  private var waiting: [Bytes] = []

  init(_ sink: any ByteSink, magic: Bytes) {
    self.sink = sink
    self.magic = magic
  }

  func write(_ bytes: RawSpan) throws(ParquetError) {
    if isDeferring { return try write(Bytes(copying: bytes)) }
    try drain()
    try sink.write(bytes)
    byteCount += bytes.byteCount
  }

  func write(_ bytes: Bytes) throws(ParquetError) {
    if isDeferring {
      waiting.append(bytes)
      byteCount += bytes.count
    } else {
      try bytes.withBytes { (span) throws(ParquetError) in try write(span) }
    }
  }

  func writeMagicOnce() throws(ParquetError) {
    if byteCount == 0 { try write(magic) }
  }

  /// Calls `body`, whose writes wait for ``drain()``.
  func deferring<R>(_ body: () throws(ParquetError) -> R) throws(ParquetError) -> R {
    isDeferring = true
    defer { isDeferring = false }
    return try body()
  }

  /// Whether anything waits.
  var isWaiting: Bool { !waiting.isEmpty }

  /// Writes what waits; it is freed piece by piece.
  func drain() throws(ParquetError) {
    guard isWaiting else { return }
    let pieces = waiting.reversed()
    waiting = []
    var rest = Array(pieces)
    while let piece = rest.popLast() {
      try piece.withBytes { (span) throws(ParquetError) in try sink.write(span) }
    }
  }

  /// Leaves no trace of the file.
  func abandon() {
    waiting = []
    sink.abandon()
  }
}
