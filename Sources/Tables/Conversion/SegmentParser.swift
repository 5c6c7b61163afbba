internal import Parquet

/// A piece of the input in memory that begins with a record, with ``InputBuffer/slack`` bytes behind it.
@safe
struct TextSegment {
  let start: UnsafePointer<UInt8>
  let count: Int
  /// Whether the input ends with it: then its last record is whole whatever it looks like.
  let isAtEnd: Bool
  /// How many rows may be rejected before parsing stops.
  let rejectLimit: Int
}

/// A row of a segment that cannot be stored.
struct RejectedRow {
  /// The lines of the segment before it.
  var line: Int
  /// What is wrong, and where the row lies, from the start of the segment.
  var offset: Int
  var start: Int
  var end: Int
  var column: String?
  var reason: String
}

/// What came of a segment.
struct ParsedSegment {
  enum Ending {
    /// No record is left that is whole.
    case exhausted
    /// As much is held as may be: parsing goes on behind the bytes used.
    case stopped
    /// A row that an inferred schema cannot hold.
    case misfit
    case failed(ParquetError)
  }

  var batches: [ColumnBatch] = []
  var rejects: [RejectedRow] = []
  /// The bytes of the records that were parsed, and the lines.
  var used = 0
  var lines = 0
  var ending = Ending.exhausted
}

/// Parses text in memory into batches of one schema. One thread uses it at a time.
protocol SegmentParser: AnyObject {
  func parse(_ segment: TextSegment) -> ParsedSegment
}
