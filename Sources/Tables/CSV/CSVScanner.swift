internal import Parquet

/// Where a field lies in the window, and what must be done to read it.
struct FieldSpan {
  /// The first byte; behind the quote where there is one.
  var start: UInt32
  /// The bytes, without quotes, and two flags above them.
  private var bits: UInt32

  private static let quotedFlag: UInt32 = 1 << 31
  private static let escapedFlag: UInt32 = 1 << 30

  @inline(__always)
  init(start: Int, end: Int, isQuoted: Bool = false, isEscaped: Bool = false) {
    self.start = UInt32(truncatingIfNeeded: start)
    bits = UInt32(truncatingIfNeeded: end &- start)
    if isQuoted { bits |= FieldSpan.quotedFlag }
    if isEscaped { bits |= FieldSpan.escapedFlag }
  }

  @inline(__always) var length: Int { Int(bits & (FieldSpan.escapedFlag &- 1)) }
  /// Whether the field stood in quotes: then it is no null.
  @inline(__always) var isQuoted: Bool { bits & FieldSpan.quotedFlag != 0 }
  /// Whether quotes are doubled in it.
  @inline(__always) var isEscaped: Bool { bits & FieldSpan.escapedFlag != 0 }
  /// Whether nothing at all stands between the delimiters.
  @inline(__always) var isEmpty: Bool { bits == 0 }
}

/// A record of the window.
struct RecordSpan {
  var start: Int
  /// Behind the last field, before the end of line.
  var end: Int
  /// The line it begins in, from 1.
  var line: Int
}

/// A record that is none.
struct RecordFault {
  var record: RecordSpan
  /// Where in the window.
  var offset: Int
  var reason: String
  /// The column, as a dotted path, where one is at fault.
  var column: String?
}

/// Cuts CSV into records and fields: RFC 4180, with any of the three ends of line.
///
/// A field begins with a quote or holds none; what is doubled inside quotes is a quote. Lines without
/// anything are passed over unless there is just one column.
@safe
struct CSVScanner: ~Copyable {
  private let delimiter: UInt8
  /// How many fields a record has; 0 until the first one says.
  private(set) var columnCount = 0
  private(set) var fields: UnsafeMutablePointer<FieldSpan>
  private var fieldCapacity = 1 << 14
  private var fieldCount = 0
  private(set) var records: [RecordSpan] = []
  private(set) var faults: [RecordFault] = []
  /// The line at which scanning goes on, from 1.
  private(set) var line = 1

  init(delimiter: UInt8) {
    self.delimiter = delimiter
    unsafe fields = .allocate(capacity: fieldCapacity)
  }

  deinit { unsafe fields.deallocate() }

  /// Goes back to the first line; the records have `columnCount` fields where that is given.
  mutating func restart(columnCount: Int? = nil) {
    line = 1
    if let columnCount { self.columnCount = columnCount }
  }

  /// Cuts as many whole records as there are, at most `recordLimit`, and forgets those before.
  ///
  /// The bytes past `count` can be read, ``InputBuffer/slack`` of them.
  ///
  /// - Returns: the bytes of the records cut; 0 where not one is whole and more bytes are needed.
  mutating func scan(
    _ base: UnsafePointer<UInt8>, _ count: Int, isAtEnd: Bool, recordLimit: Int
  ) -> Int {
    fieldCount = 0
    // Appended to in a variable of its own, which takes no look at who else holds it.
    var records: [RecordSpan] = []
    swap(&records, &self.records)
    defer { swap(&records, &self.records) }
    records.removeAll(keepingCapacity: true)
    faults.removeAll(keepingCapacity: true)
    var marks = unsafe CSVMarks(base, count, delimiter: delimiter)
    var at = 0
    while at < count, records.count &+ faults.count < recordLimit {
      if let end = unsafe plainRecord(base, &at, count, &marks, &records) {
        at = end
        continue
      }
      defer { marks.restart(at: at) }
      let start = at
      let firstField = fieldCount
      let firstLine = line
      var fault: (offset: Int, reason: String)?
      guard
        let end = unsafe record(base, &at, count, isAtEnd: isAtEnd, &fault)
      else {
        // Not whole: begin with it again when there is more.
        fieldCount = firstField
        line = firstLine
        return start
      }
      let found = fieldCount - firstField
      if found == 1, end == start, columnCount != 1, unsafe fields[firstField].isEmpty {
        fieldCount = firstField
        continue
      }
      let record = RecordSpan(start: start, end: end, line: firstLine)
      if columnCount == 0, fault == nil { columnCount = found }
      if fault == nil, found != columnCount {
        fault = (start, "has \(found) fields instead of \(columnCount)")
      }
      if let fault {
        fieldCount = firstField
        faults.append(RecordFault(record: record, offset: fault.offset, reason: fault.reason))
      } else {
        records.append(record)
      }
    }
    return at
  }

