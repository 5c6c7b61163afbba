internal import Parquet

/// Reads CSV into batches, a block of records at a time and in it column by column.
final class CSVReader: TextReader {
  /// Where a column of the text goes.
  private enum Target {
    case leaf(LeafColumn)
    /// A field with a shape, whose values stand as JSON text.
    case nested(JSONNode)
  }

  /// The most records of a block.
  private static let blockRecords = 8192

  private let name: String
  private let dialect: CSVDialect
  private let schema: Schema
  private let origin: SchemaOrigin
  private let limits: ReadLimits
  private var buffer: InputBuffer
  private var scanner: CSVScanner
  private var log: RejectLog
  /// The targets in the order of the text's columns, and that of each field of the schema.
  private var targets: [Target] = []
  private var fieldOrder: [Int?] = []
  private let builder: ColumnBatchBuilder
  private var rowCount = 0
  private var skipped: [UInt8] = []

  init(
    _ buffer: consuming InputBuffer, _ dialect: CSVDialect, name: String, schema: Schema,
    origin: SchemaOrigin, limits: ReadLimits, log: consuming RejectLog
  ) throws(ParquetError) {
    try dialect.check()
    self.name = name
    self.dialect = dialect
    self.schema = schema
    self.origin = origin
    self.limits = limits
    self.log = log
    self.buffer = buffer
    scanner = CSVScanner(delimiter: dialect.delimiter)
    builder = ColumnBatchBuilder(schema: schema)
    let names = try CSVReader.columnNames(&self.buffer, &scanner, dialect, name: name)
    try match(names)
  }

  var byteOffset: Int { buffer.offset }
  var rejectedCount: Int { log.count }
  func finishRejects() throws(ParquetError) { try log.finish() }
  func abandonRejects() { log.abandon() }

  // MARK: Columns

