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
      let end = unsafe LineCutter.newline(buffer.start, from: searched, count)
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

  private static func newline(_ base: UnsafePointer<UInt8>, from start: Int, _ count: Int) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    var at = start
    while at < count {
      let word =
        unsafe UnsafeRawPointer(base + at).loadUnaligned(as: UInt64.self)
        ^ (ones &* UInt64(UInt8.newline))
      let found = (word &- ones) & ~word & 0x8080_8080_8080_8080
      if found != 0 { return min(at &+ found.trailingZeroBitCount &>> 3, count) }
      at &+= 8
    }
    return count
  }

  private static func isBlank(_ base: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    for i in 0..<count {
      let byte = unsafe base[i]
      guard byte == 0x20 || byte == 0x09 || byte == 0x0D else { return false }
    }
    return true
  }
}

/// Reads NDJSON into batches.
final class NDJSONReader: TextReader {
  private let schema: Schema
  private let origin: SchemaOrigin
  private let limits: ReadLimits
  private let root: JSONStruct
  private let builder: ColumnBatchBuilder
  private var lines: LineCutter
  private var scanner = unsafe JSONScanner(UnsafeRawBufferPointer(start: nil, count: 0))
  private var log: RejectLog

  init(
    _ buffer: consuming InputBuffer, schema: Schema, origin: SchemaOrigin, limits: ReadLimits,
    log: consuming RejectLog
  ) {
    self.schema = schema
    self.origin = origin
    self.limits = limits
    self.log = log
    root = JSONStruct(
      SchemaField(group: "", .required, schema.fields), path: "", origin: origin)
    builder = ColumnBatchBuilder(schema: schema)
    lines = LineCutter(buffer)
  }

  var byteOffset: Int { lines.buffer.offset }
  var rejectedCount: Int { log.count }
  func finishRejects() throws(ParquetError) { try log.finish() }
  func abandonRejects() { log.abandon() }

  func next() throws(ParquetError) -> ReadStep {
    root.removeAll()
    // Counting bytes walks all leaves: not after every row.
    var nextCheck = 256
    while root.count < limits.batchRows {
      guard let (length, consumed) = try lines.next() else { break }
      let count = root.count
      do throws(RowFault) { try readRow(length) } catch {
        root.truncate(to: count)
        var fault = error
        if origin.isInferred, error.kind == .misfit {
          // Inference passes over rows that are malformed further on: they widen nothing.
          guard let malformed = syntaxFault() else { return .misfit }
          fault = malformed
        }
        unsafe try log.reject(
          line: lines.line, byteOffset: lines.buffer.offset + fault.offset, column: fault.column,
          reason: fault.reason,
          row: unsafe UnsafeRawBufferPointer(start: lines.buffer.start, count: length))
      }
      lines.consume(consumed)
      if root.count >= nextCheck {
        nextCheck = root.count + 256
        if root.byteCount >= limits.batchBytes { break }
      }
    }
    guard root.count > 0 else { return .end }
    root.fill(builder.fields)
    return .batch(try builder.finish())
  }

  private func readRow(_ length: Int) throws(RowFault) {
    unsafe scanner.reset(UnsafeRawBufferPointer(start: lines.buffer.start, count: length))
    guard try scanner.next() == .object else {
      throw scanner.fault("a row is a JSON object")
    }
    try root.readMembers(&scanner, depth: 0, start: scanner.at)
    try scanner.expectEnd()
  }

  /// What is malformed in the row at hand.
  private func syntaxFault() -> RowFault? {
    scanner.rewind()
    do throws(RowFault) {
      try NDJSONReader.check(&scanner)
      return nil
    } catch { return error }
  }

  /// Passes a row, and refuses one that no schema could hold.
  private static func check(_ scanner: inout JSONScanner) throws(RowFault) {
    guard try scanner.next() == .object else { throw scanner.fault("a row is a JSON object") }
    var isFirst = true
    while try scanner.nextMember(&isFirst) {
      guard unsafe !(try scanner.key().isEmpty) else {
        throw scanner.fault(
          "an empty key, and a column needs a name", at: scanner.stringStart)
      }
      try scanner.skipValue(depth: 1)
    }
    try scanner.expectEnd()
  }

  /// The schema that holds all rows, or those of the sample.
  ///
  /// Rows that are no JSON objects count for nothing: they will be rejected.
  static func inferSchema(
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
        try check(&scanner)
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