  /// Cuts a record with as many fields as it must have, in which quotes stand where they may, and says
  /// where the next one begins; nil where it is not so simple.
  @inline(__always)
  private mutating func plainRecord(
    _ base: UnsafePointer<UInt8>, _ at: inout Int, _ count: Int, _ marks: inout CSVMarks,
    _ records: inout [RecordSpan]
  ) -> Int? {
    let columnCount = columnCount
    guard columnCount > 0 else { return nil }
    while fieldCount &+ columnCount > fieldCapacity { growFields() }
    let target = unsafe fields + fieldCount
    var start = at
    var quotedLines = 0
    var column = 0
    while true {
      var place = marks.next()
      guard place < count else { return nil }
      var byte = unsafe base[place]
      if byte == .quote {
        guard place == start else { return nil }
        var isEscaped = false
        var close = marks.next()
        place = marks.next()
        while place == close &+ 1, place < count, unsafe base[place] == .quote {
          isEscaped = true
          close = marks.next()
          place = marks.next()
        }
        guard place == close &+ 1, place < count else { return nil }
        if marks.lastQuotedLineEnd > start {
          quotedLines &+= unsafe lineEnds(base, start, close)
        }
        unsafe target[column] = FieldSpan(
          start: start &+ 1, end: close, isQuoted: true, isEscaped: isEscaped)
        byte = unsafe base[place]
      } else {
        unsafe target[column] = FieldSpan(start: start, end: place)
      }
      column &+= 1
      if byte == delimiter {
        guard column < columnCount else { return nil }
        start = place &+ 1
        continue
      }
      guard column == columnCount else { return nil }
      var next = place &+ 1
      if byte == .carriageReturn {
        guard next < count, unsafe base[next] == .newline else { return nil }
        next = marks.next() &+ 1
      }
      records.append(RecordSpan(start: at, end: place, line: line))
      line &+= quotedLines &+ 1
      fieldCount &+= columnCount
      return next
    }
  }

  /// Cuts one record; nil where it goes on past the bytes at hand.
  @inline(__always)
  private mutating func record(
    _ base: UnsafePointer<UInt8>, _ at: inout Int, _ count: Int, isAtEnd: Bool,
    _ fault: inout (offset: Int, reason: String)?
  ) -> Int? {
    while true {
      let start = at
      var span: FieldSpan
      if start < count, unsafe base[start] == .quote {
        guard let quoted = unsafe quoted(base, &at, count, isAtEnd: isAtEnd, &fault) else {
          return nil
        }
        span = quoted
      } else {
        at = unsafe special(base, from: start, count)
        if at < count, unsafe base[at] == .quote {
          at = unsafe bareQuote(base, at, count, &fault)
        }
        span = FieldSpan(start: start, end: at)
      }
      if fieldCount == fieldCapacity { growFields() }
      unsafe fields[fieldCount] = span
      fieldCount &+= 1
      guard at < count else {
        guard isAtEnd else { return nil }
        line += 1
        return at
      }
      let byte = unsafe base[at]
      if byte == delimiter {
        at &+= 1
        continue
      }
      let end = at
      at &+= 1
      if byte == .carriageReturn {
        // A line feed that belongs to it may be the next byte to come.
        if at == count, !isAtEnd { return nil }
        if at < count, unsafe base[at] == .newline { at &+= 1 }
      }
      line &+= 1
      return end
    }
  }

