public import Parquet

/// A single value, such as a bound in statistics, as JSON text.
public enum ValueText {
  /// The JSON form of the value of `leaf` whose PLAIN bytes, without a length, are `bytes`; nil where
  /// these are no value of the leaf or a value without a text form.
  public static func encode(plain bytes: Bytes, of leaf: Leaf) -> String? {
    guard let values = values(plain: bytes, of: leaf.physicalType) else { return nil }
    let format = LeafFormat(leaf)
    var buffer = TextBuffer(capacity: 64)
    if case .text = format {
      let isText = unsafe values.withBytes(at: 0) {
        unsafe JSONText.append(string: $0, to: &buffer)
      }
      return isText ? buffer.text : nil
    }
    if format.isQuoted { buffer.append(.quote) }
    let problem = withExtendedLifetime(values) {
      format.append(0, of: ValueView(values), to: &buffer, quotingNames: true)
    }
    guard problem == nil else { return nil }
    if format.isQuoted { buffer.append(.quote) }
    return buffer.text
  }

  private static func values(plain bytes: Bytes, of type: PhysicalType) -> ColumnValues? {
    if let width = type.byteWidth {
      return bytes.count == width ? .fixed(width: width, bytes) : nil
    }
    if type == .boolean {
      return bytes.count == 1 && bytes[0] <= 1 ? .bits(Bitmap([bytes[0] == 1])) : nil
    }
    guard let length = UInt32(exactly: bytes.count) else { return nil }
    return ColumnValues(
      uncheckedOffsets: Bytes(copying: [0, length]), bytes: bytes, isText: false)
  }
}
