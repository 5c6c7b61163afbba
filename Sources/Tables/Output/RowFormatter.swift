internal import Parquet

/// Puts the rows of batches together from their columns and appends them as text.
@safe
struct RowFormatter: ~Copyable {
  private let schema: Schema
  private let nodes: [OutputNode]
  private let dialect: CSVDialect?
  private var buffer = TextBuffer(capacity: 80 << 10)
  /// Where a CSV field is copied while it is put in quotes.
  private var scratch = TextBuffer()
  /// The batch at hand, kept so that the cursors' memory stays.
  private var batch: ColumnBatch?
  private var cursors: [LeafCursor] = []
  /// The VARIANTs of the batch, by their first leaf.
  private var variants: [Int: VariantColumns] = [:]
  private var variantPlaces: [SlotPlace] = []
  /// The leaves that repeat.
  private let repeated: [Int]

  init(schema: Schema, dialect: CSVDialect?) throws(ParquetError) {
    self.schema = schema
    self.dialect = dialect
    nodes = try OutputNode.nodes(of: schema)
    repeated = schema.leaves.filter { $0.maxRepetitionLevel > 0 }.map(\.index)
  }

  var byteCount: Int { buffer.count }

  mutating func drain(into sink: any ByteSink) throws(ParquetError) {
    guard buffer.count > 0 else { return }
    let span = unsafe RawSpan(_unsafeBytes: buffer.bytes)
    try sink.write(span)
    buffer.removeAll()
  }

  mutating func begin(_ batch: ColumnBatch) {
    self.batch = batch
    cursors = zip(batch.columns, schema.leaves).map { LeafCursor($0, $1) }
  }

  mutating func end() {
    cursors.removeAll(keepingCapacity: true)
    variants.removeAll(keepingCapacity: true)
    batch = nil
  }

  /// The names of the columns as a CSV record.
  mutating func appendHeader() {
    guard let dialect else { return }
    for (index, node) in nodes.enumerated() {
      if index > 0 { buffer.append(dialect.delimiter) }
      let first = buffer.count
      buffer.append(node.name)
      // An only column without a name would be an empty line.
      quoteIfNeeded(from: first, dialect)
    }
    buffer.append(.newline)
  }

  /// Appends the next row of the batch.
  mutating func appendRow() throws(ParquetError) {
    if let dialect { try appendRecord(dialect) } else { try appendObject() }
    for leaf in repeated where !cursors[leaf].isAtRow {
      throw malformed(leaf, "its lists have other lengths than those of the columns beside it")
    }
  }

  private mutating func appendObject() throws(ParquetError) {
    buffer.append(UInt8(ascii: "{"))
    for index in nodes.indices {
      if index > 0 { buffer.append(.comma) }
      let node = nodes[index]
      buffer.append(node.label)
      try append(node)
    }
    buffer.append("}\n")
  }

  // MARK: JSON

  private mutating func append(_ node: OutputNode) throws(ParquetError) {
    switch node.shape {
    case .leaf(let format): try append(leaf: node.leaves.lowerBound, format, node)
    case .structure(let children):
      guard level(node) >= node.definition else { return appendNull(node) }
      buffer.append(UInt8(ascii: "{"))
      for index in children.indices {
        if index > 0 { buffer.append(.comma) }
        buffer.append(children[index].label)
        try append(children[index])
      }
      buffer.append(UInt8(ascii: "}"))
    case .variant(let shape):
      guard level(node) >= node.definition else { return appendNull(node) }
      try append(variant: shape, node)
    case .list(let element, let definition, let repetition):
      let level = level(node)
      guard level >= node.definition else { return appendNull(node) }
      buffer.append(UInt8(ascii: "["))
      if level < definition {
        pass(node)
      } else {
        try append(element)
        while cursors[node.leaves.lowerBound].continues(repetition) {
          buffer.append(.comma)
          try append(element)
        }
      }
      buffer.append(UInt8(ascii: "]"))
    case .map(let key, let value, let definition, let repetition, let hasTextKeys):
      let level = level(node)
      guard level >= node.definition else { return appendNull(node) }
      buffer.append(UInt8(ascii: hasTextKeys ? "{" : "["))
      if level < definition {
        pass(node)
      } else {
        try append(key: key, value: value, hasTextKeys)
        while cursors[node.leaves.lowerBound].continues(repetition) {
          buffer.append(.comma)
          try append(key: key, value: value, hasTextKeys)
        }
      }
      buffer.append(UInt8(ascii: hasTextKeys ? "}" : "]"))
    }
  }

  private mutating func append(
    key: OutputNode, value: OutputNode?, _ hasTextKeys: Bool
  ) throws(ParquetError) {
    if !hasTextKeys { buffer.append("{\"key\":") }
    try append(key)
    if hasTextKeys { buffer.append(UInt8(ascii: ":")) } else { buffer.append(",\"value\":") }
    if let value { try append(value) } else { buffer.append("null") }
    if !hasTextKeys { buffer.append(UInt8(ascii: "}")) }
  }