  /// The place of the next delimiter, quote or end of line; `count` or beyond where there is none.
  @inline(__always)
  private func special(_ base: UnsafePointer<UInt8>, from start: Int, _ count: Int) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let separator = ones &* UInt64(delimiter)
    var at = start
    while at < count {
      let word = unsafe UnsafeRawPointer(base + at).loadUnaligned(as: UInt64.self)
      let a = word ^ separator
      let b = word ^ (ones &* UInt64(UInt8.newline))
      let c = word ^ (ones &* UInt64(UInt8.carriageReturn))
      let d = word ^ (ones &* UInt64(UInt8.quote))
      // A borrow adds finds only above a true one, and the lowest is what counts.
      let found =
        ((a &- ones) & ~a | (b &- ones) & ~b | (c &- ones) & ~c | (d &- ones) & ~d)
        & 0x8080_8080_8080_8080
      if found != 0 { return min(at &+ found.trailingZeroBitCount &>> 3, count) }
      at &+= 8
    }
    return count
  }

  /// Cuts a field that begins with a quote; `at` is left behind the closing one.
  private mutating func quoted(
    _ base: UnsafePointer<UInt8>, _ at: inout Int, _ count: Int, isAtEnd: Bool,
    _ fault: inout (offset: Int, reason: String)?
  ) -> FieldSpan? {
    let open = at
    var isEscaped = false
    at &+= 1
    while true {
      at = unsafe quote(base, from: at, count)
      guard at < count else {
        guard isAtEnd else { return nil }
        if fault == nil { fault = (open, "a quoted field is not closed") }
        unsafe line += lineEnds(base, open, count)
        return FieldSpan(start: open + 1, end: count, isQuoted: true)
      }
      // Whether this quote closes the field is told by the byte behind it.
      if at &+ 1 == count, !isAtEnd { return nil }
      guard at &+ 1 < count, unsafe base[at &+ 1] == .quote else { break }
      isEscaped = true
      at &+= 2
    }
    let close = at
    unsafe line &+= lineEnds(base, open, close)
    at &+= 1
    if at < count {
      let byte = unsafe base[at]
      if byte != delimiter, byte != .newline, byte != .carriageReturn {
        if fault == nil { fault = (at, "text stands behind a closing quote") }
        at = unsafe rest(base, at, count)
      }
    }
    return FieldSpan(start: open &+ 1, end: close, isQuoted: true, isEscaped: isEscaped)
  }

  @inline(__always)
  private func quote(_ base: UnsafePointer<UInt8>, from start: Int, _ count: Int) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    var at = start
    while at < count {
      let word =
        unsafe UnsafeRawPointer(base + at).loadUnaligned(as: UInt64.self)
        ^ (ones &* UInt64(UInt8.quote))
      let found = (word &- ones) & ~word & 0x8080_8080_8080_8080
      if found != 0 { return min(at &+ found.trailingZeroBitCount &>> 3, count) }
      at &+= 8
    }
    return count
  }

  /// Notes a quote inside a field without quotes, and finds the field's end.
  private func bareQuote(
    _ base: UnsafePointer<UInt8>, _ at: Int, _ count: Int,
    _ fault: inout (offset: Int, reason: String)?
  ) -> Int {
    if fault == nil { fault = (at, "a quote stands inside a field that is not quoted") }
    return unsafe rest(base, at, count)
  }

  /// The end of a field that is at fault: quotes mean nothing in it.
  private func rest(_ base: UnsafePointer<UInt8>, _ start: Int, _ count: Int) -> Int {
    var at = start
    while at < count {
      let byte = unsafe base[at]
      if byte == delimiter || byte == .newline || byte == .carriageReturn { break }
      at += 1
    }
    return at
  }

  /// The ends of line between two places.
  private func lineEnds(_ base: UnsafePointer<UInt8>, _ first: Int, _ last: Int) -> Int {
    var total = 0
    for at in first..<last {
      let byte = unsafe base[at]
      if byte == .newline {
        total &+= 1
      } else if byte == .carriageReturn, unsafe at &+ 1 >= last || base[at &+ 1] != .newline {
        total &+= 1
      }
    }
    return total
  }

  private mutating func growFields() {
    let larger = UnsafeMutablePointer<FieldSpan>.allocate(capacity: fieldCapacity * 2)
    unsafe larger.update(from: fields, count: fieldCount)
    unsafe fields.deallocate()
    unsafe fields = larger
    fieldCapacity *= 2
  }
}
