/// Takes the bytes of a variant's value apart.
///
/// Every place is checked before it is looked at. The values of an array or object may stand in any
/// order and may not share bytes, so that the work is bounded by the bytes there are.
///
/// Specification: VariantEncoding.md, "Value encoding".
struct VariantDecoder {
  private let bytes: Bytes
  private let metadata: VariantMetadata

  /// The value that fills `bytes`.
  static func decode(
    _ bytes: Bytes, _ metadata: VariantMetadata
  ) throws(ParquetError) -> VariantValue {
    let decoder = VariantDecoder(bytes: bytes, metadata: metadata)
    let byteCount = try decoder.byteCount(at: 0, limit: bytes.count)
    guard byteCount == bytes.count else {
      throw decoder.malformed("goes on behind its end", at: byteCount)
    }
    return try decoder.value(at: 0, limit: byteCount, depth: 0)
  }

  private func malformed(_ what: String, at offset: Int) -> ParquetError {
    ParquetError(.malformedFile, "the VARIANT's value \(what), at byte \(offset) of it")
  }

  private func number(at offset: Int, width: Int, limit: Int) throws(ParquetError) -> Int {
    guard offset <= limit - width, let number = bytes.variantNumber(at: offset, width: width) else {
      throw malformed("ends within a number", at: offset)
    }
    return number
  }

  // MARK: Sizes

  /// Where the parts of an array or object lie.
  private struct Layout {
    var count: Int
    var idWidth: Int
    var idStart: Int
    var offsetWidth: Int
    var offsetStart: Int
    var valueStart: Int
    var valueEnd: Int
  }

  private func layout(at start: Int, limit: Int) throws(ParquetError) -> Layout {
    let header = bytes[start] >> 2
    let isObject = bytes[start] & 3 == 2
    let isLarge = header >> (isObject ? 4 : 2) & 1 == 1
    let countWidth = isLarge ? 4 : 1
    let count = try number(at: start + 1, width: countWidth, limit: limit)
    let idWidth = isObject ? Int(header >> 2 & 3) + 1 : 0
    let idStart = start + 1 + countWidth
    let offsetWidth = Int(header & 3) + 1
    let offsetStart = idStart + count * idWidth
    let valueStart = offsetStart + (count + 1) * offsetWidth
    guard valueStart <= limit else {
      throw malformed("announces \(count) elements, more than fit", at: start)
    }
    let total = try number(
      at: offsetStart + count * offsetWidth, width: offsetWidth, limit: limit)
    guard total <= limit - valueStart else {
      throw malformed("has elements past its end", at: start)
    }
    return Layout(
      count: count, idWidth: idWidth, idStart: idStart, offsetWidth: offsetWidth,
      offsetStart: offsetStart, valueStart: valueStart, valueEnd: valueStart + total)
  }

  /// The bytes of the value at `start`, which lie before `limit`. O(1).
  private func byteCount(at start: Int, limit: Int) throws(ParquetError) -> Int {
    guard start < limit else { throw malformed("ends where a value is expected", at: start) }
    let header = bytes[start]
    var byteCount = 1
    switch header & 3 {
    case 0:
      guard let fixed = VariantPrimitive.byteCount(header >> 2) else {
        throw ParquetError(
          .unsupportedFeature, "the VARIANT has a value of the unknown type \(header >> 2)")
      }
      byteCount += fixed
      if header >> 2 == VariantPrimitive.binary || header >> 2 == VariantPrimitive.string {
        byteCount += try number(at: start + 1, width: 4, limit: limit)
      }
    case 1: byteCount += Int(header >> 2)
    default: byteCount = try layout(at: start, limit: limit).valueEnd - start
    }
    guard byteCount <= limit - start else {
      throw malformed("ends within a value of \(byteCount) bytes", at: start)
    }
    return byteCount
  }

  // MARK: Values

