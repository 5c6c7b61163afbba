extension Bounds {
  /// Takes in the numbers among `values`, in plain form, and says between what words lie.
  ///
  /// Byte strings and booleans are left to ``foldOthers(_:)``, or to their dictionary's entries.
  mutating func foldNumbers(_ values: ColumnValues) -> WordRange {
    guard case .fixed(let width, let bytes) = values.form else { return WordRange() }
    switch (physicalType, width) {
    case (.int32, _), (.float, _):
      let range = unsafe fold(words: bytes.elements(of: UInt32.self), count: values.count)
      return WordRange(least: UInt64(range.least), spread: UInt64(range.spread))
    case (.int64, _), (.double, _):
      let range = unsafe fold(words: bytes.elements(of: UInt64.self), count: values.count)
      return WordRange(least: range.least, spread: range.spread)
    default:
      // Halves: their NaN count is of values, not of entries.
      if order == .float { unsafe fold(bytes.pointer, width: width, count: values.count) }
      return WordRange()
    }
  }

  /// Takes in the byte strings and booleans among `values`, in plain form.
  mutating func foldOthers(_ values: ColumnValues) {
    switch values.form {
    case .bits(let bits): fold(bits: bits)
    case .byteArrays(let offsets, let bytes, _):
      unsafe fold(
        offsets: offsets.elements(of: UInt32.self), bytes: bytes.pointer, count: values.count)
    case .fixed(let width, let bytes):
      guard order == .unsignedBytes || order == .signedBytes else { return }
      unsafe fold(bytes.pointer, width: width, count: values.count)
    case .dictionary: preconditionFailure("values are brought to plain form before")
    }
  }
}
