import Foundation
import Testing

@testable import Parquet

private let testData = ProcessInfo.processInfo.environment["PARQUET_TEST_DATA"]

/// Geometries in well-known binary, and the statistics of columns of them (rules G1 and G2).
@Suite struct GeospatialTests {
  /// Puts geometries together, each part in a byte order of its own where asked.
  struct Geometry {
    var bytes: [UInt8] = []

    init(_ code: UInt32, isLittleEndian: Bool = true, count: Int? = nil) {
      bytes = [isLittleEndian ? 1 : 0]
      append(code, isLittleEndian)
      if let count { append(UInt32(count), isLittleEndian) }
    }

    mutating func append(_ word: UInt32, _ isLittleEndian: Bool = true) {
      let word = isLittleEndian ? word.littleEndian : word.bigEndian
      bytes += Bytes(copying: [word]).array()
    }

    func with(_ coordinates: Double...) -> Geometry {
      var result = self
      for value in coordinates {
        let bits =
          bytes[0] == 1 ? value.bitPattern.littleEndian : value.bitPattern.bigEndian
        result.bytes += Bytes(copying: [bits]).array()
      }
      return result
    }

    func with(_ parts: Geometry...) -> Geometry {
      var result = self
      for part in parts { result.bytes += part.bytes }
      return result
    }
  }

  static func leaf(_ type: LogicalType = .geometry(crs: nil)) throws -> Leaf {
    try Schema([SchemaField("g", .byteArray, .optional, logicalType: type)]).leaves[0]
  }

  static func statistics(_ geometries: [Geometry]) throws -> GeospatialStatistics? {
    var bounds = try #require(try GeospatialBounds(leaf()))
    for geometry in geometries { unsafe geometry.bytes.withUnsafeBytes { unsafe bounds.add($0) } }
    return bounds.statistics
  }

  static func ring(_ coordinates: Double..., stride: Int = 2) -> Geometry {
    var ring = Geometry(0)
    ring.bytes = []
    ring.append(UInt32(coordinates.count / stride))
    for value in coordinates {
      ring.bytes += Bytes(copying: [value.bitPattern.littleEndian]).array()
    }
    return ring
  }

  @Test func everyKindIsBounded() throws {
    let point = Geometry(1).with(1, 2)
    let line = Geometry(2, count: 2).with(3, 4, -5, 6)
    let polygon = Geometry(3, count: 2).with(
      Self.ring(0, 0, 9, 0, 0, 9, 0, 0), Self.ring(1, 1, 2, 1, 1, 2, 1, 1))
    for (geometry, type, x, y) in [
      (point, 1, (1, 1), (2, 2)), (line, 2, (-5, 3), (4, 6)), (polygon, 3, (0, 9), (0, 9)),
      (Geometry(4, count: 2).with(point, Geometry(1).with(7, 8)), 4, (1, 7), (2, 8)),
      (Geometry(5, count: 1).with(line), 5, (-5, 3), (4, 6)),
      (Geometry(6, count: 1).with(polygon), 6, (0, 9), (0, 9)),
      (Geometry(7, count: 3).with(point, line, polygon), 7, (-5, 9), (0, 9)),
    ] as [(Geometry, Int32, (Double, Double), (Double, Double))] {
      let found = try #require(try Self.statistics([geometry]))
      #expect(found.types == [type])
      #expect(found.box == BoundingBox(x: .init(x.0, x.1), y: .init(y.0, y.1)))
    }
  }

