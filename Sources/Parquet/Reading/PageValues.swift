/// The values of a data page, read some at a time.
struct PageValues {
  /// How the values lie in the page.
  enum Form {
    /// Values of fixed width, one after another.
    case fixed
    /// One bit each.
    case bits
    /// Byte arrays, each after its length.
    case byteArrays
    /// Booleans as runs and groups.
    case bitRuns
    /// Places in the chunk's dictionary.
    case indices
    /// Byte arrays decoded before, by where each ends.
    case decodedByteArrays
  }

  let form: Form
  let encoding: Encoding
  /// What is read: for runs and indices, only by ``runs``.
  let bytes: Bytes
  /// For byte arrays decoded before: where each begins, and the last one ends, as UInt32.
  private(set) var offsets = Bytes()
  /// The next byte, or bit, or decoded byte array.
  var position = 0
  /// Indices and runs of booleans.
  var runs: RLEDecoder

  /// The values in `bytes`, of a page with `slotCount` slots; what has to be decoded at once takes
  /// `byteLimit` bytes at most, from `memory`.
  ///
  /// - Throws: ``ParquetError``: `unsupportedFeature` for an encoding that is not known,
  ///   `malformedFile` for one that the leaf's type cannot have.
  init(
    _ bytes: Bytes, _ encoding: Encoding, leaf: Leaf, slotCount: Int, byteLimit: Int,
    within memory: MemoryAllowance?
  ) throws(ParquetError) {
    self.encoding = encoding
    runs = RLEDecoder(Bytes(), bitWidth: 1)
    // A page of nothing but nulls may have no bytes at all, whatever would be in them.
    let isBare = bytes.count == 0 && encoding.hasHeader
    switch (isBare ? .plain : encoding, leaf.physicalType) {
    case (.plain, .boolean):
      form = .bits
      self.bytes = bytes
    case (.plain, .byteArray):
      form = .byteArrays
      self.bytes = bytes
    case (.plain, _):
      form = .fixed
      self.bytes = bytes
    case (.rleDictionary, .boolean), (.plainDictionary, .boolean):
      throw ParquetError(.malformedFile, "booleans have no dictionary")
    case (.rleDictionary, _), (.plainDictionary, _):
      form = .indices
      self.bytes = bytes
      // A page of nothing but nulls may leave out even the width.
      guard bytes.count > 0 else { return }
      let width = Int(bytes[0])
      guard width <= 32 else {
        throw ParquetError(.malformedFile, "dictionary indices of \(width) bits")
      }
      let runs = RLEDecoder(bytes.slice(1..<bytes.count), bitWidth: width)
      if width == 0 { try runs.checkBareRuns(valueLimit: slotCount) }
      self.runs = runs
    case (.rle, .boolean):
      form = .bitRuns
      self.bytes = bytes
      guard bytes.count > 0 else { return }
      guard bytes.count >= 4 else {
        throw ParquetError(.malformedFile, "a page ends within the length of its booleans")
      }
      let length = unsafe Int(bytes.pointer.loadUnaligned(as: UInt32.self))
      guard length <= bytes.count - 4 else {
        throw ParquetError(
          .malformedFile, "booleans of \(length) bytes in a page with \(bytes.count - 4) left")
      }
      runs = RLEDecoder(bytes.slice(4..<4 + length), bitWidth: 1)
    case (.deltaBinaryPacked, .int32):
      form = .fixed
      var decoder = DeltaBinaryPackedDecoder(bytes)
      self.bytes = try decoder.decode(
        Int32.self, countLimit: slotCount, byteLimit: byteLimit, within: memory)
    case (.deltaBinaryPacked, .int64):
      form = .fixed
      var decoder = DeltaBinaryPackedDecoder(bytes)
      self.bytes = try decoder.decode(
        Int64.self, countLimit: slotCount, byteLimit: byteLimit, within: memory)
    case (.deltaLengthByteArray, .byteArray):
      form = .decodedByteArrays
      let values = try DeltaByteArrayDecoder.decodeLengths(
        bytes, countLimit: slotCount, byteLimit: byteLimit, within: memory)
      self.bytes = values.bytes
      offsets = values.offsets
    case (.deltaByteArray, .byteArray):
      form = .decodedByteArrays
      let values = try DeltaByteArrayDecoder.decodePrefixes(
        bytes, countLimit: slotCount, byteLimit: byteLimit, within: memory)
      self.bytes = values.bytes
      offsets = values.offsets
    case (.deltaByteArray, .fixedLengthByteArray(let width)):
      form = .fixed
      let values = try DeltaByteArrayDecoder.decodePrefixes(
        bytes, countLimit: slotCount, byteLimit: byteLimit, within: memory)
      let ends = unsafe values.offsets.elements(of: UInt32.self)
      for i in 0..<values.count where unsafe Int(ends[i + 1]) - Int(ends[i]) != width {
        throw ParquetError(.malformedFile, "a value has another length than \(width) bytes")
      }
      self.bytes = values.bytes
    case (.byteStreamSplit, .int32), (.byteStreamSplit, .int64), (.byteStreamSplit, .float),
      (.byteStreamSplit, .double), (.byteStreamSplit, .fixedLengthByteArray):
      form = .fixed
      self.bytes = try ByteStreamSplitDecoder.decode(
        bytes, width: leaf.physicalType.byteWidth ?? 1, within: memory)
    case (.alp, .float):
      form = .fixed
      self.bytes = try ALPDecoder.decode(
        bytes, Float.self, countLimit: slotCount, byteLimit: byteLimit, within: memory)
    case (.alp, .double):
      form = .fixed
      self.bytes = try ALPDecoder.decode(
        bytes, Double.self, countLimit: slotCount, byteLimit: byteLimit, within: memory)
    case (.deltaBinaryPacked, _), (.deltaLengthByteArray, _), (.deltaByteArray, _),
      (.byteStreamSplit, _), (.alp, _):
      throw ParquetError(
        .malformedFile, "\(leaf.physicalType.name) values are encoded as \(encoding.name)")
    case (.rle, _), (.bitPacked, _):
      throw ParquetError(
        .malformedFile, "\(leaf.physicalType.name) values are encoded as \(encoding.name)")
    default:
      throw ParquetError(
        .unsupportedFeature, "values have the encoding \(encoding.name), which is not known")
    }
  }

  /// Whether bytes are left that no value took.
  var bytesLeft: Int {
    switch form {
    case .fixed, .byteArrays: bytes.count - position
    case .bits: bytes.count - (position + 7) / 8
    case .bitRuns, .indices, .decodedByteArrays: 0
    }
  }
}

extension Encoding {
  /// Whether a page's values begin with a header.
  fileprivate var hasHeader: Bool {
    self == .deltaBinaryPacked || self == .deltaLengthByteArray || self == .deltaByteArray
      || self == .alp
  }
}