  /// The value at `start`, whose bytes are known to lie before `limit`.
  private func value(at start: Int, limit: Int, depth: Int) throws(ParquetError) -> VariantValue {
    let header = bytes[start]
    switch header & 3 {
    case 0: return try primitive(header >> 2, at: start + 1)
    case 1: return .string(try text(start + 1..<start + 1 + Int(header >> 2)))
    default: break
    }
    guard depth < VariantValue.largestDepth else {
      throw ParquetError(
        .limitExceeded, "the VARIANT is nested deeper than \(VariantValue.largestDepth) levels")
    }
    let layout = try layout(at: start, limit: limit)
    var bytesLeft = layout.valueEnd - layout.valueStart
    var elements: [VariantValue] = []
    var fields: [VariantField] = []
    for i in 0..<layout.count {
      let offset = try number(
        at: layout.offsetStart + i * layout.offsetWidth, width: layout.offsetWidth, limit: limit)
      let place = layout.valueStart + offset
      let byteCount = try byteCount(at: place, limit: layout.valueEnd)
      guard byteCount <= bytesLeft else {
        throw malformed("has elements that share bytes", at: place)
      }
      bytesLeft -= byteCount
      let element = try value(at: place, limit: place + byteCount, depth: depth + 1)
      guard layout.idWidth > 0 else {
        elements.append(element)
        continue
      }
      let id = try number(
        at: layout.idStart + i * layout.idWidth, width: layout.idWidth, limit: limit)
      guard id < metadata.names.count else {
        throw malformed("has field \(id) of \(metadata.names.count) names", at: start)
      }
      fields.append(VariantField(metadata.names[id], element))
    }
    guard layout.idWidth > 0 else { return .array(elements) }
    // Some writers sort names by their UTF-16 units, which puts a few of them elsewhere.
    guard let sorted = VariantField.sorted(fields) else {
      throw malformed("has an object with one name twice", at: start)
    }
    return .object(sorted)
  }

  private func text(_ range: Range<Int>) throws(ParquetError) -> String {
    guard let text = bytes.variantText(range) else {
      throw malformed("has text that is not UTF-8", at: range.lowerBound)
    }
    return text
  }

  private func load<T: BitwiseCopyable>(_ offset: Int, as type: T.Type = T.self) -> T {
    // The size of the value was checked, and a little-endian machine reads it as it lies.
    unsafe bytes.pointer.loadUnaligned(fromByteOffset: offset, as: T.self)
  }

  private func primitive(_ type: UInt8, at offset: Int) throws(ParquetError) -> VariantValue {
    switch type {
    case VariantPrimitive.null: return .null
    case VariantPrimitive.booleanTrue: return .boolean(true)
    case VariantPrimitive.booleanFalse: return .boolean(false)
    case VariantPrimitive.int8: return .int8(load(offset))
    case VariantPrimitive.int16: return .int16(load(offset))
    case VariantPrimitive.int32: return .int32(load(offset))
    case VariantPrimitive.int64: return .int64(load(offset))
    case VariantPrimitive.double: return .double(load(offset))
    case VariantPrimitive.float: return .float(load(offset))
    case VariantPrimitive.decimal4: return .decimal4(load(offset + 1), scale: try scale(offset))
    case VariantPrimitive.decimal8: return .decimal8(load(offset + 1), scale: try scale(offset))
    case VariantPrimitive.decimal16: return .decimal16(load(offset + 1), scale: try scale(offset))
    case VariantPrimitive.date: return .date(load(offset))
    case VariantPrimitive.time: return .time(load(offset))
    case VariantPrimitive.timestampMicros:
      return .timestamp(load(offset), unit: .microseconds, isAdjustedToUTC: true)
    case VariantPrimitive.localTimestampMicros:
      return .timestamp(load(offset), unit: .microseconds, isAdjustedToUTC: false)
    case VariantPrimitive.timestampNanos:
      return .timestamp(load(offset), unit: .nanoseconds, isAdjustedToUTC: true)
    case VariantPrimitive.localTimestampNanos:
      return .timestamp(load(offset), unit: .nanoseconds, isAdjustedToUTC: false)
    case VariantPrimitive.uuid: return .uuid(UInt128(bigEndian: load(offset)))
    default:
      let length = Int(load(offset, as: UInt32.self))
      let range = offset + 4..<offset + 4 + length
      return type == VariantPrimitive.string
        ? .string(try text(range)) : .binary(bytes.slice(range).array())
    }
  }

  private func scale(_ offset: Int) throws(ParquetError) -> Int {
    let scale = Int(bytes[offset])
    guard scale <= 38 else { throw malformed("has a decimal of scale \(scale)", at: offset) }
    return scale
  }
}