  private mutating func append(
    variant shape: VariantShape, _ node: OutputNode
  ) throws(ParquetError) {
    guard let batch else { return }
    let first = shape.leaves.lowerBound
    let columns = variants[first] ?? VariantColumns(shape, batch.columns)
    variants[first] = columns
    variantPlaces.removeAll(keepingCapacity: true)
    for leaf in shape.leaves { variantPlaces.append(cursors[leaf].place) }
    do throws(ParquetError) {
      let value = try columns.value(at: &variantPlaces)
      if let problem = VariantText.append(value, to: &buffer) {
        throw ParquetError(.malformedFile, problem)
      }
    } catch {
      throw error.adding(column: node.name)
    }
    for leaf in shape.leaves { cursors[leaf].place = variantPlaces[leaf - first] }
  }

  private func level(_ node: OutputNode) -> Int {
    cursors[node.leaves.lowerBound].level
  }

  /// Passes the slot that every leaf below has for a field that is null or an empty list.
  private mutating func pass(_ node: OutputNode) {
    for leaf in node.leaves { cursors[leaf].passNull() }
  }

  private mutating func appendNull(_ node: OutputNode) {
    buffer.append("null")
    pass(node)
  }

  private mutating func append(
    leaf: Int, _ format: LeafFormat, _ node: OutputNode
  ) throws(ParquetError) {
    guard cursors[leaf].level >= node.definition else {
      buffer.append("null")
      cursors[leaf].passNull()
      return
    }
    let value = cursors[leaf].value
    cursors[leaf].passValue()
    if case .text = format {
      guard unsafe JSONText.append(string: cursors[leaf].view.bytes(value), to: &buffer) else {
        throw notText(leaf)
      }
      return
    }
    if format.isQuoted { buffer.append(.quote) }
    if let problem = format.append(
      value, of: cursors[leaf].view, to: &buffer, quotingNames: true)
    {
      throw malformed(leaf, problem)
    }
    if format.isQuoted { buffer.append(.quote) }
  }

  private func malformed(_ leaf: Int, _ problem: String) -> ParquetError {
    ParquetError(.malformedFile, problem).adding(column: schema.leaves[leaf].path.description)
  }

  private func notText(_ leaf: Int) -> ParquetError {
    malformed(leaf, "the text is not UTF-8")
  }

  // MARK: CSV

  private mutating func appendRecord(_ dialect: CSVDialect) throws(ParquetError) {
    for index in nodes.indices {
      if index > 0 { buffer.append(dialect.delimiter) }
      try appendField(nodes[index], dialect)
    }
    buffer.append(.newline)
  }

  private mutating func appendField(_ node: OutputNode, _ dialect: CSVDialect) throws(ParquetError)
  {
    let leaf = node.leaves.lowerBound
    if cursors[leaf].level < node.definition {
      buffer.append(dialect.nullText)
      return pass(node)
    }
    let first = buffer.count
    guard case .leaf(let format) = node.shape else {
      try append(node)
      return quoteIfNeeded(from: first, dialect)
    }
    let value = cursors[leaf].value
    cursors[leaf].passValue()
    if let problem = format.append(
      value, of: cursors[leaf].view, to: &buffer, quotingNames: false)
    {
      throw malformed(leaf, problem)
    }
    if case .text = format {
      let written = unsafe UnsafeRawBufferPointer(rebasing: buffer.bytes[first...])
      guard unsafe isUTF8(written) else { throw notText(leaf) }
    }
    quoteIfNeeded(from: first, dialect)
  }

  /// Puts the field that begins at `first` in quotes where it would read as something else without.
  private mutating func quoteIfNeeded(from first: Int, _ dialect: CSVDialect) {
    let field = unsafe UnsafeRawBufferPointer(rebasing: buffer.bytes[first...])
    var needed =
      unsafe field.count == dialect.nullText.utf8.count
      && field.elementsEqual(dialect.nullText.utf8)
    // A mark of byte order would be taken off at the start of a file.
    if first == 0, unsafe field.first == 0xEF { needed = true }
    for i in 0..<field.count {
      let byte = unsafe field[i]
      if byte == .quote || byte == dialect.delimiter || byte == .newline || byte == .carriageReturn
      {
        needed = true
        break
      }
    }
    guard unsafe needed || field.isEmpty else { return }
    scratch.removeAll()
    unsafe scratch.append(field)
    buffer.truncate(to: first)
    buffer.append(.quote)
    for i in 0..<scratch.count {
      let byte = unsafe scratch.start[i]
      if byte == .quote { buffer.append(.quote) }
      buffer.append(byte)
    }
    buffer.append(.quote)
  }
}
