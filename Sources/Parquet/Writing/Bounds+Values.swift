extension Bounds {
  /// Takes in all of `values`, in plain form.
  mutating func fold(_ values: ColumnValues) {
    switch values.form {
    case .bits(let bits): fold(bits: bits)
    case .byteArrays(let offsets, let bytes, _):
      unsafe fold(
        offsets: offsets.elements(of: UInt32.self), bytes: bytes.pointer, count: values.count)
    case .fixed(let width, let bytes):
      switch physicalType {
      case .int32, .float:
        unsafe fold(words: bytes.elements(of: UInt32.self), count: values.count)
      case .int64, .double:
        unsafe fold(words: bytes.elements(of: UInt64.self), count: values.count)
      default: unsafe fold(bytes.pointer, width: width, count: values.count)
      }
    case .dictionary: preconditionFailure("values are brought to plain form before")
    }
  }
}
