/// Writes floating-point values that are decimals, or nearly all of them, as small integers.
///
/// ```
/// 0 · 0 · log2 of the vector size · count          offset of each vector, then for each vector:
/// exponent · factor · count of exceptions · least integer · bits a value
/// packed integers less the least · places of exceptions · exceptions
/// ```
///
/// Specification: AlpEncoding.md; rule E8. In preview: few readers know it, so it is only written on
/// request.
enum ALPEncoder {
  static let logVectorSize = 10
  static let vectorSize = 1 << logVectorSize
  /// How much is looked at to choose scales, and how many of them are kept.
  private static let sampledVectors = 8
  private static let sampledValues = 256
  private static let scaleLimit = 5

  // MARK: Scales

  /// The scales that suit `values`, floats or doubles in plain form, best first; one at least.
  ///
  /// Each of eight vectors, spread evenly, has one that is best for a sample of it.
  static func scales(_ values: ColumnValues) -> [ALPScale] {
    guard case .fixed(let width, let bytes) = values.form else { return [] }
    return width == 4
      ? unsafe scales(bytes.elements(of: Float.self), count: values.count)
      : unsafe scales(bytes.elements(of: Double.self), count: values.count)
  }

  static func scales<Number: ALPNumber>(
    _ values: UnsafePointer<Number>, count: Int
  ) -> [ALPScale] {
    let vectors = (count + vectorSize - 1) / vectorSize
    let sampled = min(vectors, sampledVectors)
    var candidates: [ALPScale] = []
    for exponent in (0...Number.largestExponent).reversed() {
      for factor in (0...exponent).reversed() {
        candidates.append(ALPScale(exponent: exponent, factor: factor))
      }
    }
    var wins: [(scale: ALPScale, count: Int)] = []
    for k in 0..<sampled {
      let start = k * vectors / sampled * vectorSize
      let best = unsafe best(
        of: candidates, values + start, count: min(vectorSize, count - start))
      if let i = wins.firstIndex(where: { $0.scale == best }) {
        wins[i].count += 1
      } else {
        wins.append((best, 1))
      }
    }
    // Of equals the first seen: the order is that of the values alone.
    let order = wins.indices.sorted { (wins[$1].count, $0) < (wins[$0].count, $1) }
    let kept = order.prefix(scaleLimit).map { wins[$0].scale }
    return kept.isEmpty ? [ALPScale(exponent: 0, factor: 0)] : kept
  }

  /// The scale by which a sample of a vector takes the fewest bits; of equals the first.
  private static func best<Number: ALPNumber>(
    of candidates: [ALPScale], _ values: UnsafePointer<Number>, count: Int
  ) -> ALPScale {
    var best = candidates[0]
    guard candidates.count > 1 else { return best }
    var leastCost = Int.max
    let step = max(count / sampledValues, 1)
    for scale in candidates {
      let cost = unsafe cost(scale, values, count: count, step: step, limit: leastCost)
      if cost < leastCost {
        best = scale
        leastCost = cost
      }
    }
    return best
  }

  /// The bits that every `step`-th value takes; `limit` or more where they are not fewer.
  private static func cost<Number: ALPNumber>(
    _ scale: ALPScale, _ values: UnsafePointer<Number>, count: Int, step: Int, limit: Int
  ) -> Int {
    let scaling = ALPScaling<Number>(scale)
    let exceptionBits = Number.Bits.bitWidth + 16
    var least = Number.Integer.max
    var greatest = Number.Integer.min
    var exceptions = 0
    var sampled = 0
    var i = 0
    while i < count {
      if let integer = unsafe scaling.integer(of: values[i]) {
        least = min(least, integer)
        greatest = max(greatest, integer)
      } else {
        exceptions += 1
        if exceptions * exceptionBits >= limit { return limit }
      }
      sampled += 1
      i += step
    }
    let spread =
      least <= greatest
      ? Number.Bits(truncatingIfNeeded: greatest) &- Number.Bits(truncatingIfNeeded: least) : 0
    return exceptions * exceptionBits + sampled * bitWidth(spread)
  }

