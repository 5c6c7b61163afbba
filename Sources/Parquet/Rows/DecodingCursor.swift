/// Where decoding is in a batch: shared by the nodes of a tree.
final class DecodingCursor {
  /// The leaves' columns of the batch at hand.
  private(set) var leaves: [LeafValues] = []
  /// The row at hand, counted in the file; nil where that is not known.
  var row: Int?

  func begin(_ batch: ColumnBatch, firstRow: Int?) {
    leaves = zip(batch.columns, batch.schema.leaves).map {
      LeafValues(FieldSource($0, $1, firstRow: firstRow))
    }
    row = firstRow
  }

  /// All values of a leaf.
  func values(ofLeaf leaf: Int) throws(ParquetError) -> LeafValues.Values {
    try leaves[leaf].values()
  }

  /// All values of a leaf of bytes, as text.
  func texts(ofLeaf leaf: Int) throws(ParquetError) -> [String] { try leaves[leaf].texts() }

  /// The places of some leaves.
  func places(_ range: Range<Int>) -> [SlotPlace] { range.map { leaves[$0].place } }

  /// Goes to places taken before.
  func go(to places: [SlotPlace], _ range: Range<Int>) {
    for (place, leaf) in zip(places, range) { leaves[leaf].place = place }
  }

  /// Passes a whole element of a list of repetition level `depth`, or with 0 a row, in some leaves.
  func pass(_ range: Range<Int>, depth: Int) {
    for leaf in range { leaves[leaf].pass(depth: depth) }
  }
}

/// The slots of one leaf in a batch, and its values once one is asked for.
struct LeafValues {
  enum Values {
    case booleans([Bool])
    /// Signed integers, and unsigned ones as their bits.
    case integers([Int64])
    /// Decimals that are bytes.
    case decimals([Int128])
    case floats([Float])
    case doubles([Double])
    case texts([String])
    case bytes([[UInt8]])
  }

  let source: FieldSource
  var place = SlotPlace()
  private var decoded: Values?
  private var decodedTexts: [String]?
  private let definition: Bytes?
  private let repetition: Bytes?
  private let validity: Bitmap?
  private let slotCount: Int
  private let deepest: Int

  init(_ source: FieldSource) {
    self.source = source
    slotCount = source.column.slotCount
    deepest = source.leaf.maxDefinitionLevel
    switch source.column.presence {
    case .allPresent: (definition, repetition, validity) = (nil, nil, nil)
    case .validity(let bits): (definition, repetition, validity) = (nil, nil, bits)
    case .levels(let levels, let repetitions):
      (definition, repetition, validity) = (levels, repetitions, nil)
    }
  }

  /// The definition level of the slot at hand; -1 behind the last, where only columns that disagree lead.
  var level: Int {
    guard place.slot < slotCount else { return -1 }
    if let definition { return Int(definition[place.slot]) }
    if let validity { return validity[place.slot] ? deepest : deepest - 1 }
    return deepest
  }

  /// The repetition level of the slot at hand; 0 behind the last.
  var repetitionLevel: Int {
    guard let repetition, place.slot < slotCount else { return 0 }
    return Int(repetition[place.slot])
  }

  /// Passes the slot at hand and those that go on with lists deeper than `depth`.
  mutating func pass(depth: Int) {
    repeat {
      if level == deepest { place.value += 1 }
      place.slot += 1
    } while repetitionLevel > depth
  }

  /// All values of the leaf.
  mutating func values() throws(ParquetError) -> Values {
    if let decoded { return decoded }
    let leaf = source.leaf
    let values: Values
    switch leaf.physicalType {
    case .boolean: values = .booleans(try Bool.readStored(source))
    case .int32, .int64: values = .integers(try Int64.readStored(source))
    case .float: values = .floats(try Float.readStored(source))
    case .double: values = .doubles(try Double.readStored(source))
    case .byteArray, .fixedLengthByteArray, .int96:
      if leaf.logicalType == .float16 {
        values = .floats(try Float.readStored(source))
      } else if case .decimal? = leaf.logicalType {
        values = .decimals(try source.decimals())
      } else if leaf.logicalType?.isText == true {
        values = .texts(try String.readStored(source))
      } else {
        values = .bytes(try [UInt8].readStored(source))
      }
    }
    decoded = values
    return values
  }

  /// All values of a leaf of bytes, as text.
  mutating func texts() throws(ParquetError) -> [String] {
    if let decodedTexts { return decodedTexts }
    let texts = try String.readStored(source)
    decodedTexts = texts
    return texts
  }
}
