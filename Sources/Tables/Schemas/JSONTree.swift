internal import Parquet

/// A JSON value as a tree: for schema files, never for rows.
enum JSONTree {
  case null
  case boolean(Bool)
  /// The text of a number.
  case number(String)
  case string(String)
  case array([JSONTree])
  /// The pairs, in the order of the text.
  case object([(key: String, value: JSONTree)])

  /// - Throws: ``ParquetError`` with code `invalidArgument`, with line and byte offset.
  static func decode(_ text: [UInt8]) throws(ParquetError) -> JSONTree {
    // The scanner needs readable bytes past the end, as a row's buffer has them.
    var padded = text
    padded.append(contentsOf: [UInt8](repeating: 0, count: JSONScanner.slack))
    let result: Result<JSONTree, RowFault> = unsafe padded.withUnsafeBytes { bytes in
      var scanner = unsafe JSONScanner(
        UnsafeRawBufferPointer(rebasing: bytes[..<text.count]))
      do throws(RowFault) {
        let tree = try read(&scanner, depth: 0)
        try scanner.expectEnd()
        return .success(tree)
      } catch {
        return .failure(error)
      }
    }
    switch result {
    case .success(let tree): return tree
    case .failure(let fault):
      let line = text[..<min(fault.offset, text.count)].reduce(1) { $0 + ($1 == .newline ? 1 : 0) }
      throw ParquetError(.invalidArgument, fault.reason)
        .adding(line: line, byteOffset: fault.offset)
    }
  }

  private static func read(
    _ scanner: inout JSONScanner, depth: Int
  ) throws(RowFault) -> JSONTree {
    guard depth < JSONScanner.largestDepth else { throw scanner.fault("nested too deep") }
    switch try scanner.next() {
    case .null: return .null
    case .boolean(let value): return .boolean(value)
    case .number:
      let number = try scanner.number()
      return unsafe .number(String(decoding: scanner.text(of: number), as: UTF8.self))
    case .string:
      let string = unsafe try scanner.string()
      return unsafe .string(String(decoding: string, as: UTF8.self))
    case .array:
      var elements: [JSONTree] = []
      var isFirst = true
      while try scanner.nextElement(&isFirst) {
        elements.append(try read(&scanner, depth: depth + 1))
      }
      return .array(elements)
    case .object:
      var pairs: [(key: String, value: JSONTree)] = []
      var isFirst = true
      while try scanner.nextMember(&isFirst) {
        let key = unsafe String(decoding: try scanner.key(), as: UTF8.self)
        guard !pairs.contains(where: { $0.key == key }) else {
          throw scanner.fault("the key \(key) stands twice")
        }
        pairs.append((key, try read(&scanner, depth: depth + 1)))
      }
      return .object(pairs)
    }
  }
}