  // MARK: Pages

  /// Appends `range` of `values`, floats or doubles in plain form; each vector by the one of `scales`
  /// that suits it best.
  static func encode(
    _ values: ColumnValues, _ range: Range<Int>, scales: [ALPScale], into output: inout ByteBuffer
  ) {
    guard case .fixed(let width, let bytes) = values.form else { return }
    if width == 4 {
      let numbers = unsafe bytes.elements(of: Float.self)
      unsafe encode(
        numbers + range.lowerBound, count: range.count, scales: scales, into: &output)
    } else {
      let numbers = unsafe bytes.elements(of: Double.self)
      unsafe encode(
        numbers + range.lowerBound, count: range.count, scales: scales, into: &output)
    }
  }

  static func encode<Number: ALPNumber>(
    _ values: UnsafePointer<Number>, count: Int, scales: [ALPScale], into output: inout ByteBuffer
  ) {
    output.append(UInt8(0))
    output.append(UInt8(0))
    output.append(UInt8(logVectorSize))
    output.append(Int32(truncatingIfNeeded: count))
    let vectors = (count + vectorSize - 1) / vectorSize
    let offsets = output.count
    output.reserve(vectors * 4)
    output.advance(by: vectors * 4)
    unsafe withUnsafeTemporaryAllocation(of: Number.Bits.self, capacity: vectorSize) { room in
      guard let integers = room.baseAddress else { return }
      for vector in 0..<vectors {
        unsafe output.start.storeBytes(
          of: UInt32(truncatingIfNeeded: output.count - offsets),
          toByteOffset: offsets + 4 * vector, as: UInt32.self)
        let start = vector * vectorSize
        let size = min(vectorSize, count - start)
        let scale = unsafe best(of: scales, values + start, count: size)
        unsafe encodeVector(values + start, size, scale, integers, into: &output)
      }
    }
  }

  private static func encodeVector<Number: ALPNumber>(
    _ values: UnsafePointer<Number>, _ count: Int, _ scale: ALPScale,
    _ integers: UnsafeMutablePointer<Number.Bits>, into output: inout ByteBuffer
  ) {
    let scaling = ALPScaling<Number>(scale)
    var exceptions: [UInt16] = []
    var first: Number.Integer?
    var least = Number.Integer.max
    for i in 0..<count {
      if let integer = unsafe scaling.integer(of: values[i]) {
        if first == nil { first = integer }
        least = min(least, integer)
        unsafe integers[i] = Number.Bits(truncatingIfNeeded: integer)
      } else {
        exceptions.append(UInt16(truncatingIfNeeded: i))
      }
    }
    // In the places of exceptions something that widens nothing.
    let placeholder = first ?? 0
    if first == nil { least = 0 }
    for place in exceptions {
      unsafe integers[Int(place)] = Number.Bits(truncatingIfNeeded: placeholder)
    }
    let base = Number.Bits(truncatingIfNeeded: least)
    var used: Number.Bits = 0
    for i in 0..<count {
      let difference = unsafe integers[i] &- base
      unsafe integers[i] = difference
      used |= difference
    }
    let width = bitWidth(used)
    output.append(UInt8(scale.exponent))
    output.append(UInt8(scale.factor))
    output.append(UInt16(exceptions.count))
    output.append(base)
    output.append(UInt8(width))
    unsafe BitPacking.appendPacked(integers, count: count, bitWidth: width, into: &output)
    for place in exceptions { output.append(place) }
    for place in exceptions { output.append(unsafe values[Int(place)].bits) }
  }

  private static func bitWidth<Bits: FixedWidthInteger>(_ largest: Bits) -> Int {
    Bits.bitWidth - largest.leadingZeroBitCount
  }
}
