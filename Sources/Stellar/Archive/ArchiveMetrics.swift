/// What an archive has done, in numbers.
public struct ArchiveMetrics: Hashable, Sendable {
  /// Messages that were given to the archive.
  public var messagesReceived = 0
  /// The bytes of their JSON.
  public var bytesReceived = 0
  /// Messages that cannot be stored.
  public var messagesRejected = 0
  /// Messages in the dead-letter file.
  public var messagesDeadLettered = 0
  /// Rows in stored files.
  public var recordsWritten = 0
  /// Stored files.
  public var filesWritten = 0
  /// Their bytes.
  public var bytesWritten = 0
  /// Rows that wait for their file.
  public var bufferSize = 0
  /// Rows whose file could not be stored yet.
  public var failedBufferSize = 0
  /// Files that could not be stored when it was tried.
  public var storageFailures = 0
  /// Calls of the store that were tried again.
  public var storageRetries = 0
  /// Values left out because the columns of their type are fixed.
  public var valuesDropped = 0
  /// Times that could not be read and became null.
  public var unreadableTimes = 0
  /// Messages that a killed run left in its write-ahead log.
  public var messagesRecovered = 0
  /// The ledger of the last message that said one.
  public var currentLedger: UInt64 = 0

  private var rows: [(name: String, kind: String, help: String, value: UInt64)] {
    func counter(_ name: String, _ help: String, _ value: Int) -> (String, String, String, UInt64) {
      (name + "_total", "counter", help, UInt64(max(0, value)))
    }
    func gauge(_ name: String, _ help: String, _ value: UInt64) -> (String, String, String, UInt64)
    {
      (name, "gauge", help, value)
    }
    return [
      counter("messages_received", "Messages given to the archive.", messagesReceived),
      counter("bytes_received", "Bytes of JSON given to the archive.", bytesReceived),
      counter("messages_rejected", "Messages that cannot be stored.", messagesRejected),
      counter("messages_dead_lettered", "Messages in the dead-letter file.", messagesDeadLettered),
      counter("records_written", "Rows in stored files.", recordsWritten),
      counter("files_written", "Stored files.", filesWritten),
      counter("bytes_written", "Bytes of stored files.", bytesWritten),
      gauge("buffer_size", "Rows that wait for their file.", UInt64(bufferSize)),
      gauge(
        "failed_buffer_size", "Rows whose file could not be stored yet.", UInt64(failedBufferSize)),
      counter("storage_failures", "Files that could not be stored when tried.", storageFailures),
      counter("storage_retries", "Calls of the store that were tried again.", storageRetries),
      counter("values_dropped", "Values left out because columns are fixed.", valuesDropped),
      counter("unreadable_times", "Times that became null.", unreadableTimes),
      counter("messages_recovered", "Messages taken from the write-ahead log.", messagesRecovered),
      gauge("current_ledger", "Ledger of the last message.", currentLedger),
    ]
  }

  /// The metrics in the text format of Prometheus, version 0.0.4.
  public var prometheusText: String {
    var text = ""
    for row in rows {
      let name = "stellar_archive_\(row.name)"
      text += "# HELP \(name) \(row.help)\n# TYPE \(name) \(row.kind)\n\(name) \(row.value)\n"
    }
    return text
  }
}
