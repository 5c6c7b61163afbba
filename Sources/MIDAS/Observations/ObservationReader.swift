public import Parquet

/// Reads the observations of a data set as batches of its schema, file after file.
///
/// One batch holds what a station observed in a year, from all files about it; only a year larger than
/// the limits of ``ReaderOptions`` comes in several. So duplicates are found where they can be, and
/// memory does not grow with the archive.
public final class ObservationReader {
  /// What is read.
  public let dataSet: MIDASArchive.DataSet
  /// What was read so far, of what was handed out.
  public var statistics: ReadingStatistics {
    var all = delivered
    all.add(streaming.statistics)
    return all
  }

  private let options: ReaderOptions
  /// Reads a group while it is handed out.
  private let streaming: GroupReader
  /// Read groups ahead, each by a thread.
  private let workers: [Worker]
  private var delivered = ReadingStatistics()
  private var group = 0
  /// What was read ahead, the first at the end.
  private var ready: [Event] = []

  /// The most bytes of a group's files that is read ahead: what comes of it is held whole.
  private static let mostBytesAhead = 16 << 20

  /// What comes of a group, in order.
  private enum Event {
    case batch(ColumnBatch)
    case rejection(Rejection)
    case statistics(ReadingStatistics)
    case failure(ParquetError)
  }

  /// A thread's reader, and what came of its group.
  private final class Worker {
    let reader: GroupReader
    private let rejections: Rejections

    /// What the reader rejected.
    private final class Rejections {
      var events: [Event] = []
    }

    init(
      _ dataSet: MIDASArchive.DataSet, _ stations: StationRegistry, _ options: ReaderOptions
    ) throws(ParquetError) {
      let rejections = Rejections()
      self.rejections = rejections
      var onRejection: ((Rejection) throws(ParquetError) -> Void)?
      if options.onRejection != nil {
        onRejection = { (rejection) throws(ParquetError) in
          rejections.events.append(.rejection(rejection))
        }
      }
      reader = try GroupReader(
        dataSet, stations: stations, options: options, onRejection: onRejection)
    }

    /// All that comes of `group`.
    func events(_ group: [MIDASArchive.ObservationFile]) -> [Event] {
      rejections.events = []
      reader.begin(group)
      do throws(ParquetError) {
        while let batch = try reader.next() { rejections.events.append(.batch(batch)) }
        rejections.events.append(.statistics(reader.takeStatistics()))
      } catch {
        rejections.events.append(.statistics(reader.takeStatistics()))
        rejections.events.append(.failure(error))
      }
      return rejections.events
    }
  }

  /// A reader of `dataSet`, one of `archive`'s.
  public init(
    _ dataSet: MIDASArchive.DataSet, of archive: MIDASArchive,
    options: ReaderOptions = ReaderOptions()
  ) throws(ParquetError) {
    self.dataSet = dataSet
    self.options = options
    streaming = try GroupReader(
      dataSet, stations: archive.stations, options: options, onRejection: options.onRejection)
    var workers: [Worker] = []
    if options.threads > 1 {
      for _ in 0..<options.threads {
        workers.append(try Worker(dataSet, archive.stations, options))
      }
    }
    self.workers = workers
  }

  /// The next rows; nil when all files are read.
  ///
  /// - Throws: ``ParquetError`` with code `rejectedData`, the file, line and column of the first row that
  ///   cannot be converted, where ``ReaderOptions/onRejection`` is not set; `malformedFile` or
  ///   `inputOutput` for a file.
  public func next() throws(ParquetError) -> ColumnBatch? {
    while true {
      if let event = ready.popLast() {
        switch event {
        case .batch(let batch): return batch
        case .rejection(let rejection): try options.onRejection?(rejection)
        case .statistics(let read): delivered.add(read)
        case .failure(let error): throw error
        }
        continue
      }
      if let batch = try streaming.next() { return batch }
      guard group < dataSet.groups.count else { return nil }
      let ahead = groupsAhead
      if ahead.count > 1 {
        try readAhead(ahead)
      } else {
        streaming.begin(dataSet.groups[group])
      }
      group = ahead.upperBound
    }
  }

  /// The next groups that are read together: one where there is one thread, or where its files are large.
  private var groupsAhead: Range<Int> {
    var end = group
    while end < dataSet.groups.count, end - group < 4 * workers.count,
      dataSet.groups[end].reduce(0, { $0 + $1.byteCount }) <= ObservationReader.mostBytesAhead
    {
      end += 1
    }
    return group..<max(end, group + 1)
  }

  private func readAhead(_ groups: Range<Int>) throws(ParquetError) {
    var events = [[Event]](repeating: [], count: groups.count)
    unsafe try events.withUnsafeMutableBufferPointer {
      (room: inout UnsafeMutableBufferPointer<[Event]>) throws(ParquetError) in
      nonisolated(unsafe) let room = unsafe room
      try Parallel.forEach(Array(0..<groups.count), threads: workers.count) {
        (index, thread) throws(ParquetError) in
        // Each place is written once, by one thread.
        unsafe room[index] = workers[thread].events(
          dataSet.groups[groups.lowerBound + index])
      }
    }
    ready = events.reversed().flatMap { $0.reversed() }
  }
}
