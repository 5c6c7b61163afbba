/// The texts that one column's values have, and which of them comes next.
@safe
struct ColumnText {
  /// For each of 4 096 even parts of the distribution the text with a comma behind it, as a word whose first
  /// byte is the lowest, and how long it is.
  private var words: [UInt64] = []
  private var lengths: [UInt8] = []
  private let missing: UInt64
  private let keeping: UInt64
  private let step: Int?
  private let losing: UInt64
  private let regaining: UInt64

  private static let partCount = 4_096

  /// Where in its distribution a column is.
  struct State {
    fileprivate var place: Int
    fileprivate var isMissing = false

    /// Anywhere.
    init(_ random: inout Random) { place = random.within(0...65_535) }
  }

  /// The texts of a column whose values change; nil where they are constant or the archive's.
  init?(_ column: HourlyColumn) {
    let model = column.model
    missing = ColumnText.word("NA").word
    keeping = UInt64(column.keeping) * 65_536 / 1_000
    step = model.step
    losing = UInt64(model.losing) * 65_536 / 10_000
    regaining = UInt64(model.regaining) * 65_536 / 10_000
    switch model.values {
    case .constant, .identity: return nil
    case .codes(let codes):
      for code in codes {
        for _ in 0..<code.weight { append(code.text) }
      }
    case .numbers(let form, let quantiles):
      for part in 0..<ColumnText.partCount {
        let position = part * (quantiles.count - 1)
        let below = quantiles[position / ColumnText.partCount]
        let above = quantiles[position / ColumnText.partCount + 1]
        let share = position % ColumnText.partCount
        // Half of a part more, so that what is between is rounded and not cut.
        let rise = (2 * (above - below) * share + ColumnText.partCount) / (2 * ColumnText.partCount)
        append(form.text(below + rise + column.offset))
      }
    }
    precondition(words.count == ColumnText.partCount, "\(column.name)'s weights are no 4 096")
  }

  private mutating func append(_ text: String) {
    let (word, length) = ColumnText.word(text)
    words.append(word)
    lengths.append(length)
  }

  private static func word(_ text: String) -> (word: UInt64, length: UInt8) {
    let bytes = Array(text.utf8) + [0x2C]
    precondition(bytes.count <= 8, "\(text) is too long for a word")
    let word = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return (word, UInt8(bytes.count))
  }

  /// Writes the next value and a comma at `end` and moves that behind them.
  ///
  /// - Precondition: there are eight bytes at `end`.
  @inline(__always)
  func write(
    _ state: inout State, _ random: inout Random, _ bytes: UnsafeMutableRawBufferPointer,
    _ end: inout Int
  ) {
    let bits = random.next()
    if bits & 0xFFFF >= keeping { move(&state, bits &>> 32) }
    let chance = bits &>> 16 & 0xFFFF
    state.isMissing = state.isMissing ? chance >= regaining : chance < losing
    let part = state.place &>> 4
    let word = state.isMissing ? missing : words[part]
    unsafe bytes.storeBytes(of: word.littleEndian, toByteOffset: end, as: UInt64.self)
    end &+= state.isMissing ? 3 : Int(lengths[part])
  }

  /// Moves on by 32 random bits: what leaves the distribution comes back from its end, so that each part of it
  /// stays as frequent as any other.
  @inline(__always)
  private func move(_ state: inout State, _ bits: UInt64) {
    guard let step else {
      state.place = Int(bits & 0xFFFF)
      return
    }
    var place = state.place &+ ((Int(bits & 0xFFFF) &+ Int(bits &>> 16) &- 65_535) &* step) &>> 16
    if place < 0 { place = -1 &- place }
    if place > 65_535 { place = 131_071 &- place }
    state.place = place
  }
}

extension RealColumn.Form {
  /// What a file has for a number.
  fileprivate func text(_ value: Int) -> String {
    switch self {
    case .floatTens: return "\(value * 10).0"
    case .float: return "\(value).0"
    case .tens: return "\(value * 10)"
    case .whole: return "\(value)"
    case .kilojoules: return "\((value * 36 + 5) / 10)"
    case .tenths:
      let size = abs(value)
      let whole = "\(value < 0 ? "-" : "")\(size / 10)"
      return size % 10 == 0 ? whole : "\(whole).\(size % 10)"
    }
  }
}
