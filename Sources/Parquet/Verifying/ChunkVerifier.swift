/// Holds what is said of one column chunk against its pages and its values.
struct ChunkVerifier {
  private static let batchRows = 65_536

  private let leaf: Leaf
  private let metadata: ColumnMetadata
  private let boundsHaveMeaning: Bool
  private let report: (ParquetError) -> Void

  private var slotCount = 0
  private var nullCount = 0
  private var byteArrayByteCount = 0
  private var definitionHistogram: [Int]
  private var repetitionHistogram: [Int]
  private var bounds: Bounds

  init(
    leaf: Leaf, metadata: ColumnMetadata, boundsHaveMeaning: Bool,
    report: @escaping (ParquetError) -> Void
  ) {
    self.leaf = leaf
    self.metadata = metadata
    self.boundsHaveMeaning = boundsHaveMeaning
    self.report = report
    definitionHistogram = Array(repeating: 0, count: leaf.maxDefinitionLevel + 1)
    repetitionHistogram = Array(repeating: 0, count: leaf.maxRepetitionLevel + 1)
    bounds = Bounds(leaf)
  }

  private func fault(_ message: String) { report(ParquetError(.malformedFile, message)) }

  // MARK: Pages

  /// Compares the chunk's sizes, places and encodings with its page headers.
  func verifyPages(_ pages: [PageInformation]) {
    var stored = 0
    var uncompressed = 0
    var used: Set<Encoding> = []
    var counts: [PageKey: Int] = [:]
    var firstDataPage: PageInformation?
    for page in pages {
      let header = page.header
      stored += page.headerByteCount + header.compressedByteCount
      uncompressed += page.headerByteCount + header.uncompressedByteCount
      if let encoding = header.dataPage?.encoding ?? header.dataPageV2?.encoding {
        firstDataPage = firstDataPage ?? page
        used.insert(encoding)
        counts[PageKey(type: header.type, encoding: encoding), default: 0] += 1
      } else if let dictionary = header.dictionaryPage {
        used.insert(dictionary.encoding)
        counts[PageKey(type: header.type, encoding: dictionary.encoding), default: 0] += 1
        if let offset = metadata.dictionaryPageOffset, offset > 0, offset != page.offset {
          fault("dictionary_page_offset is \(offset); the page is at byte \(page.offset)")
        }
      }
      if let levels = header.dataPage {
        if leaf.maxDefinitionLevel > 0 { used.insert(levels.definitionLevelEncoding) }
        if leaf.maxRepetitionLevel > 0 { used.insert(levels.repetitionLevelEncoding) }
      }
    }
    if let firstDataPage, firstDataPage.offset != metadata.dataPageOffset {
      fault(
        "data_page_offset is \(metadata.dataPageOffset); the page is at byte"
          + " \(firstDataPage.offset)")
    }
    if stored != metadata.totalCompressedByteCount {
      fault(
        "total_compressed_size is \(metadata.totalCompressedByteCount); the pages have \(stored)")
    }
    if uncompressed != metadata.totalUncompressedByteCount {
      fault(
        "total_uncompressed_size is \(metadata.totalUncompressedByteCount); the pages have"
          + " \(uncompressed)")
    }
    for encoding in used.sorted(by: { $0.rawValue < $1.rawValue })
    where !metadata.encodings.contains(encoding) {
      fault("a page has the encoding \(encoding.name), which `encodings` does not list")
    }
    verifyEncodingStatistics(counts)
  }

  private struct PageKey: Hashable {
    var type: PageType
    var encoding: Encoding
  }

  private func verifyEncodingStatistics(_ counts: [PageKey: Int]) {
    guard let statistics = metadata.encodingStatistics else { return }
    var stated: [PageKey: Int] = [:]
    for entry in statistics {
      let key = PageKey(type: entry.pageType, encoding: entry.encoding)
      stated[key] = (stated[key] ?? 0).addingReportingOverflow(entry.count).partialValue
    }
    let keys = Set(stated.keys).union(counts.keys).sorted {
      ($0.type.rawValue, $0.encoding.rawValue) < ($1.type.rawValue, $1.encoding.rawValue)
    }
    for key in keys where stated[key, default: 0] != counts[key, default: 0] {
      fault(
        "encoding_stats count \(stated[key, default: 0]) pages \(key.type.name) of"
          + " \(key.encoding.name); there are \(counts[key, default: 0])")
    }
  }

  // MARK: Values

  /// Reads all values, then compares the chunk's statistics with them.
  mutating func verifyValues(_ reader: RowGroupReader, rowCount: Int) throws(ParquetError) {
    var left = rowCount
    while left > 0 {
      let step = min(left, ChunkVerifier.batchRows)
      for column in try reader.read(rowCount: step) { take(column) }
      left -= step
    }
    try reader.finish()
    if slotCount != metadata.valueCount {
      fault("num_values is \(metadata.valueCount); there are \(slotCount)")
    }
    if let statistics = metadata.statistics { verify(statistics) }
    if let sizes = metadata.sizeStatistics { verify(sizes) }
  }

