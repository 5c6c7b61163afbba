internal import Parquet

/// The records cut from a window, to be taken column by column.
///
/// Holds no memory: the window and the scanner stay as they are while one is used.
@safe
struct CSVBlock {
  let base: UnsafePointer<UInt8>
  let fields: UnsafePointer<FieldSpan>
  let columnCount: Int
  let recordCount: Int
  /// One byte a record, not 0 where it is passed over.
  let skipped: UnsafeMutablePointer<UInt8>
  /// The unquoted text of a null.
  let nullText: [UInt8]

  @inline(__always)
  func field(_ record: Int, _ column: Int) -> FieldSpan {
    unsafe fields[record &* columnCount &+ column]
  }

  @inline(__always)
  func isNull(_ field: FieldSpan) -> Bool {
    if nullText.isEmpty { return field.isEmpty }
    guard !field.isQuoted, field.length == nullText.count else { return false }
    for i in 0..<nullText.count where unsafe base[Int(field.start) &+ i] != nullText[i] {
      return false
    }
    return true
  }

  /// The bytes of a field in which nothing is doubled.
  @inline(__always)
  func bytes(_ field: FieldSpan) -> UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: base + Int(field.start), count: field.length)
  }

  /// Copies a field with doubled quotes to `buffer`, each of them once.
  func unescape(_ field: FieldSpan, into buffer: inout TextBuffer) {
    buffer.removeAll()
    buffer.reserve(field.length)
    var at = Int(field.start)
    let end = at + field.length
    while at < end {
      let byte = unsafe base[at]
      buffer.append(byte)
      at += byte == .quote ? 2 : 1
    }
  }
}

extension LeafStore {
  /// Appends the fields of a column; `misfit` is called with each record whose field does not fit, for
  /// which nothing is appended.
  mutating func append(column: Int, of block: CSVBlock, misfit: (Int) -> Void) {
    switch kind {
    case .text where field.repetition == .optional: appendTexts(column, block)
    case .integer(_, _, 8) where isInferred: appendIntegers(column, block, misfit)
    case .double(isExact: true): appendDoubles(column, block, misfit)
    case .date: appendDates(column, block, misfit)
    default: appendOthers(column, block, misfit)
    }
  }

  private mutating func appendTexts(_ column: Int, _ block: CSVBlock) {
    var byteCount = 0
    for record in 0..<block.recordCount { byteCount &+= block.field(record, column).length }
    values.reserve(byteCount)
    ends.reserve(block.recordCount &* 4)
    present.reserve(block.recordCount)
    let start = unsafe UnsafeMutableRawPointer(values.start)
    let endTarget = unsafe UnsafeMutableRawPointer(ends.start + ends.count)
    let marks = unsafe present.start + present.count
    var used = values.count
    var slots = 0
    var stored = 0
    for record in 0..<block.recordCount where unsafe block.skipped[record] == 0 {
      let field = block.field(record, column)
      if block.isNull(field) {
        unsafe marks[slots] = 0
        slots &+= 1
        continue
      }
      if field.isEscaped {
        block.unescape(field, into: &scratch)
        unsafe (start + used).copyMemory(from: scratch.start, byteCount: scratch.count)
        used &+= scratch.count
      } else {
        let source = unsafe UnsafeRawPointer(block.base + Int(field.start))
        let length = field.length
        if length <= 16 {
          unsafe (start + used).storeBytes(
            of: source.loadUnaligned(as: SIMD16<UInt8>.self), as: SIMD16<UInt8>.self)
        } else {
          unsafe (start + used).copyMemory(from: source, byteCount: length)
        }
        used &+= length
      }
      unsafe endTarget.storeBytes(
        of: UInt32(truncatingIfNeeded: used), toByteOffset: stored &* 4, as: UInt32.self)
      stored &+= 1
      unsafe marks[slots] = 1
      slots &+= 1
    }
    values.advance(by: used &- values.count)
    noteAppended(slots: slots, stored: stored)
    ends.advance(by: stored &* 4)
  }

  private mutating func noteAppended(slots: Int, stored: Int) {
    present.advance(by: slots)
    count &+= slots
    nullCount &+= slots &- stored
  }

