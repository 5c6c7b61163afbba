/// Reads floating-point values stored as small integers with two powers of ten, and the exceptions that
/// are not.
///
/// Specification: AlpEncoding.md; rule E8.
struct ALPDecoder {
  private let bytes: Bytes
  private var position = 0

  private init(_ bytes: Bytes) { self.bytes = bytes }

  /// All values in `bytes`.
  ///
  /// - Parameters:
  ///   - bytes: what a page has after its levels.
  ///   - type: Float or Double.
  ///   - countLimit: the most values there may be.
  ///   - byteLimit: the most bytes they may take.
  ///   - memory: what their memory is taken from.
  /// - Returns: the values, one after another.
  /// - Throws: ``ParquetError``: `malformedFile` where the vectors are not what the header announces,
  ///   `unsupportedFeature` for a mode or an integer encoding that is not known, `limitExceeded`.
  static func decode<Number: ALPNumber>(
    _ bytes: Bytes, _ type: Number.Type, countLimit: Int, byteLimit: Int,
    within memory: MemoryAllowance? = nil
  ) throws(ParquetError) -> Bytes {
    var decoder = ALPDecoder(bytes)
    return try decoder.decodePage(
      type, countLimit: countLimit, byteLimit: byteLimit, within: memory)
  }

  private mutating func decodePage<Number: ALPNumber>(
    _ type: Number.Type, countLimit: Int, byteLimit: Int, within memory: MemoryAllowance?
  ) throws(ParquetError) -> Bytes {
    let mode = try read(UInt8.self)
    let integerEncoding = try read(UInt8.self)
    guard mode == 0, integerEncoding == 0 else {
      throw ParquetError(
        .unsupportedFeature, "ALP: mode \(mode) with integer encoding \(integerEncoding)")
    }
    let logVectorSize = Int(try read(UInt8.self))
    guard 3...15 ~= logVectorSize else {
      throw malformed("vectors of 2^\(logVectorSize) values")
    }
    let count = Int(try read(Int32.self))
    guard count >= 0, count <= countLimit else {
      throw malformed("\(count) values in a page of \(countLimit)")
    }
    guard count <= byteLimit / MemoryLayout<Number>.size else {
      throw ParquetError(
        .limitExceeded, "a page of \(count) values; the limit is \(byteLimit) bytes")
    }
    let vectorSize = 1 << logVectorSize
    let vectorCount = (count + vectorSize - 1) / vectorSize
    let offsets = position
    guard vectorCount <= (bytes.count - position) / 4 else {
      throw malformed("the page ends before the offsets of its \(vectorCount) vectors")
    }
    position += 4 * vectorCount
    var output = try ByteBuffer(capacity: count * MemoryLayout<Number>.size, within: memory)
    let target = unsafe output.start.assumingMemoryBound(to: Number.self)
    for vector in 0..<vectorCount {
      let offset = unsafe bytes.pointer.loadUnaligned(
        fromByteOffset: offsets + 4 * vector, as: UInt32.self)
      guard Int(offset) == position - offsets else {
        throw malformed("vector \(vector) is said to lie at \(offset), not \(position - offsets)")
      }
      let start = vector * vectorSize
      try unsafe decodeVector(min(vectorSize, count - start), into: target + start)
    }
    guard position == bytes.count else {
      throw malformed("\(bytes.count - position) bytes are left after the last vector")
    }
    output.advance(by: count * MemoryLayout<Number>.size)
    return output.freeze()
  }

  private mutating func decodeVector<Number: ALPNumber>(
    _ count: Int, into output: UnsafeMutablePointer<Number>
  ) throws(ParquetError) {
    let exponent = Int(try read(UInt8.self))
    let factor = Int(try read(UInt8.self))
    guard exponent <= Number.largestExponent, factor <= exponent else {
      throw malformed("an exponent of \(exponent) and a factor of \(factor)")
    }
    let exceptionCount = Int(try read(UInt16.self))
    guard exceptionCount <= count else {
      throw malformed("\(exceptionCount) exceptions in a vector of \(count) values")
    }
    let base = try read(Number.Bits.self)
    let width = Int(try read(UInt8.self))
    guard width <= Number.Bits.bitWidth else { throw malformed("integers of \(width) bits") }
    let packed = (count * width + 7) / 8
    guard packed + exceptionCount * (2 + MemoryLayout<Number>.size) <= bytes.count - position else {
      throw malformed("a vector ends before its values")
    }
    let scaling = ALPScaling<Number>(ALPScale(exponent: exponent, factor: factor))
    let source = unsafe bytes.pointer + position
    var bit = 0
    for i in 0..<count {
      let difference = unsafe BitPacking.word(at: bit, bitWidth: width, in: source)
      let integer = Number.Bits(truncatingIfNeeded: difference) &+ base
      unsafe output[i] = scaling.value(of: Number.Integer(truncatingIfNeeded: integer))
      bit &+= width
    }
    position += packed
    let values = position + 2 * exceptionCount
    for i in 0..<exceptionCount {
      let place = unsafe Int(
        bytes.pointer.loadUnaligned(fromByteOffset: position + 2 * i, as: UInt16.self))
      guard place < count else {
        throw malformed("an exception at \(place) of a vector of \(count) values")
      }
      unsafe output[place] = bytes.pointer.loadUnaligned(
        fromByteOffset: values + i * MemoryLayout<Number>.size, as: Number.self)
    }
    position = values + exceptionCount * MemoryLayout<Number>.size
  }

  private mutating func read<T: BitwiseCopyable>(_ type: T.Type) throws(ParquetError) -> T {
    guard MemoryLayout<T>.size <= bytes.count - position else {
      throw malformed("a header is cut off")
    }
    defer { position += MemoryLayout<T>.size }
    return unsafe bytes.pointer.loadUnaligned(fromByteOffset: position, as: T.self)
  }

  private func malformed(_ message: String) -> ParquetError {
    ParquetError(.malformedFile, "ALP: \(message)")
  }
}
