internal import Parquet

/// The first record of CSV.
enum CSVHeader {
  /// The names in the first record, which is passed; without a header `column_1` and so on.
  ///
  /// An empty name becomes `column_N`, one that stood before gets `_2` and so on behind it.
  static func names(
    _ buffer: inout InputBuffer, _ scanner: inout CSVScanner, _ dialect: CSVDialect, name: String
  ) throws(ParquetError) -> [String] {
    var used = 0
    while true {
      used = unsafe scanner.scan(
        buffer.start, buffer.count, isAtEnd: buffer.isAtEnd, recordLimit: 1)
      if !scanner.records.isEmpty || !scanner.faults.isEmpty { break }
      if buffer.isAtEnd {
        guard dialect.hasHeader else { return [] }
        throw ParquetError(.rejectedData, "there is no header: the text is empty").adding(
          file: name)
      }
      buffer.consume(used)
      try buffer.fill()
    }
    let offset = buffer.offset
    func wrong(_ reason: String, _ line: Int, at place: Int) -> ParquetError {
      ParquetError(.rejectedData, reason)
        .adding(file: name, line: line, byteOffset: offset + place)
    }
    guard dialect.hasHeader else {
      let count = scanner.columnCount
      scanner.restart()
      return (0..<max(count, 1)).map { "column_\($0 + 1)" }
    }
    if let fault = scanner.faults.first {
      throw wrong("the header: \(fault.reason)", fault.record.line, at: fault.offset)
    }
    let record = scanner.records[0]
    let block = unsafe CSVBlock(
      base: buffer.start, fields: scanner.fields, columnCount: scanner.columnCount, recordCount: 1,
      skipped: UnsafeMutablePointer(bitPattern: 1).unsafelyUnwrapped, nullText: [])
    var names: [String] = []
    var seen: Set<String> = []
    var scratch = TextBuffer(capacity: 64)
    for column in 0..<scanner.columnCount {
      let field = block.field(0, column)
      block.unescape(field, into: &scratch)
      let text = unsafe field.isEscaped ? scratch.bytes : block.bytes(field)
      guard unsafe isUTF8(text) else {
        throw wrong("the header is not UTF-8", record.line, at: Int(field.start))
      }
      var given = unsafe String(decoding: text, as: UTF8.self)
      if given.isEmpty { given = "column_\(column + 1)" }
      var unique = given
      var number = 2
      while !seen.insert(unique).inserted {
        unique = "\(given)_\(number)"
        number += 1
      }
      names.append(unique)
    }
    buffer.consume(used)
    return names
  }
}
