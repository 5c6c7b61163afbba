internal import Parquet

/// Lines of a window, one JSON value each.
struct LineCutter: ~Copyable {
  var buffer: InputBuffer
  /// The number of the line that comes next, from 1.
  private(set) var line = 1

  init(_ buffer: consuming InputBuffer) { self.buffer = buffer }

  /// The length of the next line without its end, and with it; nil at the end of the input.
  ///
  /// Lines of nothing but blanks are passed over.
  mutating func next() throws(ParquetError) -> (length: Int, consumed: Int)? {
    var searched = 0
    while true {
      let count = buffer.count
      let end = unsafe firstByte(.newline, buffer.start, from: searched, count)
      if end < count || (buffer.isAtEnd && count > 0) {
        if unsafe LineCutter.isBlank(buffer.start, end) {
          consume(min(end + 1, count))
          searched = 0
          continue
        }
        return (end, min(end + 1, count))
      }
      if buffer.isAtEnd { return nil }
      searched = count
      do throws(ParquetError) { try buffer.fill() } catch { throw error.adding(line: line) }
    }
  }

  /// Passes a line.
  mutating func consume(_ byteCount: Int) {
    buffer.consume(byteCount)
    line += 1
  }

  static func isBlank(_ base: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    for i in 0..<count {
      let byte = unsafe base[i]
      guard byte == 0x20 || byte == 0x09 || byte == 0x0D else { return false }
    }
    return true
  }
}

/// Finds the schema of NDJSON.
enum NDJSONInference {
  /// The schema that holds all rows, or those of the sample.
  ///
  /// Rows that are no JSON objects count for nothing: they will be rejected.
  static func schema(
    _ buffer: consuming InputBuffer, name: String, limits: ReadLimits, wholly: Bool
  ) throws(ParquetError) -> InferredSchema {
    var lines = LineCutter(buffer)
    let shape = JSONShape()
    var rows = 0
    // Where no row tells a schema, the first that is malformed says why.
    var malformed: ParquetError?
    while let (length, consumed) = try lines.next() {
      var scanner = unsafe JSONScanner(
        UnsafeRawBufferPointer(start: lines.buffer.start, count: length))
      do throws(RowFault) {
        // A row that will be rejected must not widen anything.
        try NDJSONParser.check(&scanner)
        scanner.rewind()
        try shape.add(&scanner, depth: 0)
      } catch {
        if malformed == nil {
          malformed = ParquetError(.rejectedData, error.reason).adding(
            file: name, line: lines.line, byteOffset: lines.buffer.offset + error.offset)
        }
      }
      lines.consume(consumed)
      rows += 1
      // Without a key there is nothing to begin with yet.
      guard !wholly, shape.hasMembers else { continue }
      if rows >= limits.sampleRows || lines.buffer.offset >= limits.sampleBytes { break }
    }
    var unseen: Set<String> = []
    let fields = shape.rowFields(&unseen)
    guard !fields.isEmpty else {
      if let malformed { throw malformed }
      throw ParquetError(
        .rejectedData, "no row has a key, so that no schema can be inferred; give one"
      ).adding(file: name)
    }
    return InferredSchema(schema: try Schema(fields), unseen: wholly ? [] : unseen)
  }
}