  /// The names in the first record, which is passed; without a header `column_1` and so on.
  ///
  /// An empty name becomes `column_N`, one that stood before gets `_2` and so on behind it.
  private static func columnNames(
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

  private func match(_ names: [String]) throws(ParquetError) {
    func target(_ field: SchemaField) -> Target {
      if field.physicalType != nil, field.repetition != .repeated {
        return .leaf(LeafColumn(field, path: field.name, origin: origin))
      }
      return .nested(JSONNode.make(field, path: field.name, origin: origin))
    }
    func mismatch(_ message: String) -> ParquetError {
      ParquetError(.schemaMismatch, message).adding(file: name)
    }
    guard dialect.hasHeader else {
      guard names.isEmpty || names.count == schema.fields.count else {
        throw mismatch(
          "the records have \(names.count) fields, the schema has \(schema.fields.count) columns")
      }
      targets = schema.fields.map(target)
      fieldOrder = schema.fields.indices.map { $0 }
      return
    }
    var places: [String: Int] = [:]
    for (index, field) in schema.fields.enumerated() { places[field.name] = index }
    fieldOrder = [Int?](repeating: nil, count: schema.fields.count)
    for (column, name) in names.enumerated() {
      guard let index = places[name] else { throw mismatch("the schema has no column \(name)") }
      fieldOrder[index] = column
      targets.append(target(schema.fields[index]))
    }
    for (index, field) in schema.fields.enumerated()
    where fieldOrder[index] == nil && field.repetition == .required {
      throw mismatch("the header has no column \(field.name), which the schema requires")
    }
  }

  // MARK: Rows

  func next() throws(ParquetError) -> ReadStep {
    rowCount = 0
    for target in targets {
      switch target {
      case .leaf(let leaf): leaf.removeAll()
      case .nested(let node): node.removeAll()
      }
    }
    while rowCount < limits.batchRows, byteCount < limits.batchBytes {
      let used = unsafe scanner.scan(
        buffer.start, buffer.count, isAtEnd: buffer.isAtEnd,
        recordLimit: min(CSVReader.blockRecords, limits.batchRows - rowCount))
      if used == 0 {
        if buffer.isAtEnd { break }
        do throws(ParquetError) { try buffer.fill() } catch {
          throw error.adding(line: scanner.line, byteOffset: buffer.offset)
        }
        continue
      }
      guard try convert(used) else { return .misfit }
      buffer.consume(used)
    }
    guard rowCount > 0 else { return .end }
    return .batch(try batch())
  }

  private var byteCount: Int {
    targets.reduce(0) { total, target in
      switch target {
      case .leaf(let leaf): total + leaf.byteCount
      case .nested(let node): total + node.byteCount
      }
    }
  }

  private func batch() throws(ParquetError) -> ColumnBatch {
    let none = LeafStore.allNull(rowCount)
    for (index, builder) in builder.fields.enumerated() {
      guard let column = fieldOrder[index] else {
        builder.appendNulls(count: rowCount, validity: none)
        continue
      }
      switch targets[column] {
      case .leaf(let leaf):
        leaf.fill(builder)
      case .nested(let node): node.fill(builder)
      }
    }
    return try builder.finish()
  }

  /// Appends the records of the block; false where an inferred type must be widened.
  private func convert(_ used: Int) throws(ParquetError) -> Bool {
    let count = scanner.records.count
    skipped = [UInt8](repeating: 0, count: max(count, 1))
    var faults = scanner.faults
    noteInvalidText(used, &faults)
    var isWhole = appendColumns(count, &faults)
    if !isWhole {
      if origin.isInferred { return false }
      // Some records do not fit: all is taken back, and appended again without them.
      takeBack()
      var ignored: [RecordFault] = []
      isWhole = appendColumns(count, &ignored)
    }
    var added = count
    for mark in skipped.prefix(count) where mark != 0 { added -= 1 }
    rowCount += added
    guard !faults.isEmpty else { return true }
    faults.sort { $0.record.start < $1.record.start }
    for fault in faults {
      let row = unsafe UnsafeRawBufferPointer(
        start: buffer.start + fault.record.start, count: fault.record.end - fault.record.start)
      unsafe try log.reject(
        line: fault.record.line, byteOffset: buffer.offset + fault.offset,
        column: fault.column, reason: fault.reason, row: unsafe row)
    }
    return true
  }

  private func takeBack() {
    for target in targets {
      switch target {
      case .leaf(let leaf): leaf.truncate(to: rowCount)
      case .nested(let node): node.truncate(to: rowCount)
      }
    }
  }

  /// Marks the records that hold bytes which are not UTF-8.
  private func noteInvalidText(_ used: Int, _ faults: inout [RecordFault]) {
    var at = 0
    while at < used {
      let rest = unsafe UnsafeRawBufferPointer(start: buffer.start + at, count: used - at)
      guard let bad = unsafe firstInvalidUTF8(rest) else { return }
      let place = at + bad
      // The last record that begins at or before the place.
      var low = 0
      var high = scanner.records.count
      while low < high {
        let middle = (low + high) / 2
        if scanner.records[middle].start <= place { low = middle + 1 } else { high = middle }
      }
      at = place + 1
      // A record that is at fault already is not among them.
      guard low > 0, place < scanner.records[low - 1].end else { continue }
      let record = scanner.records[low - 1]
      skipped[low - 1] = 1
      faults.append(RecordFault(record: record, offset: place, reason: "the text is not UTF-8"))
      at = record.end
    }
  }

  /// Appends the columns of all records that are not skipped; marks those that do not fit, and says
  /// whether all did.
  private func appendColumns(_ count: Int, _ faults: inout [RecordFault]) -> Bool {
    guard count > 0 else { return true }
    var found: [(record: Int, column: String, reason: String, offset: Int)] = []
    unsafe skipped.withUnsafeMutableBufferPointer { skipped in
      guard let marks = skipped.baseAddress else { return }
      let block = unsafe CSVBlock(
        base: buffer.start, fields: scanner.fields, columnCount: scanner.columnCount,
        recordCount: count, skipped: marks, nullText: Array(dialect.nullText.utf8))
      for (column, target) in targets.enumerated() {
        switch target {
        case .leaf(let leaf):
          unsafe leaf.store.pointee.append(column: column, of: block) { record in
            unsafe marks[record] = 1
            let field = block.field(record, column)
            let reason =
              block.isNull(field)
              ? "null, and required"
              : "\(unsafe Excerpt.text(block.bytes(field))) does not fit "
                + leaf.kind.expectation(of: leaf.field)
            found.append((record, leaf.field.name, reason, Int(field.start)))
          }
        case .nested(let node):
          for record in 0..<count where unsafe marks[record] == 0 {
            if let fault = CSVReader.append(block.field(record, column), block, to: node) {
              unsafe marks[record] = 1
              let start = Int(block.field(record, column).start)
              found.append((record, fault.column ?? node.path, fault.reason, start))
            }
          }
        }
      }
    }
    for (record, column, reason, offset) in found {
      faults.append(
        RecordFault(
          record: scanner.records[record], offset: offset, reason: reason, column: column))
    }
    return found.isEmpty
  }

  /// Appends a field of JSON text.
  private static func append(
    _ field: FieldSpan, _ block: CSVBlock, to node: JSONNode
  ) -> RowFault? {
    var unescaped = TextBuffer(capacity: 256)
    do throws(RowFault) {
      if block.isNull(field) {
        try node.appendNull(at: 0, isMissing: false)
        return nil
      }
      // Copied, so that the scanner's words find the room behind that they need.
      block.unescape(field, into: &unescaped)
      if !field.isEscaped {
        unescaped.removeAll()
        unsafe unescaped.append(block.bytes(field))
      }
      unescaped.reserve(JSONScanner.slack)
      var scanner = unsafe JSONScanner(unescaped.bytes)
      try node.read(&scanner, depth: 0)
      try scanner.expectEnd()
      return nil
    } catch { return error }
  }

  // MARK: Inference

  /// The schema that holds all records, or those of the sample.
  static func inferSchema(
    _ buffer: consuming InputBuffer, _ dialect: CSVDialect, name: String, limits: ReadLimits,
    wholly: Bool
  ) throws(ParquetError) -> InferredSchema {
    try dialect.check()
    var buffer = buffer
    var scanner = CSVScanner(delimiter: dialect.delimiter)
    let names = try columnNames(&buffer, &scanner, dialect, name: name)
    guard !names.isEmpty else {
      throw ParquetError(.rejectedData, "there is nothing to infer a schema from; give one")
        .adding(file: name)
    }
    var guesses = [CSVGuess](repeating: CSVGuess(), count: names.count)
    var scratch = TextBuffer(capacity: 64)
    let nullText = Array(dialect.nullText.utf8)
    var rows = 0
    var mark: UInt8 = 0
    while wholly || rows < limits.sampleRows && buffer.offset < limits.sampleBytes {
      let used = unsafe scanner.scan(
        buffer.start, buffer.count, isAtEnd: buffer.isAtEnd,
        recordLimit: wholly ? blockRecords : min(blockRecords, limits.sampleRows - rows))
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
