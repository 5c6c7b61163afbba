internal import Parquet

/// The stations of a batch's rows.
///
/// They stay the same for thousands of rows, so each of their columns is a dictionary of the batch's
/// stations, and all share one list of indices.
struct StationTable: ~Copyable {
  private let schema: Schema
  private var stations: [Station] = []
  /// Which of them nothing describes.
  private var isUnknown: [Bool] = []
  private var indices = ByteBuffer()
  // What was asked last.
  private var lastSourceID: Int32?
  private var lastIndex: UInt32 = 0
  private var start = Int64.min
  private var end = Int64.max

  /// A table whose columns are `schema`'s: the base columns of the station.
  init(schema: Schema) { self.schema = schema }

  /// Whether nothing describes the station selected.
  var hasUnknown: Bool { isUnknown[Int(lastIndex)] }

  /// Makes `sourceID` the station of the next rows; false where `find` does not know it, and it may not be unknown.
  @inline(__always)
  mutating func select(
    _ sourceID: Int32, allowingUnknown: Bool, _ find: (Int32) -> Station?
  ) -> Bool {
    lastSourceID == sourceID || choose(sourceID, allowingUnknown, find)
  }

  @inline(never)
  private mutating func choose(
    _ sourceID: Int32, _ allowsUnknown: Bool, _ find: (Int32) -> Station?
  ) -> Bool {
    let found = find(sourceID)
    guard found != nil || allowsUnknown else { return false }
    let station = found ?? .unknown(sourceID)
    // What is no number equals nothing, so that unknown stations are found by theirs.
    let index =
      stations.indices.first {
        found == nil
          ? isUnknown[$0] && stations[$0].sourceID == sourceID : stations[$0] == station
      } ?? stations.count
    if index == stations.count {
      stations.append(station)
      isUnknown.append(found == nil)
    }
    lastSourceID = sourceID
    lastIndex = UInt32(truncatingIfNeeded: index)
    start = station.start
    end = station.end
    return true
  }

  /// Whether the records of the station selected span `time`.
  @inline(__always)
  func spans(_ time: Int64) -> Bool { time >= start && time <= end }

  /// Notes a row of the station selected.
  @inline(__always)
  mutating func append() { indices.append(lastIndex) }

  /// Forgets which station is selected: another file may describe it in another way.
  mutating func endFile() {
    lastSourceID = nil
  }

  /// The station columns of all rows noted, and what says whether their stations were found; none are noted
  /// afterwards.
  mutating func finish() throws(ParquetError) -> (columns: [Column], flags: Column) {
    let builder = ColumnBatchBuilder(schema: schema)
    for station in stations {
      builder.leaf(0).append(station.sourceID)
      builder.leaf(1).append(station.name)
      builder.leaf(2).append(station.latitude)
      builder.leaf(3).append(station.longitude)
      builder.leaf(4).append(station.heightMeters)
      builder.leaf(5).append(station.county)
      builder.leaf(6).append(station.authority)
      // No file of the archive has grid references.
      for field in 7...9 { builder.leaf(field).appendNull() }
      builder.leaf(10).append(station.start)
      builder.leaf(11).append(station.end)
    }
    let values = try builder.finish()
    let indices = self.indices.freeze()
    let rowCount = indices.count / 4
    let flags = try Column(
      flags: isUnknown.map { $0 ? .stationMissing : .stationFound }, indices: indices)
    stations.removeAll()
    isUnknown.removeAll()
    endFile()
    let columns = zip(schema.leaves, values.columns).map { leaf, column in
      guard leaf.maxDefinitionLevel == 0 else {
        return Column(
          rowCount: rowCount,
          presence: .validity(Bitmap([Bool](repeating: false, count: rowCount))),
          values: column.values)
      }
      return Column(
        ColumnValues(uncheckedIndices: DictionaryIndices(indices), dictionary: column.values))
    }
    return (columns, flags)
  }
}
