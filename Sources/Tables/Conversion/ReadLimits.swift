/// How much is read at a time.
struct ReadLimits {
  var batchRows = 65_536
  var batchBytes = 16 << 20
  /// The pieces of input that are parsed in one go.
  var windowBytes = 1 << 20
  /// How much the batches of one piece may hold before they are handed on.
  var segmentBatchBytes: Int { windowBytes * 8 }
  /// The part of the input that a schema is inferred from at first.
  var sampleBytes = 1 << 20
  var sampleRows = 10_000
}
