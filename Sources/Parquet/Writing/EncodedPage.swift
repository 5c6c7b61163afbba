/// A page as it will stand in the file, but for its header.
struct EncodedPage {
  /// What kind of page it is.
  enum Kind: Equatable {
    case dictionary
    case data
    /// A data page of version 2, whose levels stand uncompressed before the values.
    case dataV2(LevelBytes, isCompressed: Bool)
  }

  /// What the levels of a data page of version 2 take.
  struct LevelBytes: Equatable {
    var repetition = 0
    var definition = 0
  }

  var kind: Kind
  var encoding: Encoding
  /// Slots: values, nulls, and empty lists.
  var slotCount: Int
  var rowCount: Int
  var nullCount: Int
  /// The bytes before compression.
  var rawByteCount: Int
  /// The bytes after it, and after encryption where the column is encrypted.
  var body: Bytes
  /// The CRC of ``body``.
  var crc: UInt32
  /// What is noted about the values of a data page; nil where nothing is.
  var statistics: PageStatistics?
}

/// What is noted about one data page, for the indexes and for the chunk's sums.
struct PageStatistics {
  var bounds: Bounds.Encoded?
  var nanCount: Int?
  /// For byte arrays: the bytes of the values without their lengths.
  var unencodedByteCount: Int?
  var levels: LevelHistogram
}

/// How often each level occurs; empty where it says nothing new (rule Z2).
struct LevelHistogram: Equatable {
  var repetition: [Int] = []
  var definition: [Int] = []

  init(_ leaf: Leaf) {
    if leaf.maxRepetitionLevel > 0 {
      repetition = Array(repeating: 0, count: leaf.maxRepetitionLevel + 1)
    }
    if leaf.maxDefinitionLevel > 1 || leaf.maxRepetitionLevel > 0 {
      definition = Array(repeating: 0, count: leaf.maxDefinitionLevel + 1)
    }
  }

  /// Counts the levels of `slots` of a column.
  mutating func count(_ column: Column, slots: Range<Int>) {
    guard case .levels(let definitions, let repetitions) = column.presence else {
      // A leaf of more than one level without levels has a value in every slot.
      if let last = definition.indices.last { definition[last] += slots.count }
      return
    }
    if !definition.isEmpty { LevelHistogram.count(definitions.slice(slots), into: &definition) }
    if let repetitions, !repetition.isEmpty {
      LevelHistogram.count(repetitions.slice(slots), into: &repetition)
    }
  }

  private static func count(_ levels: Bytes, into histogram: inout [Int]) {
    let pointer = unsafe levels.elements(of: UInt8.self)
    guard histogram.count <= 12 else {
      for i in 0..<levels.count { histogram[Int(unsafe pointer[i])] += 1 }
      return
    }
    // Of few levels each is counted by itself, and the last is what is left.
    var left = levels.count
    for level in 0..<histogram.count - 1 {
      let count = unsafe countBytes(pointer, levels.count, equalTo: UInt8(level))
      histogram[level] += count
      left -= count
    }
    histogram[histogram.count - 1] += left
  }

  mutating func add(_ other: LevelHistogram) {
    for i in repetition.indices { repetition[i] += other.repetition[i] }
    for i in definition.indices { definition[i] += other.definition[i] }
  }
}