  /// Appends what `parse` makes of each field: values of one width.
  @inline(__always)
  private mutating func appendEach<Value: BitwiseCopyable>(
    _ column: Int, _ block: CSVBlock, _ misfit: (Int) -> Void, _ parse: (FieldSpan) -> Value?
  ) {
    let isOptional = field.repetition == .optional
    let width = MemoryLayout<Value>.size
    values.reserve(block.recordCount &* width)
    present.reserve(block.recordCount)
    let target = unsafe UnsafeMutableRawPointer(values.start + values.count)
    let marks = unsafe present.start + present.count
    var slots = 0
    var stored = 0
    for record in 0..<block.recordCount where unsafe block.skipped[record] == 0 {
      let field = block.field(record, column)
      if block.isNull(field) {
        guard isOptional else {
          misfit(record)
          continue
        }
        unsafe marks[slots] = 0
        slots &+= 1
        continue
      }
      guard let value = parse(field) else {
        misfit(record)
        continue
      }
      unsafe target.storeBytes(of: value, toByteOffset: stored &* width, as: Value.self)
      stored &+= 1
      unsafe marks[slots] = 1
      slots &+= 1
    }
    values.advance(by: stored &* width)
    noteAppended(slots: slots, stored: stored)
  }

  private mutating func appendIntegers(_ column: Int, _ block: CSVBlock, _ misfit: (Int) -> Void) {
    appendEach(column, block, misfit) { field -> Int64? in
      let start = Int(field.start)
      if let (short, length) = unsafe ShortNumber.integer(block.base + start),
        length == field.length
      {
        return short
      }
      return unsafe LeafStore.canonicalInteger(block.base, start, start &+ field.length)
    }
  }

  /// An integer as it is written back; nil for any other text.
  @inline(never)
  private static func canonicalInteger(
    _ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int
  ) -> Int64? {
    var at = start
    guard at < end else { return nil }
    let isNegative = unsafe base[at] == .minus
    if isNegative { at &+= 1 }
    let digits = end &- at
    guard digits > 0, digits <= 19 else { return nil }
    if unsafe base[at] == .zero { return digits == 1 && !isNegative ? 0 : nil }
    var value: UInt64 = 0
    while at < end {
      let digit = unsafe base[at] &- 48
      guard digit < 10 else { return nil }
      // Nineteen digits stay below 2⁶⁴.
      value = value &* 10 &+ UInt64(digit)
      at &+= 1
    }
    if isNegative {
      return value <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- value) : nil
    }
    return value < 1 << 63 ? Int64(truncatingIfNeeded: value) : nil
  }

  private mutating func appendDoubles(_ column: Int, _ block: CSVBlock, _ misfit: (Int) -> Void) {
    appendEach(column, block, misfit) { field -> Double? in
      let start = Int(field.start)
      let end = start &+ field.length
      if let (short, length) = unsafe ShortNumber.double(block.base + start),
        length == field.length
      {
        return short
      }
      guard let token = unsafe NumberText.scan(block.base, from: start, to: end, .json),
        token.end == end
      else { return unsafe NumberText.nonFinite(block.bytes(field)) }
      let value = unsafe NumberText.double(token, block.base)
      return value.isFinite && NumberText.isExact(value, token) ? value : nil
    }
  }

  private mutating func appendDates(_ column: Int, _ block: CSVBlock, _ misfit: (Int) -> Void) {
    appendEach(column, block, misfit) { field -> Int32? in
      // Quotes doubled inside make no date.
      unsafe CalendarScanner.date(block.bytes(field)).flatMap { Int32(exactly: $0) }
    }
  }

  private mutating func appendOthers(_ column: Int, _ block: CSVBlock, _ misfit: (Int) -> Void) {
    var unescaped = TextBuffer(capacity: 64)
    let isOptional = field.repetition == .optional
    for record in 0..<block.recordCount where unsafe block.skipped[record] == 0 {
      let field = block.field(record, column)
      if block.isNull(field) {
        if isOptional { appendNull() } else { misfit(record) }
        continue
      }
      let isStored: Bool
      if field.isEscaped {
        block.unescape(field, into: &unescaped)
        isStored = unsafe append(text: unescaped.bytes)
      } else {
        isStored = unsafe append(text: block.bytes(field))
      }
      if !isStored { misfit(record) }
    }
  }
}
