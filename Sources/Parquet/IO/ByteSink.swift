/// A destination for bytes in order: no seek, no reading back.
public protocol ByteSink: AnyObject {
  /// Takes the next bytes.
  ///
  /// - Throws: ``ParquetError`` with code `inputOutput`; the sink is of no use afterwards but to
  ///   ``abandon()``.
  func write(_ bytes: RawSpan) throws(ParquetError)
  /// Makes everything written durable and visible.
  func finish() throws(ParquetError)
  /// Leaves no trace of what was written. Harmless after ``finish()`` and when called twice.
  func abandon()
}

extension ByteSink {
  /// Takes the next bytes.
  public func write(_ bytes: [UInt8]) throws(ParquetError) {
    unsafe try write(bytes.span.bytes)
  }
}

/// Bytes in memory.
public final class MemorySink: ByteSink {
  private var buffer = ByteBuffer()
  /// What was written, once ``finish()`` was called; nothing before.
  public private(set) var bytes = Bytes()

  /// An empty sink.
  public init() {}

  /// An empty sink with room for about as many bytes.
  public init(capacity: Int) { buffer = ByteBuffer(capacity: max(0, capacity)) }

  /// Takes the next bytes.
  public func write(_ bytes: RawSpan) throws(ParquetError) { buffer.append(bytes) }

  /// Makes what was written readable as ``bytes``.
  public func finish() throws(ParquetError) { bytes = buffer.freeze() }

  /// Forgets what was written.
  public func abandon() { buffer = ByteBuffer() }
}
