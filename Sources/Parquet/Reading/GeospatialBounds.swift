/// The box and the kinds of the geometries seen, for statistics.
///
/// NaN coordinates are left out, axis by axis; without an X or a Y there is no box. A value that is no
/// geometry makes all that was seen worth nothing: other writers do the same, and no reader is misled.
///
/// Specification: Geospatial.md; rules G1 and G2.
struct GeospatialBounds {
  private var least = SIMD4<Double>(repeating: .infinity)
  private var greatest = SIMD4<Double>(repeating: -.infinity)
  private var kinds: Set<Int32> = []
  /// Whether edges are straight, so that the box of the positions bounds them, too.
  private let hasBox: Bool
  /// An extent over the antimeridian that every X should lie in, and one that does not.
  private var wrap: BoundingBox.Extent?
  private var outsideWrap: Double?
  /// Whether every value was a geometry.
  private(set) var isValid = true

  /// Bounds of no values of `leaf`; nil where its values are no geometries.
  ///
  /// - Parameters:
  ///   - leaf: the column.
  ///   - stated: what they will be held against.
  init?(_ leaf: Leaf, heldAgainst stated: GeospatialStatistics? = nil) {
    if let x = stated?.box?.x, x.least > x.greatest { wrap = x }
    switch leaf.logicalType {
    case .geometry: hasBox = true
    // An arc between two positions leaves the box around them.
    case .geography: hasBox = false
    default: return nil
    }
  }

  /// Takes in `values`, of which a dictionary's entries are looked at once each.
  mutating func add(_ values: ColumnValues) {
    if case .dictionary(let indices, let entries) = values.form {
      var isUsed = [Bool](repeating: false, count: entries.count)
      indices.forEach { isUsed[$0] = true }
      for i in 0..<entries.count where isUsed[i] && isValid {
        unsafe entries.withBytes(at: i) { unsafe add($0) }
      }
      return
    }
    for i in 0..<values.count where isValid {
      unsafe values.withBytes(at: i) { unsafe add($0) }
    }
  }

  /// Takes in one value.
  mutating func add(_ value: UnsafeRawBufferPointer) {
    var (low, high) = (least, greatest)
    var outside: Double?
    let kind = unsafe WellKnownBinary.parse(value) { coordinates, dimensions in
      var position = coordinates
      if dimensions.hasM, !dimensions.hasZ {
        position.w = position.z
        position.z = .nan
      }
      // Comparisons with NaN are false, so that it replaces nothing.
      low.replace(with: position, where: position .< low)
      high.replace(with: position, where: position .> high)
      if let wrap, position.x < wrap.least - 1e-9,
        position.x > wrap.greatest + 1e-9
      {
        outside = position.x
      }
    }
    guard let kind else {
      isValid = false
      return
    }
    (least, greatest) = (low, high)
    outsideWrap = outsideWrap ?? outside
    kinds.insert(kind)
  }

  /// What is to be said of the values; nil where there is nothing.
  var statistics: GeospatialStatistics? {
    guard isValid, !kinds.isEmpty else { return nil }
    return GeospatialStatistics(box: hasBox ? box : nil, types: kinds.sorted())
  }

  /// The box around all positions, whatever runs between them; nil without an X or a Y.
  var box: BoundingBox? {
    guard let x = extent(0), let y = extent(1) else { return nil }
    return BoundingBox(x: x, y: y, z: extent(2), m: extent(3))
  }

  private func extent(_ axis: Int) -> BoundingBox.Extent? {
    least[axis] <= greatest[axis] ? BoundingBox.Extent(least[axis], greatest[axis]) : nil
  }

  // MARK: Holding statistics against it

  /// How far coordinates may leave a box that is held against them: the boxes of geographies come from
  /// calculations on a sphere, which round the ends.
  private var slack: Double { hasBox ? 0 : 1e-9 }

  /// What is wrong with `statistics` of the values seen, one sentence each.
  func faults(in statistics: GeospatialStatistics) -> [String] {
    guard isValid else { return [] }
    var faults: [String] = []
    let missing = kinds.subtracting(statistics.types).sorted()
    if !statistics.types.isEmpty, !missing.isEmpty {
      faults.append("geospatial_types has not \(missing.map(String.init).joined(separator: ", "))")
    }
    if Set(statistics.types).count != statistics.types.count {
      faults.append("geospatial_types names a type twice")
    }
    guard let stated = statistics.box else { return faults }
    for (name, extent, axis) in [
      ("x", stated.x, 0), ("y", stated.y, 1), ("z", stated.z, 2), ("m", stated.m, 3),
    ] as [(String, BoundingBox.Extent?, Int)] {
      guard let extent else { continue }
      if extent.least.isNaN || extent.greatest.isNaN {
        faults.append("the bounding box has NaN in \(name)")
      } else if axis > 0, extent.least > extent.greatest {
        faults.append(
          "the bounding box has \(name)min \(extent.least) above \(name)max \(extent.greatest)")
      } else if let found = self.extent(axis), extent.least <= extent.greatest,
        found.least < extent.least - slack || found.greatest > extent.greatest + slack
      {
        faults.append(
          "the bounding box goes from \(extent.least) to \(extent.greatest) in \(name), "
            + "the coordinates from \(found.least) to \(found.greatest)")
      }
    }
    if let wrap, let outsideWrap {
      faults.append(
        "the bounding box goes from \(wrap.least) over the antimeridian to \(wrap.greatest); x is also "
          + "\(outsideWrap)")
    }
    return faults
  }
}
