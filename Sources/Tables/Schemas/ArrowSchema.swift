/// What an Arrow schema, as Arrow's writers leave it in a footer, says that matters to whoever writes the
/// file anew.
///
/// The key-value `ARROW:schema` is base64 of an encapsulated Arrow message: a flatbuffer of Message.fbs and
/// Schema.fbs. Only the few fields that are needed are looked at; what is damaged says nothing.
public enum ArrowSchema {
  /// The key that the schema stands under.
  public static let key = "ARROW:schema"

  private static let largestDepth = 64

  /// Which leaves, in the order of the Parquet schema, are dictionaries in Arrow.
  ///
  /// - Parameters:
  ///   - text: the value of ``key``.
  ///   - leafCount: the number of leaves.
  /// - Returns: one truth value a leaf; nil where the text is damaged or is of another number of leaves.
  public static func dictionaryLeaves(_ text: String, leafCount: Int) -> [Bool]? {
    var text = text
    var buffer = TextBuffer()
    let isDecoded = text.withUTF8 {
      unsafe Base64.decode(UnsafeRawBufferPointer($0), into: &buffer)
    }
    guard isDecoded else { return nil }
    let bytes = unsafe Array(UnsafeBufferPointer(start: buffer.start, count: buffer.count))
    let flat = Flatbuffer(bytes: bytes)
    // A message begins with a marker and its length; old ones with the length alone.
    guard let first = flat.word(at: 0) else { return nil }
    let start = first == UInt32.max ? 8 : 4
    guard let root = flat.reference(at: start), flat.byte(ofTable: root, field: 1) == schemaHeader,
      let schema = flat.table(ofTable: root, field: 2)
    else { return nil }
    var leaves: [Bool] = []
    guard collect(flat, schema, field: 1, depth: 0, limit: leafCount, into: &leaves),
      leaves.count == leafCount
    else { return nil }
    return leaves
  }

  /// The member of the union MessageHeader that a schema is.
  private static let schemaHeader: UInt8 = 1

  /// Appends the leaves of the vector of fields that `field` of a table is; false where it is damaged.
  private static func collect(
    _ flat: Flatbuffer, _ table: Int, field: Int, depth: Int, limit: Int, into leaves: inout [Bool]
  ) -> Bool {
    guard depth < largestDepth, let fields = flat.tables(ofTable: table, field: field) else {
      return false
    }
    for child in fields {
      guard leaves.count <= limit else { return false }
      let grandchildren = flat.tables(ofTable: child, field: 5) ?? []
      if grandchildren.isEmpty {
        leaves.append(flat.table(ofTable: child, field: 4) != nil)
      } else if !collect(flat, child, field: 5, depth: depth + 1, limit: limit, into: &leaves) {
        return false
      }
    }
    return true
  }
}

/// Looks into a flatbuffer; what leaves its bytes is nil.
private struct Flatbuffer {
  let bytes: [UInt8]

  func word(at offset: Int) -> UInt32? {
    guard offset >= 0, offset <= bytes.count - 4 else { return nil }
    return (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << UInt32(8 * $1) }
  }

  private func half(at offset: Int) -> Int? {
    guard offset >= 0, offset <= bytes.count - 2 else { return nil }
    return Int(bytes[offset]) | Int(bytes[offset + 1]) << 8
  }

  /// What the offset at `offset`, counted from there, refers to.
  func reference(at offset: Int) -> Int? {
    guard let distance = word(at: offset) else { return nil }
    let target = offset + Int(distance)
    return target < bytes.count ? target : nil
  }

  /// Where a field of the table at `table` lies; nil where the table does not have it.
  private func place(ofTable table: Int, field: Int) -> Int? {
    guard let back = word(at: table) else { return nil }
    let entries = table - Int(Int32(bitPattern: back))
    guard let byteCount = half(at: entries), 4 + 2 * field + 2 <= byteCount,
      let distance = half(at: entries + 4 + 2 * field), distance > 0
    else { return nil }
    return table + distance
  }

  func byte(ofTable table: Int, field: Int) -> UInt8? {
    guard let place = place(ofTable: table, field: field), bytes.indices.contains(place) else {
      return nil
    }
    return bytes[place]
  }

  func table(ofTable table: Int, field: Int) -> Int? {
    place(ofTable: table, field: field).flatMap(reference)
  }

  /// The tables of a vector.
  func tables(ofTable table: Int, field: Int) -> [Int]? {
    guard let vector = self.table(ofTable: table, field: field), let count = word(at: vector),
      Int(count) <= (bytes.count - vector) / 4
    else { return nil }
    var tables: [Int] = []
    for i in 0..<Int(count) {
      guard let table = reference(at: vector + 4 + 4 * i) else { return nil }
      tables.append(table)
    }
    return tables
  }
}
