import FuzzBodies

/// Makes damaged files of whole ones. What is made follows from the file, the donor and the seed alone.
struct Mutator {
  private var random: Random
  private let file: SeedFile
  private let donor: SeedFile
  private var bytes: [UInt8]
  /// What was done, to be read by people.
  private(set) var log: [String] = []
  /// How many bytes the footer has grown by, which its length must follow to be found at all.
  private var footerGrowth = 0

  private init(_ file: SeedFile, donor: SeedFile, seed: UInt64) {
    random = Random(seed: seed)
    self.file = file
    self.donor = donor
    bytes = file.bytes
  }

  /// The mutant of `file` with this seed, some of whose bytes may come from `donor`; and what was done.
  static func mutant(
    of file: SeedFile, donor: SeedFile, seed: UInt64
  ) -> (bytes: [UInt8], log: [String]) {
    var mutator = Mutator(file, donor: donor, seed: seed)
    // Mostly one or two changes: more of them are stopped by the first.
    let count = 1 + mutator.random.sized(upTo: 5)
    for _ in 0..<count where !mutator.bytes.isEmpty { mutator.change() }
    mutator.mendFooterLength()
    return (mutator.bytes, mutator.log)
  }

  /// One change somewhere: half of them in the footer, most others in page headers and first bytes.
  private mutating func change() {
    let kind = random.within(0..<16)
    var place = 0..<bytes.count
    if kind < 7 {
      place = file.footer
    } else if kind < 14, !file.places.isEmpty {
      place = random.pick(file.places)
    }
    let start = random.within(place.clamped(to: 0..<bytes.count))
    guard start < bytes.count else { return }
    let inFooter = file.footer.contains(start)
    switch random.within(0..<20) {
    case 0...3: flip(start)
    case 4...6:
      set(start, [random.pick([0, 1, 2, 0x7F, 0x80, 0xFE, 0xFF, 0x15, 0x18, 0x1C])], "byte")
    case 7...8: set(start, [UInt8(truncatingIfNeeded: random.next())], "random byte")
    case 9...10: lengthen(start)
    case 11: overwriteVarint(start)
    case 12: overwriteLength(start)
    case 13: set(start, [UInt8](repeating: 0, count: 1 + random.sized(upTo: 64)), "zeros")
    case 14: set(start, [UInt8](repeating: 0xFF, count: 1 + random.sized(upTo: 16)), "ones")
    case 15: remove(start, inFooter: inFooter)
    case 16: double(start, inFooter: inFooter)
    case 17: splice(start, from: file, "splice from the file")
    case 18: splice(start, from: donor, "splice from the donor")
    default: truncate(start)
    }
  }

  private mutating func flip(_ start: Int) {
    let bit = random.within(0..<8)
    log.append("flip bit \(bit) of byte \(start)")
    bytes[start] ^= 1 << UInt8(bit)
  }

  private mutating func set(_ start: Int, _ values: [UInt8], _ what: String) {
    log.append("\(what) at \(start): \(values.prefix(16))")
    for (i, value) in values.enumerated() where start + i < bytes.count {
      bytes[start + i] = value
    }
  }

  /// A varint made longer: the bytes behind it move, in the footer its length with them.
  private mutating func lengthen(_ start: Int) {
    let values = Mutator.varint(random.next() &>> UInt64(random.within(0..<64)))
    log.append("varint of \(values.count) bytes put in at \(start)")
    insert(values, at: start, replacing: bytes[start] < 0x80 ? 1 : 0)
  }

  private mutating func overwriteVarint(_ start: Int) {
    let extremes: [UInt64] = [
      UInt64(UInt32.max), UInt64(UInt32.max) - 1, UInt64.max, UInt64.max - 1, 1 << 31, 1 << 40,
      1 << 62,
    ]
    set(start, Mutator.varint(random.pick(extremes)), "varint")
  }

  private mutating func overwriteLength(_ start: Int) {
    let lengths: [UInt32] = [
      0, 1, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x7FFF_FFF0, 0x0010_0000, 0x4000_0000,
      UInt32(truncatingIfNeeded: bytes.count), UInt32(truncatingIfNeeded: random.next()),
    ]
    let length = random.pick(lengths)
    let values = (0..<4).map { UInt8(truncatingIfNeeded: length &>> UInt32($0 * 8)) }
    set(start, values, "length \(length)")
  }

  private mutating func remove(_ start: Int, inFooter: Bool) {
    let count = min(1 + random.sized(upTo: 64), bytes.count - start)
    log.append("\(count) bytes removed at \(start)")
    bytes.removeSubrange(start..<start + count)
    if inFooter { footerGrowth -= count }
  }

  private mutating func double(_ start: Int, inFooter: Bool) {
    let count = min(1 + random.sized(upTo: 256), bytes.count - start)
    log.append("\(count) bytes doubled at \(start)")
    insert(Array(bytes[start..<start + count]), at: start, replacing: 0)
  }

  private mutating func insert(_ values: [UInt8], at start: Int, replacing count: Int) {
    bytes.replaceSubrange(start..<start + count, with: values)
    if file.footer.contains(start) { footerGrowth += values.count - count }
  }

  /// Bytes of a place of `other` over those here.
  private mutating func splice(_ start: Int, from other: SeedFile, _ what: String) {
    guard !other.bytes.isEmpty else { return }
    var place = 0..<other.bytes.count
    if random.chance(oneIn: 2) {
      place = other.footer
    } else if !other.places.isEmpty {
      place = random.pick(other.places)
    }
    let first = random.chance(oneIn: 2) ? place.lowerBound : random.within(place)
    let count = min(1 + random.sized(upTo: 512), other.bytes.count - first)
    guard count > 0 else { return }
    set(start, Array(other.bytes[first..<first + count]), what)
  }

  /// The file cut off; or its middle cut out, so that there still is a footer.
  private mutating func truncate(_ start: Int) {
    if random.chance(oneIn: 4) {
      log.append("cut off at \(start)")
      bytes.removeSubrange(start..<bytes.count)
    } else {
      let end = min(max(start, file.footer.lowerBound), bytes.count)
      log.append("bytes \(start) to \(end) cut out")
      bytes.removeSubrange(start..<end)
    }
  }

  /// The footer's length, mostly set to what it has become.
  private mutating func mendFooterLength() {
    guard footerGrowth != 0, bytes.count >= 8, !random.chance(oneIn: 8) else { return }
    let length = file.footer.count - 8 + footerGrowth
    guard length >= 0 else { return }
    log.append("footer length set to \(length)")
    for i in 0..<4 {
      bytes[bytes.count - 8 + i] = UInt8(truncatingIfNeeded: length >> (8 * i))
    }
  }

  /// `value` as a varint.
  private static func varint(_ value: UInt64) -> [UInt8] {
    var rest = value
    var out: [UInt8] = []
    while rest >= 0x80 {
      out.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest &>>= 7
    }
    out.append(UInt8(rest))
    return out
  }
}
