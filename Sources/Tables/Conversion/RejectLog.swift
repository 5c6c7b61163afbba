internal import Parquet

/// Keeps the rows that cannot be stored: in a sink as NDJSON, or, without one, as the error that ends
/// the run.
struct RejectLog: ~Copyable {
  private let name: String
  private let sink: (any ByteSink)?
  private var buffer = TextBuffer()
  private(set) var count = 0

  /// A log for the rows of the input `name`.
  init(name: String, sink: (any ByteSink)?) {
    self.name = name
    self.sink = sink
  }

  /// Whether rows are taken, and none of them is an error.
  var takesRows: Bool { sink != nil }

  /// Notes a row.
  ///
  /// - Throws: ``ParquetError`` with code `rejectedData` where no rejects are taken.
  mutating func reject(
    line: Int, byteOffset: Int, column: String?, reason: String, row: UnsafeRawBufferPointer
  ) throws(ParquetError) {
    guard let sink else {
      throw ParquetError(.rejectedData, reason)
        .adding(file: name, column: column, line: line, byteOffset: byteOffset)
    }
    count += 1
    buffer.append("{\"line\":\(line),\"byteOffset\":\(byteOffset),\"column\":")
    if let column { JSONText.append(string: column, to: &buffer) } else { buffer.append("null") }
    buffer.append(",\"reason\":")
    JSONText.append(string: reason, to: &buffer)
    if unsafe isUTF8(row) {
      buffer.append(",\"row\":")
      _ = unsafe JSONText.append(string: row, to: &buffer)
    } else {
      buffer.append(",\"rowBase64\":\"")
      unsafe Base64.append(row, to: &buffer)
      buffer.append("\"")
    }
    buffer.append("}\n")
    if buffer.count >= 64 << 10 { try flush(to: sink) }
  }

  private mutating func flush(to sink: any ByteSink) throws(ParquetError) {
    guard buffer.count > 0 else { return }
    let span = unsafe RawSpan(_unsafeBytes: buffer.bytes)
    try sink.write(span)
    buffer.removeAll()
  }

  mutating func finish() throws(ParquetError) {
    guard let sink else { return }
    try flush(to: sink)
    try sink.finish()
  }

  func abandon() { sink?.abandon() }
}
