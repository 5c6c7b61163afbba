import Testing

@testable import Parquet

@Suite struct DictionaryTests {
  /// Numbers values as a dictionary should: in first-come order.
  private func reference<T: Hashable>(_ values: [T]) -> (indices: [UInt32], entries: [T]) {
    var numbers: [T: UInt32] = [:]
    var entries: [T] = []
    let indices = values.map { value -> UInt32 in
      if let number = numbers[value] { return number }
      numbers[value] = UInt32(entries.count)
      entries.append(value)
      return UInt32(entries.count - 1)
    }
    return (indices, entries)
  }

  private func number<Word: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ slabs: [[Word]], isRangeKnown: Bool, entryLimit: Int = .max
  ) -> (indices: [UInt32], entries: [Word], numbered: [Int]) {
    var dictionary = IntegerDictionary<Word>()
    var indices: [UInt32] = []
    var numbered: [Int] = []
    for slab in slabs {
      var room = [UInt32](repeating: 0, count: slab.count)
      let least = slab.min() ?? 0
      let spread = isRangeKnown ? (slab.max() ?? 0) - least : Word.max
      let count = unsafe slab.withUnsafeBufferPointer { values in
        unsafe room.withUnsafeMutableBufferPointer { room in
          guard let base = values.baseAddress, let target = room.baseAddress else { return 0 }
          return unsafe dictionary.number(
            base, count: slab.count, least: least, spread: spread, entryLimit: entryLimit,
            into: target)
        }
      }
      numbered.append(count)
      indices += room.prefix(count)
    }
    let entries = (0..<dictionary.count).map {
      unsafe dictionary.entryBytes.loadUnaligned(
        fromByteOffset: $0 * MemoryLayout<Word>.size, as: Word.self)
    }
    return (indices, entries, numbered)
  }

  @Test(arguments: [1, 2, 100, 5_000, 60_000, 1 << 40])
  func wordsAreNumberedInFirstComeOrder(range: Int) {
    var random = SeededGenerator(seed: UInt64(range))
    var base: UInt64 = 1 << 50
    var slabs: [[UInt64]] = []
    for _ in 0..<4 {
      slabs.append(
        (0..<3_000).map { _ in base + UInt64.random(in: 0..<UInt64(range), using: &random) })
      // The range of the next slab moves, to and past what a table reached over.
      base += UInt64(range / 3)
    }
    let expected = reference(slabs.flatMap { $0 })
    for isRangeKnown in [true, false] {
      let found = number(slabs, isRangeKnown: isRangeKnown)
      #expect(found.indices == expected.indices)
      #expect(found.entries == expected.entries)
    }
  }

  @Test func narrowWordsWrapAroundZero() {
    // As signed numbers −2 ... 2: the least, as a pattern, is the greatest unsigned word.
    let values: [UInt32] = [UInt32.max - 1, 0, 2, UInt32.max, 1, 2, UInt32.max - 1]
    var dictionary = IntegerDictionary<UInt32>()
    var room = [UInt32](repeating: 0, count: values.count)
    let count = unsafe values.withUnsafeBufferPointer { values in
      unsafe room.withUnsafeMutableBufferPointer { room in
        guard let base = values.baseAddress, let target = room.baseAddress else { return 0 }
        return unsafe dictionary.number(
          base, count: 7, least: UInt32.max - 1, spread: 4, entryLimit: 100, into: target)
      }
    }
    #expect(count == 7)
    #expect(room == reference(values).indices)
  }

  @Test func aFullDictionarySaysHowFarItCame() {
    let found = number([[5, 5, 6, 7, 5, 8]] as [[UInt64]], isRangeKnown: true, entryLimit: 3)
    #expect(found.numbered == [5])
    #expect(found.indices == [0, 0, 1, 2, 0])
    let hashed = number([[5, 5, 6, 7, 5, 8]] as [[UInt64]], isRangeKnown: false, entryLimit: 3)
    #expect(hashed.numbered == [5])
  }

  @Test func valuesChosenToCollideEndTheDictionaryNotTheProgram() {
    // Multiples of the hash's inverse shifted past the slots used: all in one slot.
    let inverse = inverse(of: 0x9E37_79B9_7F4A_7C15)
    let values = (0..<60_000).map { i -> UInt64 in
      let hash = UInt64(i)
      let folded = hash &* inverse
      return folded ^ (folded >> 32)
    }
    let found = number([values], isRangeKnown: false)
    #expect(found.numbered[0] < values.count || found.entries.count == values.count)
    #expect(found.entries == Array(reference(values).entries.prefix(found.entries.count)))
  }

  private func inverse(of odd: UInt64) -> UInt64 {
    var x = odd
    for _ in 0..<6 { x = x &* (2 &- odd &* x) }
    return x
  }

  @Test func byteStringsAreNumberedInFirstComeOrder() {
    var random = SeededGenerator(seed: 9)
    let strings = (0..<4_000).map { _ -> [UInt8] in
      let length = Int.random(in: 0...40, using: &random)
      return (0..<length).map { _ in UInt8.random(in: 97...98, using: &random) }
    }
    let expected = reference(strings)
    var dictionary = BytesDictionary(fixedLength: false)
    var indices: [UInt32] = []
    for slab in [strings[..<1_000], strings[1_000...]] {
      indices += number(Array(slab), &dictionary, byteLimit: .max)
    }
    #expect(indices == expected.indices)
    #expect(dictionary.count == expected.entries.count)
    for (i, entry) in expected.entries.enumerated() {
      #expect(unsafe Array(dictionary.entry(i)) == entry)
    }
  }

  /// Zeros at the end are part of a string, of every length that a key holds whole and of longer ones.
  @Test func stringsThatDifferInLengthOrInOneByte() {
    var strings: [[UInt8]] = []
    for length in 0...40 {
      strings.append([UInt8](repeating: 0, count: length))
      for place in 0..<length {
        var string = [UInt8](repeating: 0, count: length)
        string[place] = 1
        strings.append(string)
      }
    }
    var dictionary = BytesDictionary(fixedLength: false)
    #expect(
      number(strings + strings.reversed(), &dictionary, byteLimit: .max)
        == (Array(0..<strings.count) + (0..<strings.count).reversed()).map { UInt32($0) })
  }

  @Test func truncationForgetsAndNumbersAnew() {
    var dictionary = BytesDictionary(fixedLength: false)
    #expect(number([[1], [2], [3]], &dictionary, byteLimit: .max) == [0, 1, 2])
    dictionary.truncate(to: 1)
    #expect(number([[3], [1], [2]], &dictionary, byteLimit: .max) == [1, 0, 2])
    #expect(dictionary.entries.count == 15)
    #expect(number([[9]], &dictionary, byteLimit: 15) == [])
  }

  private func number(
    _ strings: [[UInt8]], _ dictionary: inout BytesDictionary, byteLimit: Int
  ) -> [UInt32] {
    var offsets: [UInt32] = [0]
    var bytes: [UInt8] = []
    for string in strings {
      bytes += string
      offsets.append(UInt32(bytes.count))
    }
    let store = Bytes(copying: bytes)
    var room = [UInt32](repeating: 0, count: strings.count)
    let count = unsafe offsets.withUnsafeBufferPointer { offsets in
      unsafe room.withUnsafeMutableBufferPointer { room in
        guard let base = offsets.baseAddress, let target = room.baseAddress else { return 0 }
        return unsafe dictionary.number(
          offsets: base, bytes: store.pointer, count: strings.count, byteLimit: byteLimit,
          into: target)
      }
    }
    return Array(room.prefix(count))
  }
}