  private mutating func take(_ column: Column) {
    slotCount += column.slotCount
    nullCount += column.slotCount - column.values.count
    switch column.presence {
    case .allPresent, .validity:
      definitionHistogram[leaf.maxDefinitionLevel] += column.values.count
      if leaf.maxDefinitionLevel > 0 {
        definitionHistogram[leaf.maxDefinitionLevel - 1] += column.slotCount - column.values.count
      }
      repetitionHistogram[0] += column.slotCount
    case .levels(let definition, let repetition):
      ChunkVerifier.count(definition, into: &definitionHistogram)
      if let repetition {
        ChunkVerifier.count(repetition, into: &repetitionHistogram)
      } else {
        repetitionHistogram[0] += column.slotCount
      }
    }
    let values = column.values.plainForm(leaf)
    if case .byteArrays(let offsets, _, _) = values.form, leaf.physicalType == .byteArray {
      let ends = unsafe offsets.elements(of: UInt32.self)
      byteArrayByteCount += unsafe Int(ends[values.count]) - Int(ends[0])
    }
    _ = bounds.foldNumbers(values)
    bounds.foldOthers(values)
  }

  /// Adds each level to the histogram; the reader has checked that none is higher than it.
  private static func count(_ levels: Bytes, into histogram: inout [Int]) {
    let pointer = unsafe levels.elements(of: UInt8.self)
    for i in 0..<levels.count { unsafe histogram[Int(pointer[i])] += 1 }
  }

  private func verify(_ sizes: SizeStatistics) {
    if let stated = sizes.unencodedByteArrayByteCount, leaf.physicalType == .byteArray,
      stated != byteArrayByteCount
    {
      fault("unencoded_byte_array_data_bytes is \(stated); there are \(byteArrayByteCount)")
    }
    for (name, stated, found) in [
      ("definition", sizes.definitionLevelHistogram, definitionHistogram),
      ("repetition", sizes.repetitionLevelHistogram, repetitionHistogram),
    ] {
      // An empty histogram stands for one that says nothing new.
      guard let stated, !stated.isEmpty, stated != found else { continue }
      fault("\(name)_level_histogram is \(stated); the levels make \(found)")
    }
  }

  // MARK: Statistics

  private func verify(_ statistics: Statistics) {
    if let stated = statistics.nullCount, stated != nullCount {
      fault("null_count is \(stated); there are \(nullCount)")
    }
    if let stated = statistics.nanCount, let found = bounds.nanCount, stated != found {
      fault("nan_count is \(stated); there are \(found)")
    }
    if let stated = statistics.distinctCount, stated > slotCount - nullCount {
      fault("distinct_count is \(stated); there are only \(slotCount - nullCount) values")
    }
    guard boundsHaveMeaning, leaf.sortOrder != .undefined else { return }
    verify(bound: statistics.minimum, isExact: statistics.isMinimumExact, "min", isLeast: true)
    verify(bound: statistics.maximum, isExact: statistics.isMaximumExact, "max", isLeast: false)
  }

  private func verify(bound: Bytes?, isExact: Bool?, _ name: String, isLeast: Bool) {
    guard let bound else { return }
    guard let stated = Bounds(of: bound, leaf) else {
      return fault("\(name)_value is no value of the column: it has \(bound.count) bytes")
    }
    if case .none = stated.state {
      // Of other types it means that the values have no order this engine knows.
      if leaf.sortOrder == .float { fault("\(name)_value is NaN") }
      return
    }
    guard case .none = bounds.state else {
      var both = bounds
      both.merge(stated)
      // A bound that another value passes is not the outermost one of both.
      let outermost = isLeast ? both.hasLeast(of: stated) : both.hasGreatest(of: stated)
      guard outermost else { return fault("a value lies beyond \(name)_value") }
      let isReached = isLeast ? bounds.hasLeast(of: stated) : bounds.hasGreatest(of: stated)
      if isExact == true, !isReached {
        fault("\(name)_value is said to be exact, but no value reaches it")
      }
      return
    }
    if isExact == true { fault("\(name)_value is said to be exact, but there is no value") }
  }
}

extension Bounds {
  /// The bounds of the one value whose PLAIN bytes, without a length, are `plain`; nil where these are
  /// no value of `leaf`.
  init?(of plain: Bytes, _ leaf: Leaf) {
    self.init(leaf)
    let values: ColumnValues
    if let width = leaf.physicalType.byteWidth {
      guard plain.count == width else { return nil }
      values = .fixed(width: width, plain)
    } else if leaf.physicalType == .boolean {
      guard plain.count == 1, plain[0] <= 1 else { return nil }
      values = .bits(Bitmap([plain[0] == 1]))
    } else {
      guard let length = UInt32(exactly: plain.count) else { return nil }
      values = ColumnValues(
        uncheckedOffsets: Bytes(copying: [0, length]), bytes: plain, isText: false)
    }
    _ = foldNumbers(values)
    foldOthers(values)
  }

  /// Whether the least value of both is the same; zeros of either sign are.
  func hasLeast(of other: Bounds) -> Bool {
    switch (state, other.state) {
    case (.signed(let a, _), .signed(let b, _)): a == b
    case (.unsigned(let a, _), .unsigned(let b, _)): a == b
    case (.float(let a, _), .float(let b, _)): a == b
    case (.boolean(let a, _), .boolean(let b, _)): a == b
    case (.bytes(let a, _), .bytes(let b, _)): a == b
    default: false
    }
  }

  /// Whether the greatest value of both is the same; zeros of either sign are.
  func hasGreatest(of other: Bounds) -> Bool {
    switch (state, other.state) {
    case (.signed(_, let a), .signed(_, let b)): a == b
    case (.unsigned(_, let a), .unsigned(_, let b)): a == b
    case (.float(_, let a), .float(_, let b)): a == b
    case (.boolean(_, let a), .boolean(_, let b)): a == b
    case (.bytes(_, let a), .bytes(_, let b)): a == b
    default: false
    }
  }
}
