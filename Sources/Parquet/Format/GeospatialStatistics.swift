/// What is known of the coordinates and kinds of the geometries of a chunk.
///
/// Specification: GeospatialStatistics in parquet.thrift, Geospatial.md; rules G1 and G2.
public struct GeospatialStatistics: Hashable, Sendable {
  /// A box that every coordinate lies in; nil where nothing is known.
  public var box: BoundingBox?
  /// The kinds of geometry as well-known binary numbers them (1 to 7; 1000 more with Z, 2000 with M, 3000
  /// with both), ascending, each once; empty where nothing is known.
  public var types: [Int32]

  /// What is to be said of geometries.
  public init(box: BoundingBox? = nil, types: [Int32] = []) {
    self.box = box
    self.types = types
  }
}

/// A box of coordinates: X is longitude or easting, Y latitude or northing.
///
/// Specification: BoundingBox in parquet.thrift.
public struct BoundingBox: Hashable, Sendable {
  /// The least and the greatest value of one axis. Of X alone the least may be greater: the box then goes
  /// from it over the antimeridian to the greatest.
  public struct Extent: Hashable, Sendable {
    /// No coordinate is smaller.
    public var least: Double
    /// No coordinate is larger.
    public var greatest: Double

    /// An extent from `least` to `greatest`.
    public init(_ least: Double, _ greatest: Double) {
      self.least = least
      self.greatest = greatest
    }
  }

  /// The extent of longitudes or eastings.
  public var x: Extent
  /// The extent of latitudes or northings.
  public var y: Extent
  /// The extent of heights; nil where no geometry has any.
  public var z: Extent?
  /// The extent of measures; nil where no geometry has any.
  public var m: Extent?

  /// A box of these extents.
  public init(x: Extent, y: Extent, z: Extent? = nil, m: Extent? = nil) {
    self.x = x
    self.y = y
    self.z = z
    self.m = m
  }
}

extension GeospatialStatistics: CompactStruct {
  package func encode(to writer: inout CompactWriter) {
    let outer = writer.beginStruct()
    if let box { writer.field(1, box) }
    if !types.isEmpty { writer.field(2, types) }
    writer.endStruct(outer)
  }

  package init(from reader: inout CompactReader) throws(ParquetError) {
    self.init()
    let outer = try reader.beginStruct()
    while let field = try reader.nextField() {
      switch field.id {
      case 1 where field.type == .structure:
        box = try reader.structure(field, "GeospatialStatistics.bbox")
      case 2 where field.type.isList:
        types = try reader.int32s(field, "GeospatialStatistics.geospatial_types")
      default: try reader.skip(field.type)
      }
    }
    reader.endStruct(outer)
  }
}

extension BoundingBox: CompactStruct {
  package func encode(to writer: inout CompactWriter) {
    let outer = writer.beginStruct()
    for (id, extent) in [(Int16(1), x), (3, y), (5, z), (7, m)] as [(Int16, Extent?)] {
      guard let extent else { continue }
      writer.field(id, extent.least)
      writer.field(id + 1, extent.greatest)
    }
    writer.endStruct(outer)
  }

  package init(from reader: inout CompactReader) throws(ParquetError) {
    var ends = [Double?](repeating: nil, count: 9)
    let outer = try reader.beginStruct()
    while let field = try reader.nextField() {
      if (1...8).contains(field.id) {
        ends[Int(field.id)] = try reader.double(field, "BoundingBox")
      } else {
        try reader.skip(field.type)
      }
    }
    reader.endStruct(outer)
    func extent(_ id: Int) -> Extent? {
      guard let least = ends[id], let greatest = ends[id + 1] else { return nil }
      return Extent(least, greatest)
    }
    self.init(
      x: try reader.required(extent(1), "BoundingBox.xmin and xmax"),
      y: try reader.required(extent(3), "BoundingBox.ymin and ymax"), z: extent(5), m: extent(7))
  }
}
