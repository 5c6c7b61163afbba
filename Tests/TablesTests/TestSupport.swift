import Parquet

extension LeafBuilder {
  func append(array: [UInt8]) { unsafe append(bytes: array.span.bytes) }
}
