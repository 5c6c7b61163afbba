public import Parquet

/// Values given as text: in the form in which values are printed.
public enum LiteralText {
  /// The value of `leaf` that `text` gives, exactly: dates, decimals, base64 and so on by the leaf's
  /// types.
  ///
  /// - Throws: ``Parquet/ParquetError`` with code `invalidArgument`, which says what a text must be.
  public static func literal(_ text: String, of leaf: Leaf) throws(ParquetError) -> FilterLiteral {
    var field = leaf.field
    field.repetition = .required
    var store = LeafStore(field, path: leaf.path.description, origin: .given)
    // The bytes have room at their end, which the scanners look at.
    let bytes = Bytes(copying: Array(text.utf8))
    let isTaken = unsafe store.append(
      text: UnsafeRawBufferPointer(start: bytes.pointer, count: bytes.count))
    guard isTaken else {
      throw ParquetError(
        .invalidArgument, "'\(text)' is not \(store.kind.expectation(of: leaf.field))")
    }
    let values = store.takeValues()
    if leaf.physicalType == .boolean { return .boolean(values.boolean(at: 0)) }
    return .plain(values.bytes(at: 0).array())
  }
}
