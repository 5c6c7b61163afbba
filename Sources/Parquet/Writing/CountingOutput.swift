/// The file as it grows: a byte sink, and how many bytes it took.
final class CountingOutput {
  static let plainMagic = Bytes(copying: Array("PAR1".utf8))

  let sink: any ByteSink
  /// What begins and ends the file.
  let magic: Bytes
  /// The bytes written so far: the offset of the next one.
  private(set) var byteCount = 0

  init(_ sink: any ByteSink, magic: Bytes) {
    self.sink = sink
    self.magic = magic
  }

  func write(_ bytes: RawSpan) throws(ParquetError) {
    try sink.write(bytes)
    byteCount += bytes.byteCount
  }

  func write(_ bytes: Bytes) throws(ParquetError) {
    try bytes.withBytes { (span) throws(ParquetError) in try write(span) }
  }

  func writeMagicOnce() throws(ParquetError) {
    if byteCount == 0 { try write(magic) }
  }
}
