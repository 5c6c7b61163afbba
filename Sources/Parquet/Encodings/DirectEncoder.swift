/// Writes values in an encoding that needs no dictionary.
enum DirectEncoder {
  /// The encodings worth trying for values of `type` without a dictionary: those that every engine
  /// reads, PLAIN first.
  static func candidates(_ type: PhysicalType) -> [Encoding] {
    switch type {
    case .int32, .int64: [.plain, .deltaBinaryPacked]
    case .float, .double: [.plain, .byteStreamSplit]
    case .byteArray: [.plain, .deltaLengthByteArray, .deltaByteArray]
    case .boolean, .int96, .fixedLengthByteArray: [.plain]
    }
  }

  /// Appends `range` of `values`, in plain form; not for runs of booleans.
  ///
  /// `scales` is what ``ALPEncoder/scales(_:)`` found for the slab, where the encoding is ALP.
  static func append(
    _ values: ColumnValues, _ range: Range<Int>, _ encoding: Encoding, scales: [ALPScale] = [],
    into output: inout ByteBuffer
  ) {
    switch encoding {
    case .deltaBinaryPacked: DeltaBinaryPackedEncoder.encode(values, range, into: &output)
    case .deltaLengthByteArray: DeltaLengthByteArrayEncoder.encode(values, range, into: &output)
    case .deltaByteArray: DeltaByteArrayEncoder.encode(values, range, into: &output)
    case .alp: ALPEncoder.encode(values, range, scales: scales, into: &output)
    case .byteStreamSplit: ByteStreamSplitEncoder.encode(values, range, into: &output)
    default: PlainEncoder.append(values, range, into: &output)
    }
  }
}
