internal import Parquet

/// Parses CSV into batches, a block of records at a time and in it column by column.
final class CSVParser: SegmentParser {
  /// Where a column of the text goes.
  private enum Target {
    case leaf(LeafColumn)
    /// A field with a shape, whose values stand as JSON text.
    case nested(JSONNode)
  }

  /// The most records of a block.
  static let blockRecords = 8192

  private let schema: Schema
  private let isInferred: Bool
  private let limits: ReadLimits
  private let nullText: [UInt8]
  private var scanner: CSVScanner
  /// The targets in the order of the text's columns, and that of each field of the schema.
  private var targets: [Target] = []
  private var fieldOrder: [Int?] = []
  private let builder: ColumnBatchBuilder
  private var rowCount = 0
  private var skipped: [UInt8] = []

  /// A parser of records with the columns `names`, which are those of the header where there is one.
  ///
  /// - Throws: ``ParquetError`` with code `schemaMismatch` where the schema has other columns.
  init(
    names: [String], _ dialect: CSVDialect, name: String, schema: Schema, origin: SchemaOrigin,
    limits: ReadLimits
  ) throws(ParquetError) {
    self.schema = schema
    self.limits = limits
    isInferred = origin.isInferred
    nullText = Array(dialect.nullText.utf8)
    scanner = CSVScanner(delimiter: dialect.delimiter)
    builder = ColumnBatchBuilder(schema: schema)
    try match(names, hasHeader: dialect.hasHeader, origin, name: name)
  }

  /// Finds the target of each column of the text.
  private func match(_ names: [String], hasHeader: Bool, _ origin: SchemaOrigin, name: String)
    throws(ParquetError)
  {
    func target(_ field: SchemaField) -> Target {
      if field.physicalType != nil, field.repetition != .repeated {
        return .leaf(LeafColumn(field, path: field.name, origin: origin))
      }
      return .nested(JSONNode.make(field, path: field.name, origin: origin))
    }
    func mismatch(_ message: String) -> ParquetError {
      ParquetError(.schemaMismatch, message).adding(file: name)
    }
    guard hasHeader else {
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

  func parse(_ segment: TextSegment) -> ParsedSegment {
    var parsed = ParsedSegment()
    removeAll()
    scanner.restart(columnCount: targets.count)
    do throws(ParquetError) {
      try parse(segment, &parsed)
      if rowCount > 0 { parsed.batches.append(try batch()) }
    } catch { parsed.ending = .failed(error) }
    return parsed
  }

  private func parse(
    _ segment: TextSegment, _ parsed: inout ParsedSegment
  ) throws(ParquetError) {
    var heldByteCount = 0
    while parsed.used < segment.count {
      let start = unsafe segment.start + parsed.used
      let used = unsafe scanner.scan(
        start, segment.count - parsed.used, isAtEnd: segment.isAtEnd,
        recordLimit: min(CSVParser.blockRecords, limits.batchRows - rowCount))
      if used == 0 { break }
      guard unsafe convert(start, used, &parsed) else {
        parsed.ending = .misfit
        break
      }
      parsed.used += used
      parsed.lines = scanner.line - 1
      let byteCount = byteCount
      let isFull = rowCount >= limits.batchRows || byteCount >= limits.batchBytes
      let isStopped =
        heldByteCount + byteCount >= limits.segmentBatchBytes
        || parsed.rejects.count >= segment.rejectLimit
      if isFull || isStopped {
        heldByteCount += byteCount
        if rowCount > 0 { parsed.batches.append(try batch()) }
        removeAll()
      }
      if isStopped {
        parsed.ending = .stopped
        break
      }
    }
  }

  private func removeAll() {
    rowCount = 0
    for target in targets {
      switch target {
      case .leaf(let leaf): leaf.removeAll()
      case .nested(let node): node.removeAll()
      }
    }
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
  private func convert(
    _ base: UnsafePointer<UInt8>, _ used: Int, _ parsed: inout ParsedSegment
  ) -> Bool {
    let count = scanner.records.count
    skipped = [UInt8](repeating: 0, count: max(count, 1))
    var faults = scanner.faults
    unsafe noteInvalidText(base, used, &faults)
    var isWhole = unsafe appendColumns(base, count, &faults)
    if !isWhole {
      takeBack()
      if isInferred { return false }
      // Some records do not fit: all are appended again without them.
      var ignored: [RecordFault] = []
      isWhole = unsafe appendColumns(base, count, &ignored)
    }
    var added = count
    for mark in skipped.prefix(count) where mark != 0 { added -= 1 }
    rowCount += added
    guard !faults.isEmpty else { return true }
    faults.sort { $0.record.start < $1.record.start }
    for fault in faults {
      parsed.rejects.append(
        RejectedRow(
          line: fault.record.line - 1, offset: parsed.used + fault.offset,
          start: parsed.used + fault.record.start, end: parsed.used + fault.record.end,
          column: fault.column, reason: fault.reason))
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
  private func noteInvalidText(
    _ base: UnsafePointer<UInt8>, _ used: Int, _ faults: inout [RecordFault]
  ) {
    var at = 0
    while at < used {
      let rest = unsafe UnsafeRawBufferPointer(start: base + at, count: used - at)
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
  private func appendColumns(
    _ base: UnsafePointer<UInt8>, _ count: Int, _ faults: inout [RecordFault]
  ) -> Bool {
    guard count > 0 else { return true }
    var found: [(record: Int, column: String, reason: String, offset: Int)] = []
    unsafe skipped.withUnsafeMutableBufferPointer { skipped in
      guard let marks = skipped.baseAddress else { return }
      let block = unsafe CSVBlock(
        base: base, fields: scanner.fields, columnCount: scanner.columnCount,
        recordCount: count, skipped: marks, nullText: nullText)
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
            if let fault = CSVParser.append(block.field(record, column), block, to: node) {
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
}
