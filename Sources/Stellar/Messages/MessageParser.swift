internal import Datasets
internal import Parquet
@_spi(Adapters) internal import Tables

/// Takes messages apart: each is scanned once, and its values go to the columns of its stream.
///
/// One thread at a time uses a parser; messages that are parsed together are numbered from 0.
@safe
final class MessageParser {
  let work: UnsafeMutablePointer<MessageTaker>

  init(_ configuration: ArchiveConfiguration, clock: any StreamClock, keepsTexts: Bool) {
    unsafe work = .allocate(capacity: 1)
    unsafe work.initialize(
      to: MessageTaker(configuration, clock: clock, keepsTexts: keepsTexts))
  }

  deinit {
    unsafe work.deinitialize(count: 1)
    unsafe work.deallocate()
  }

  /// The number of messages taken since the last ``finish()``, their rows, and the bytes of their JSON.
  var messageCount: Int { unsafe Int(work.pointee.ordinal) }
  var rowCount: Int { unsafe work.pointee.rowCount }
  var byteCount: Int { unsafe work.pointee.byteCount }
  /// The ledger of the last message.
  var lastLedger: UInt64? { unsafe work.pointee.lastLedger }
  /// Times that could not be read and became null.
  var warnings: Int { unsafe work.pointee.warnings }
  /// The block that the last message went to.
  var lastBlock: RowBlock? { unsafe work.pointee.last?.block }

  /// Whether messages came to so many streams that memory goes to what is known of them.
  var isScattered: Bool { unsafe work.pointee.isScattered }

  /// The line that the next message stands in, as the caller counts them; 0 where it stands in none.
  var line: Int {
    get { unsafe Int(work.pointee.line) }
    set { unsafe work.pointee.line = UInt32(truncatingIfNeeded: newValue) }
  }

  /// Begins to count unreadable times anew.
  func forgetWarnings() { unsafe work.pointee.warnings = 0 }

  /// The streams' rows since the last call; the parser is empty afterwards.
  func finish() throws(ParquetError) -> [FinishedRows] { unsafe try work.pointee.finish() }

  /// Takes a message: `text` is followed by ``Tables/JSONMembers/slack`` readable bytes, and `ledger` is the number of
  /// its ledger, where it says none itself.
  @inline(__always)
  func take(_ text: UnsafeRawBufferPointer, ledger: UInt64?) throws(MessageFault) {
    unsafe try work.pointee.take(text, ledger: ledger)
  }

  /// Takes the line that `text` begins with; the bytes it has with its end, nil where it must be looked at anew, once
  /// its end is known.
  @inline(__always)
  func takeLine(
    _ text: UnsafeRawBufferPointer, isAtEnd: Bool
  ) throws(MessageFault) -> Int? {
    unsafe try work.pointee.takeLine(text, isAtEnd: isAtEnd)
  }
}
