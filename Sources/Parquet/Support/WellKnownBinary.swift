/// A geometry as well-known binary in ISO's form: kinds 1 to 7, 1000 more with Z, 2000 with M, 3000 with
/// both; each geometry in the byte order that it says.
///
/// Specification: Geospatial.md; OGC 06-103r4 and ISO 13249-3 for the bytes.
@safe
struct WellKnownBinary {
  /// How deep collections may nest.
  static let depthLimit = 128

  /// Coordinates of a geometry, by axis.
  struct Dimensions {
    var hasZ: Bool
    var hasM: Bool

    var count: Int { 2 + (hasZ ? 1 : 0) + (hasM ? 1 : 0) }
  }

  private let bytes: UnsafeRawBufferPointer
  private let count: Int
  private var position = 0
  private var isLittleEndian = true

  private init(_ bytes: UnsafeRawBufferPointer) {
    unsafe self.bytes = bytes
    count = bytes.count
  }

  /// The kind of the geometry in `bytes`; nil where they are not exactly one.
  ///
  /// - Parameters:
  ///   - bytes: the geometry.
  ///   - visit: told each position's coordinates, which may be NaN: X and Y, then Z where `dimensions` says
  ///     so, then M. What it was told of bytes that turn out to be no geometry means nothing.
  /// - Returns: the kind.
  static func parse(
    _ bytes: UnsafeRawBufferPointer,
    _ visit: (_ coordinates: SIMD4<Double>, _ dimensions: Dimensions) -> Void
  ) -> Int32? {
    var parser = unsafe WellKnownBinary(bytes)
    guard let kind = parser.geometry(depth: 0, visit), parser.position == parser.count else {
      return nil
    }
    return kind
  }

  private mutating func geometry(
    depth: Int, _ visit: (SIMD4<Double>, Dimensions) -> Void
  ) -> Int32? {
    guard depth < WellKnownBinary.depthLimit, position < count else { return nil }
    let order = unsafe bytes[position]
    guard order <= 1 else { return nil }
    position += 1
    isLittleEndian = order == 1
    guard let code = word(), code < 4000 else { return nil }
    let dimensions = Dimensions(hasZ: code / 1000 % 2 == 1, hasM: code >= 2000)
    let isRead: Bool
    switch code % 1000 {
    case 1: isRead = positions(1, dimensions, visit)
    case 2: isRead = line(dimensions, visit)
    case 3: isRead = polygon(dimensions, visit)
    case 4, 5, 6: isRead = parts(of: code, kind: code - 3, depth, visit)
    case 7: isRead = parts(of: code, kind: nil, depth, visit)
    default: isRead = false
    }
    return isRead ? Int32(code) : nil
  }

  private mutating func line(
    _ dimensions: Dimensions, _ visit: (SIMD4<Double>, Dimensions) -> Void
  ) -> Bool {
    guard let count = word() else { return false }
    return positions(Int(count), dimensions, visit)
  }

  private mutating func polygon(
    _ dimensions: Dimensions, _ visit: (SIMD4<Double>, Dimensions) -> Void
  ) -> Bool {
    guard let ringCount = word() else { return false }
    for _ in 0..<ringCount {
      guard line(dimensions, visit) else { return false }
    }
    return true
  }

  /// The geometries of a collection: of one kind, or of any with the collection's dimensions.
  private mutating func parts(
    of code: UInt32, kind: UInt32?, _ depth: Int, _ visit: (SIMD4<Double>, Dimensions) -> Void
  ) -> Bool {
    guard let count = word() else { return false }
    for _ in 0..<count {
      guard let part = geometry(depth: depth + 1, visit) else { return false }
      guard kind.map({ part == $0 }) ?? (UInt32(part) / 1000 == code / 1000) else { return false }
    }
    return true
  }

  private mutating func positions(
    _ count: Int, _ dimensions: Dimensions, _ visit: (SIMD4<Double>, Dimensions) -> Void
  ) -> Bool {
    let stride = 8 * dimensions.count
    guard count <= (self.count - position) / stride else { return false }
    for _ in 0..<count {
      var coordinates = SIMD4<Double>(repeating: .nan)
      for axis in 0..<dimensions.count {
        let bits = unsafe bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
        coordinates[axis] = Double(
          bitPattern: isLittleEndian ? UInt64(littleEndian: bits) : UInt64(bigEndian: bits))
        position += 8
      }
      visit(coordinates, dimensions)
    }
    return true
  }

  private mutating func word() -> UInt32? {
    guard count - position >= 4 else { return nil }
    defer { position += 4 }
    let bits = unsafe bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self)
    return isLittleEndian ? UInt32(littleEndian: bits) : UInt32(bigEndian: bits)
  }
}
