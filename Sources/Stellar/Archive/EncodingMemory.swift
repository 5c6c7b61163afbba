internal import Parquet
internal import Synchronization

/// How the columns of a type were encoded the last time that the engine chose: choosing takes a good part of the time of
/// small files, and the files of a stream are alike.
///
/// The engine chooses anew for every sixteenth file of a type, and where a file has other columns, or four times as many
/// or as few rows.
final class EncodingMemory: Sendable {
  private struct Choice {
    var schema: Schema
    var encodings: [String: WriterOptions.EncodingChoice]
    var rowCount: Int
    var uses = 0
    var byteCount: Int
  }

  private static let mostUses = 15
  /// Of fewer rows nothing is learned.
  private static let leastRows = 1000

  private let choices = Mutex<[MessageType: Choice]>([:])

  /// The encodings for a file, where there are some, and about how many bytes it has.
  func encodings(
    _ type: MessageType, _ schema: Schema, rowCount: Int
  ) -> (encodings: [String: WriterOptions.EncodingChoice], byteCount: Int)? {
    choices.withLock { choices in
      guard let choice = choices[type], choice.uses < EncodingMemory.mostUses,
        choice.schema.fields == schema.fields, rowCount / 4 <= choice.rowCount,
        choice.rowCount / 4 <= rowCount
      else { return nil }
      choices[type]?.uses += 1
      return (choice.encodings, choice.byteCount / choice.rowCount * rowCount)
    }
  }

  /// Notes how a file was encoded whose encodings the engine chose.
  func note(_ file: WrittenFile, _ type: MessageType, _ schema: Schema) {
    guard file.rowCount >= EncodingMemory.leastRows, let group = file.metadata.rowGroups.first
    else {
      return
    }
    var encodings: [String: WriterOptions.EncodingChoice] = [:]
    for chunk in group.columns {
      guard let column = chunk.metadata, let pages = column.encodingStatistics else { continue }
      let used = pages.filter { $0.pageType == .dataPage }.map(\.encoding)
      // Booleans and columns without a value are quick, and best left to the engine.
      guard let encoding = used.contains(.rleDictionary) ? .rleDictionary : used.first,
        column.type != .boolean, column.statistics?.nullCount != column.valueCount
      else { continue }
      encodings[column.path.joined(separator: ".")] = .always(encoding)
    }
    choices.withLock {
      $0[type] = Choice(
        schema: schema, encodings: encodings, rowCount: file.rowCount, byteCount: file.byteCount)
    }
  }
}
