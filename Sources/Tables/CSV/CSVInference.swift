internal import Parquet

/// Finds the schema of CSV.
enum CSVInference {
  /// The schema that holds all records, or those of the sample.
  static func schema(
    _ buffer: consuming InputBuffer, _ dialect: CSVDialect, name: String, limits: ReadLimits,
    wholly: Bool
  ) throws(ParquetError) -> InferredSchema {
    try dialect.check()
    var buffer = buffer
    var scanner = CSVScanner(delimiter: dialect.delimiter)
    let names = try CSVHeader.names(&buffer, &scanner, dialect, name: name)
    guard !names.isEmpty else {
      throw ParquetError(.rejectedData, "there is nothing to infer a schema from; give one")
        .adding(file: name)
    }
    scanner.restart(columnCount: names.count)
    var guesses = [CSVGuess](repeating: CSVGuess(), count: names.count)
    var scratch = TextBuffer(capacity: 64)
    let nullText = Array(dialect.nullText.utf8)
    var rows = 0
    var mark: UInt8 = 0
    while wholly || rows < limits.sampleRows && buffer.offset < limits.sampleBytes {
      let used = unsafe scanner.scan(
        buffer.start, buffer.count, isAtEnd: buffer.isAtEnd,
        recordLimit: wholly
          ? CSVParser.blockRecords : min(CSVParser.blockRecords, limits.sampleRows - rows))
      if used == 0 {
        if buffer.isAtEnd { break }
        try buffer.fill()
        continue
      }
      let block = unsafe withUnsafeMutablePointer(to: &mark) { mark in
        unsafe CSVBlock(
          base: buffer.start, fields: scanner.fields, columnCount: scanner.columnCount,
          recordCount: scanner.records.count, skipped: mark, nullText: nullText)
      }
      for record in 0..<block.recordCount {
        // A record that will be rejected must not widen anything.
        let span = scanner.records[record]
        guard
          unsafe isUTF8(
            UnsafeRawBufferPointer(
              start: buffer.start + span.start, count: span.end - span.start))
        else { continue }
        for column in guesses.indices {
          let field = block.field(record, column)
          if block.isNull(field) { continue }
          if field.isEscaped {
            block.unescape(field, into: &scratch)
            unsafe guesses[column].add(scratch.bytes)
          } else {
            unsafe guesses[column].add(block.bytes(field))
          }
        }
      }
      rows += block.recordCount
      buffer.consume(used)
    }
    var unseen: Set<String> = []
    for (name, guess) in zip(names, guesses) where guess.isUnseen { unseen.insert(name) }
    return InferredSchema(
      schema: try Schema(zip(names, guesses).map { name, guess in guess.field(name) }),
      unseen: wholly ? [] : unseen)
  }
}
