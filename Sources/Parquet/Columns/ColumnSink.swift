/// A destination for a stream of column batches that share one schema.
///
/// Every adapter ends in one; the writer is one, and so are sinks made of sinks. A sink has one owner:
/// it is used from one task at a time.
public protocol ColumnSink<Summary>: AnyObject {
  /// What is known when everything is written.
  associatedtype Summary: Sendable
  /// What every batch must have.
  var schema: Schema { get }
  /// Takes the next rows. May buffer them; holds no more than the sink's memory limit.
  nonisolated(nonsending) func write(_ batch: ColumnBatch) async throws(ParquetError)
  /// Makes everything written durable and visible. Using the sink afterwards is an error.
  nonisolated(nonsending) func finish() async throws(ParquetError) -> Summary
  /// Leaves no trace of what was written since the sink was opened.
  nonisolated(nonsending) func abandon() async
}
