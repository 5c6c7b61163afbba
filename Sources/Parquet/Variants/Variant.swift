/// A VARIANT as the file has it: its value's bytes, and the names of fields that they refer to.
///
/// Specification: VariantEncoding.md.
public struct Variant: Sendable {
  /// The bytes of the column `metadata`.
  public let metadata: Bytes
  /// The bytes of the column `value`.
  public let value: Bytes

  /// A variant of these bytes, which nothing is known of yet.
  public init(metadata: Bytes, value: Bytes) {
    self.metadata = metadata
    self.value = value
  }

  /// `value` encoded: names and fields sorted, every number in as few bytes as hold it.
  ///
  /// - Throws: ``ParquetError`` with code `invalidArgument` for a name that stands twice in one object
  ///   and a decimal of too many digits or with a scale outside 0 to 38, `limitExceeded` where the
  ///   value is nested deeper than ``VariantValue/largestDepth`` or takes more than 4 GiB.
  /// - Complexity: O(bytes × depth).
  public init(_ value: VariantValue) throws(ParquetError) {
    self = try VariantEncoder.encode(value)
  }

  /// The value, taken apart.
  ///
  /// - Throws: ``ParquetError`` with code `malformedFile` for bytes that are no variant,
  ///   `unsupportedFeature` for a version or a type that is not known, `limitExceeded` where it is
  ///   nested deeper than ``VariantValue/largestDepth``.
  /// - Complexity: O(bytes).
  public func decoded() throws(ParquetError) -> VariantValue {
    try VariantDecoder.decode(value, try VariantMetadata(metadata))
  }
}

/// The names that a variant's objects refer to.
///
/// Specification: VariantEncoding.md, "Metadata encoding".
struct VariantMetadata {
  let names: [String]

  /// The names that `bytes` list; they fill the bytes.
  init(_ bytes: Bytes) throws(ParquetError) {
    guard bytes.count > 0 else { throw VariantMetadata.malformed("has no bytes") }
    let header = bytes[0]
    guard header & 15 == 1 else {
      throw ParquetError(
        .unsupportedFeature, "the VARIANT's metadata has version \(header & 15); 1 is known")
    }
    let width = Int(header >> 6) + 1
    guard let count = bytes.variantNumber(at: 1, width: width) else {
      throw VariantMetadata.malformed("ends within its size")
    }
    // Both products fit: a count has 32 bits.
    let start = 1 + width + (count + 1) * width
    guard start <= bytes.count else {
      throw VariantMetadata.malformed("announces \(count) names in \(bytes.count) bytes")
    }
    var names: [String] = []
    names.reserveCapacity(count)
    var offset = 0
    for i in 0...count {
      guard let next = bytes.variantNumber(at: 1 + width + i * width, width: width),
        next >= offset, next <= bytes.count - start, i > 0 || next == 0
      else { throw VariantMetadata.malformed("has an offset that descends or lies outside") }
      if i > 0 {
        guard let name = bytes.variantText(start + offset..<start + next) else {
          throw VariantMetadata.malformed("has a name that is not UTF-8")
        }
        names.append(name)
      }
      offset = next
    }
    guard start + offset == bytes.count else {
      throw VariantMetadata.malformed("goes on behind its last name")
    }
    self.names = names
  }

  private static func malformed(_ what: String) -> ParquetError {
    ParquetError(.malformedFile, "the VARIANT's metadata \(what)")
  }
}

extension Bytes {
  /// The unsigned little-endian number of `width` bytes, at most four, at `offset`; nil where the
  /// bytes end before it does.
  func variantNumber(at offset: Int, width: Int) -> Int? {
    guard offset >= 0, offset <= count - width else { return nil }
    let word = unsafe pointer.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
    return Int(width == 4 ? word : word & (1 << UInt32(8 * width) - 1))
  }

  /// The bytes of `range` as text; nil where they are not UTF-8.
  func variantText(_ range: Range<Int>) -> String? {
    let part = unsafe UnsafeRawBufferPointer(
      start: pointer + range.lowerBound, count: range.count)
    return unsafe isUTF8(part) ? String(decoding: part, as: UTF8.self) : nil
  }
}
