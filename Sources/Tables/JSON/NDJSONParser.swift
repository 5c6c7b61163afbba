internal import Parquet

/// Parses NDJSON into batches.
final class NDJSONParser: SegmentParser {
  private let origin: SchemaOrigin
  private let limits: ReadLimits
  private let root: JSONStruct
  private let builder: ColumnBatchBuilder

  init(schema: Schema, origin: SchemaOrigin, limits: ReadLimits) {
    self.origin = origin
    self.limits = limits
    root = JSONStruct(
      SchemaField(group: "", .required, schema.fields), path: "", origin: origin)
    builder = ColumnBatchBuilder(schema: schema)
  }

  func parse(_ segment: TextSegment) -> ParsedSegment {
    var parsed = ParsedSegment()
    // In a variable of its own, so that no access to it is looked at for conflicts.
    var scanner = unsafe JSONScanner(UnsafeRawBufferPointer(start: nil, count: 0))
    root.removeAll()
    do throws(ParquetError) {
      try parse(segment, &scanner, &parsed)
    } catch { parsed.ending = .failed(error) }
    return parsed
  }

  private func parse(
    _ segment: TextSegment, _ scanner: inout JSONScanner, _ parsed: inout ParsedSegment
  ) throws(ParquetError) {
    let base = unsafe segment.start
    let count = segment.count
    var at = 0
    var line = 0
    var rows = 0
    // Counting bytes walks all leaves: not after every row.
    var nextCheck = min(256, limits.batchRows)
    var heldByteCount = 0
    loop: while at < count {
      if unsafe base[at] == UInt8(ascii: "{"),
        let length = unsafe readLine(base + at, count - at, isAtEnd: segment.isAtEnd, &scanner)
      {
        at &+= length
        line &+= 1
        rows &+= 1
      } else {
        root.truncate(to: rows)
        let end = unsafe firstByte(.newline, base, from: at, count)
        guard end < count || segment.isAtEnd else { break }
        if unsafe !LineCutter.isBlank(base + at, end - at) {
          if let fault = unsafe readRow(base + at, end - at, &scanner) {
            root.truncate(to: rows)
            guard let reject = accept(fault, line, at, end, &scanner) else {
              parsed.ending = .misfit
              break
            }
            parsed.rejects.append(reject)
          } else {
            rows &+= 1
          }
        }
        at = min(end &+ 1, count)
        line &+= 1
        if parsed.rejects.count >= segment.rejectLimit {
          parsed.ending = .stopped
          break
        }
      }
      if rows >= nextCheck {
        nextCheck = min(rows &+ 256, limits.batchRows)
        let byteCount = root.byteCount
        let isFull = rows >= limits.batchRows || byteCount >= limits.batchBytes
        if isFull || heldByteCount &+ byteCount >= limits.segmentBatchBytes {
          heldByteCount &+= byteCount
          parsed.batches.append(try batch())
          rows = 0
          nextCheck = min(256, limits.batchRows)
          if heldByteCount >= limits.segmentBatchBytes {
            parsed.ending = .stopped
            break loop
          }
        }
      }
    }
    parsed.used = at
    parsed.lines = line
    if rows > 0 { parsed.batches.append(try batch()) }
  }

  private func batch() throws(ParquetError) -> ColumnBatch {
    root.fill(builder.fields)
    root.removeAll()
    return try builder.finish()
  }

  /// Reads the line that begins here, and says how long it is with its end; nil where it is not whole,
  /// or something is wrong with it, which is left to be looked at anew.
  ///
  /// Its end need not be known: it is where a line feed stands, which is no blank.
  @inline(__always)
  private func readLine(
    _ start: UnsafePointer<UInt8>, _ count: Int, isAtEnd: Bool, _ scanner: inout JSONScanner
  ) -> Int? {
    unsafe scanner.reset(UnsafeRawBufferPointer(start: start, count: count), endsWithLine: true)
    do throws(RowFault) {
      try root.readMembers(&scanner, depth: 0, start: 0)
      return scanner.passLineEnd(isAtEnd: isAtEnd)
    } catch { return nil }
  }

  /// Reads a line; what is wrong with it.
  private func readRow(
    _ start: UnsafePointer<UInt8>, _ count: Int, _ scanner: inout JSONScanner
  ) -> RowFault? {
    unsafe scanner.reset(UnsafeRawBufferPointer(start: start, count: count), endsWithLine: false)
    do throws(RowFault) {
      guard try scanner.next() == .object else {
        throw scanner.fault("a row is a JSON object")
      }
      try root.readMembers(&scanner, depth: 0, start: scanner.at)
      try scanner.expectEnd()
      return nil
    } catch { return error }
  }

  /// The reject that a fault makes of the row at hand; nil where it widens an inferred schema.
  private func accept(
    _ fault: RowFault, _ line: Int, _ start: Int, _ end: Int, _ scanner: inout JSONScanner
  ) -> RejectedRow? {
    var fault = fault
    if origin.isInferred, fault.kind == .misfit {
      // Inference passes over rows that are malformed further on: they widen nothing.
      scanner.rewind()
      do throws(RowFault) {
        try NDJSONParser.check(&scanner)
        return nil
      } catch { fault = error }
    }
    return RejectedRow(
      line: line, offset: start + fault.offset, start: start, end: end, column: fault.column,
      reason: fault.reason)
  }

  /// Passes a row, and refuses one that no schema could hold.
  static func check(_ scanner: inout JSONScanner) throws(RowFault) {
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
}
