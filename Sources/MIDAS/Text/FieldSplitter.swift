internal import Parquet

/// Where a field lies in its line, blanks around it taken off.
struct FieldRange {
  var start: Int32
  var end: Int32

  var count: Int { Int(end &- start) }
}

/// Cuts lines at their commas.
///
/// A field in double quotes may hold commas, and a doubled quote for one; the quotes are taken off.
@safe
struct FieldSplitter: ~Copyable {
  /// The fields of the line last cut; the first ``count`` are valid.
  private(set) var fields: [FieldRange]
  /// The number of fields of the line last cut; one more than expected stands for any more.
  private(set) var count = 0
  /// The line last cut, if quotes had to be taken off: the fields then lie in it.
  private var unquoted = ByteBuffer()

  /// A splitter for lines of `expected` fields.
  init(expecting expected: Int) {
    fields = [FieldRange](repeating: FieldRange(start: 0, end: 0), count: expected + 1)
  }

  /// Cuts `line`.
  ///
  /// - Precondition: eight bytes past the line's end may be read.
  /// - Returns: The text that the fields' ranges count from, valid as long as `line` and until the next
  ///   call; nil where a quote is never closed, or closed before the field's end.
  @unsafe @inline(__always)
  mutating func split(_ line: UnsafeRawBufferPointer) -> UnsafeRawPointer? {
    guard let base = line.baseAddress else { return nil }
    if unsafe cut(base, line.count) { return unsafe base }
    return unsafe unquote(line) ? UnsafeRawPointer(unquoted.start) : nil
  }

  /// Cuts a line without quotes, eight bytes at a time. False where there is a quote.
  @unsafe @inline(__always)
  private mutating func cut(_ base: UnsafeRawPointer, _ length: Int) -> Bool {
    let commas: UInt64 = 0x2C2C_2C2C_2C2C_2C2C
    let quotes: UInt64 = 0x2222_2222_2222_2222
    let limit = fields.count
    var found = 0
    var start = 0
    var quoted: UInt64 = 0
    unsafe fields.withUnsafeMutableBufferPointer { fields in
      var at = 0
      while at < length {
        let word = unsafe base.loadUnaligned(fromByteOffset: at, as: UInt64.self)
        var hits = zeroBytes(word ^ commas)
        var quoteHits = zeroBytes(word ^ quotes)
        if length &- at < 8 {
          // Bytes past the end are not the line's.
          let mask = (1 &<< UInt64((length &- at) &* 8)) &- 1
          hits &= mask
          quoteHits &= mask
        }
        quoted |= quoteHits
        while hits != 0 {
          let comma = at &+ hits.trailingZeroBitCount &>> 3
          // Past the expected number only the fact counts that there are more.
          if found < limit {
            unsafe fields[found] = trimmed(base, start, comma)
            found &+= 1
          }
          start = comma &+ 1
          hits &= hits &- 1
        }
        at &+= 8
      }
      if found < limit {
        unsafe fields[found] = trimmed(base, start, length)
        found &+= 1
      }
    }
    count = found
    return quoted == 0
  }

  /// Cuts a line with quotes into a copy without them. False where they do not match.
  private mutating func unquote(_ line: UnsafeRawBufferPointer) -> Bool {
    unquoted.removeAll()
    unquoted.reserve(line.count)
    count = 0
    let quote = UInt8(ascii: "\"")
    let comma = UInt8(ascii: ",")
    var at = 0
    while true {
      while at < line.count, unsafe isBlank(line[at]) { at += 1 }
      let start = unquoted.count
      var end = start
      if at < line.count, unsafe line[at] == quote {
        at += 1
        while true {
          guard at < line.count else { return false }
          let byte = unsafe line[at]
          at += 1
          if byte == quote {
            guard at < line.count, unsafe line[at] == quote else { break }
            at += 1
          }
          unquoted.append(byte)
        }
        end = unquoted.count
        while at < line.count, unsafe isBlank(line[at]) { at += 1 }
        guard unsafe at == line.count || line[at] == comma else { return false }
      } else {
        while at < line.count, unsafe line[at] != comma {
          unsafe unquoted.append(line[at])
          if unsafe !isBlank(line[at]) { end = unquoted.count }
          at += 1
        }
      }
      if count < fields.count {
        fields[count] = FieldRange(
          start: Int32(truncatingIfNeeded: start), end: Int32(truncatingIfNeeded: end))
        count += 1
      }
      guard at < line.count else { return true }
      at += 1
    }
  }
}

@inline(__always)
func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

/// The highest bit of each byte of `word` that is zero.
@inline(__always)
func zeroBytes(_ word: UInt64) -> UInt64 {
  let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
  return ~(((word & low) &+ low) | word | low)
}

@unsafe @inline(__always)
private func trimmed(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> FieldRange {
  var start = start
  var end = end
  while start < end, unsafe isBlank(base.load(fromByteOffset: start, as: UInt8.self)) {
    start &+= 1
  }
  while start < end, unsafe isBlank(base.load(fromByteOffset: end &- 1, as: UInt8.self)) {
    end &-= 1
  }
  return FieldRange(
    start: Int32(truncatingIfNeeded: start), end: Int32(truncatingIfNeeded: end))
}