  @Test func heightsAndMeasuresHaveTheirAxes() throws {
    let z = try #require(try Self.statistics([Geometry(1001).with(1, 2, 3)]))
    #expect(z.box == BoundingBox(x: .init(1, 1), y: .init(2, 2), z: .init(3, 3)))
    let m = try #require(try Self.statistics([Geometry(2001).with(1, 2, 3)]))
    #expect(m.box == BoundingBox(x: .init(1, 1), y: .init(2, 2), m: .init(3, 3)))
    let both = try #require(
      try Self.statistics([
        Geometry(3001).with(1, 2, 3, 4), Geometry(1).with(0, 0), Geometry(3001).with(5, 6, .nan, 8),
      ]))
    #expect(both.types == [1, 3001])
    #expect(
      both.box == BoundingBox(x: .init(0, 5), y: .init(0, 6), z: .init(3, 3), m: .init(4, 8)))
  }

  @Test func eachPartHasItsByteOrder() throws {
    let mixed = Geometry(7, isLittleEndian: false, count: 2).with(
      Geometry(1).with(1, 2), Geometry(1, isLittleEndian: false).with(3, 4))
    #expect(
      try Self.statistics([mixed])
        == GeospatialStatistics(
          box: BoundingBox(x: .init(1, 3), y: .init(2, 4)), types: [7]))
  }

  @Test func emptyGeometriesAndNaNHaveNoBox() throws {
    let empty = [Geometry(1).with(.nan, .nan), Geometry(2, count: 0), Geometry(7, count: 0)]
    #expect(try Self.statistics(empty) == GeospatialStatistics(types: [1, 2, 7]))
    // An X alone is no box.
    #expect(try Self.statistics([Geometry(1).with(1, .nan)]) == GeospatialStatistics(types: [1]))
    #expect(
      try Self.statistics(empty + [Geometry(1).with(1, 2)])?.box
        == BoundingBox(x: .init(1, 1), y: .init(2, 2)))
    #expect(try Self.statistics([]) == nil)
  }

  @Test func whatIsNoGeometryMakesNoStatistics() throws {
    let point = Geometry(1).with(1, 2)
    var trailing = point
    trailing.bytes.append(0)
    var cut = point
    cut.bytes.removeLast()
    var order = point
    order.bytes[0] = 2
    for bad in [
      trailing, cut, order, Geometry(0), Geometry(8, count: 0), Geometry(4001).with(1, 2),
      // PostGIS's own flag for a Z, and a count of positions that is not there.
      Geometry(0x8000_0001).with(1, 2, 3), Geometry(2, count: 1 << 30).with(1, 2),
      Geometry(3, count: 1 << 31), Geometry(4, count: 1).with(Geometry(2, count: 0)),
      Geometry(7, count: 1).with(Geometry(1001).with(1, 2, 3)),
    ] {
      #expect(try Self.statistics([point, bad]) == nil, "\(bad.bytes)")
    }
    var none = point
    none.bytes = []
    #expect(try Self.statistics([none]) == nil)
  }

  @Test func nestingHasALimit() throws {
    func nested(_ depth: Int) -> Geometry {
      var geometry = Geometry(1).with(1, 2)
      for _ in 0..<depth { geometry = Geometry(7, count: 1).with(geometry) }
      return geometry
    }
    #expect(try Self.statistics([nested(WellKnownBinary.depthLimit - 1)]) != nil)
    #expect(try Self.statistics([nested(WellKnownBinary.depthLimit)]) == nil)
    #expect(try Self.statistics([nested(100_000)]) == nil)
  }

  // MARK: Files

  static func file(_ geometries: [Geometry?], _ type: LogicalType) throws -> Bytes {
    let schema = try Schema([SchemaField("g", .byteArray, .optional, logicalType: type)])
    let builder = ColumnBatchBuilder(schema: schema)
    for geometry in geometries {
      guard let geometry else {
        builder.fields[0].appendNull()
        continue
      }
      unsafe builder.leaf(0).append(bytes: geometry.bytes.span.bytes)
    }
    return try written(schema, WriterOptions(), [try builder.finish()])
  }

  @Test func filesHaveThem() throws {
    let points = [Geometry(1).with(1, 2), nil, Geometry(1).with(-1, 5), Geometry(1).with(1, 2)]
    let bytes = try Self.file(points, .geometry(crs: "srid:5070"))
    let reader = try ParquetReader(MemorySource(bytes))
    let metadata = try #require(reader.metadata.rowGroups[0].columns[0].metadata)
    #expect(
      metadata.geospatialStatistics
        == GeospatialStatistics(box: BoundingBox(x: .init(-1, 1), y: .init(2, 5)), types: [1]))
    #expect(metadata.statistics?.minimum == nil && metadata.statistics?.nullCount == 1)
    #expect(reader.schema.leaves[0].logicalType == .geometry(crs: "srid:5070"))
    #expect(try FileVerifier(MemorySource(bytes)).verify().isEmpty)
    #expect(
      try reader.summary(ofColumn: 0).geospatialStatistics == metadata.geospatialStatistics)

    // The arcs of a geography leave the box around its positions.
    let arcs = try Self.file(points, .geography(crs: nil, algorithm: .karney))
    let other = try ParquetReader(MemorySource(arcs))
    #expect(
      other.metadata.rowGroups[0].columns[0].metadata?.geospatialStatistics
        == GeospatialStatistics(types: [1]))
    #expect(try FileVerifier(MemorySource(arcs)).verify().isEmpty)

    let none = try ParquetReader(MemorySource(try Self.file([nil], .geometry(crs: nil))))
    #expect(none.metadata.rowGroups[0].columns[0].metadata?.geospatialStatistics == nil)
  }

  @Test func statisticsThatDoNotHoldAreFaults() throws {
    func faults(_ box: BoundingBox?, _ types: [Int32], _ x: Double...) throws -> [String] {
      let stated = GeospatialStatistics(box: box, types: types)
      var bounds = try #require(
        GeospatialBounds(try Self.leaf(.geography(crs: nil, algorithm: nil)), heldAgainst: stated))
      for x in x {
        unsafe Geometry(1).with(x, 0).bytes.withUnsafeBytes { unsafe bounds.add($0) }
      }
      return bounds.faults(in: stated)
    }
    let box = BoundingBox(x: .init(-10, 10), y: .init(0, 0))
    #expect(try faults(box, [1], -10, 10).isEmpty)
    #expect(try faults(box, [], -10, 10).isEmpty)
    #expect(try !faults(box, [1], -10, 11).isEmpty)
    #expect(try !faults(box, [2], 0).isEmpty)
    #expect(try !faults(box, [1, 1], 0).isEmpty)
    let wrap = BoundingBox(x: .init(170, -170), y: .init(0, 0))
    #expect(try faults(wrap, [1], 170, 180, -180, -170).isEmpty)
    #expect(try !faults(wrap, [1], 175, 0).isEmpty)
    #expect(try !faults(BoundingBox(x: .init(0, 1), y: .init(1, 0)), [1], 0).isEmpty)
    #expect(try !faults(BoundingBox(x: .init(.nan, 1), y: .init(0, 0)), [1], 0).isEmpty)
  }

  @Test(.enabled(if: testData != nil, "PARQUET_TEST_DATA names parquet-testing"))
  func writtenAnewOthersFilesHaveTheSame() throws {
    let folder = (testData ?? "") + "/data/geospatial"
    var compared = 0
    for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    where name.hasSuffix(".parquet") {
      let path = folder + "/" + name
      let reader = try ParquetReader(FileSource(path: path))
      #expect(try FileVerifier(FileSource(path: path)).verify().isEmpty, "\(name)")
      let sink = MemorySink()
      let writer = try ParquetWriter(sink, schema: reader.schema)
      for index in reader.metadata.rowGroups.indices {
        try writer.write(try reader.read(rowGroup: index))
        try writer.closeRowGroup()
      }
      _ = try writer.finish()
      let again = try ParquetReader(MemorySource(sink.bytes))
      for leaf in reader.schema.leaves {
        guard case .geometry = leaf.logicalType else { continue }
        for (ours, theirs) in zip(again.metadata.rowGroups, reader.metadata.rowGroups) {
          // Of nothing but nulls some writers say that nothing is known.
          #expect(
            ours.columns[leaf.index].metadata?.geospatialStatistics ?? GeospatialStatistics()
              == theirs.columns[leaf.index].metadata?.geospatialStatistics, "\(name)")
        }
        compared += 1
      }
    }
    #expect(compared >= 6)
  }
}
