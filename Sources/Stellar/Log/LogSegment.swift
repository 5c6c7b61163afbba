internal import Parquet

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// A segment that is no longer written to.
struct LogSegment {
  /// Its number, which its name bears.
  let number: UInt64
  let path: String
  /// The numbers of its messages.
  let numbers: Range<UInt64>

  private static let digits = 12
  private static let prefix = "log-"
  private static let suffix = ".wal"
  /// What the name of a segment ends with that is being made.
  private static let temporarySuffix = ".wal.tmp"

  /// The name of segment `number`: `log-000000000001.wal`.
  static func name(_ number: UInt64) -> String {
    let text = String(number)
    return prefix + String(repeating: "0", count: max(digits - text.utf8.count, 0)) + text + suffix
  }

  /// The number of the segment with this name; nil where it is none's.
  static func number(_ name: String) -> UInt64? {
    guard name.hasPrefix(prefix), name.hasSuffix(suffix) else { return nil }
    let text = name.dropFirst(prefix.count).dropLast(suffix.count)
    guard let number = UInt64(text), LogSegment.name(number) == name else { return nil }
    return number
  }

  /// Whether the name is that of a segment which was not finished before its run was killed.
  static func isUnfinished(_ name: String) -> Bool {
    name.hasPrefix(prefix) && name.hasSuffix(temporarySuffix)
  }

  /// The name that segment `number` has until it is whole.
  static func temporaryName(_ number: UInt64) -> String { name(number) + ".tmp" }
}

/// What a segment begins with, before its state.
///
///      0  magic        `STLRLOG` and a line feed
///      8  version      1
///     12  marker       of all its records
///     16  number       the segment's
///     24  first        the number of its first message
///     32  CRC-32       of all before
struct LogSegmentHeader: Hashable {
  static let byteCount = 36
  private static let magic: [UInt8] = Array("STLRLOG\n".utf8)
  private static let version: UInt32 = 1

  let marker: UInt32
  let number: UInt64
  let firstNumber: UInt64

  init(marker: UInt32, number: UInt64, firstNumber: UInt64) {
    self.marker = marker
    self.number = number
    self.firstNumber = firstNumber
  }

  /// Reads a header from the first ``byteCount`` bytes of a segment.
  ///
  /// - Throws: ``ParquetError`` with code `malformedFile`, or `unsupportedFeature` where a later version wrote it.
  init(_ bytes: Bytes) throws(ParquetError) {
    guard bytes.count >= LogSegmentHeader.byteCount,
      bytes.slice(0..<8).array() == LogSegmentHeader.magic
    else { throw ParquetError(.malformedFile, "is no segment of a log") }
    let version = bytes.number(at: 8, as: UInt32.self)
    guard version == LogSegmentHeader.version else {
      throw ParquetError(
        .unsupportedFeature, "is a segment of a log of version \(version), which is not known")
    }
    guard bytes.number(at: 32, as: UInt32.self) == bytes.checksum(0..<32) else {
      throw ParquetError(.malformedFile, "the header of the segment is damaged")
    }
    self.init(
      marker: bytes.number(at: 12, as: UInt32.self), number: bytes.number(at: 16, as: UInt64.self),
      firstNumber: bytes.number(at: 24, as: UInt64.self))
  }

  /// The bytes that ``init(_:)`` reads.
  var bytes: Bytes {
    var buffer = ByteBuffer(capacity: LogSegmentHeader.byteCount)
    buffer.append(Bytes(copying: LogSegmentHeader.magic))
    buffer.append(LogSegmentHeader.version.littleEndian)
    buffer.append(marker.littleEndian)
    buffer.append(number.littleEndian)
    buffer.append(firstNumber.littleEndian)
    let checksum = unsafe crc32(UnsafeRawBufferPointer(start: buffer.start, count: buffer.count))
    buffer.append(checksum.littleEndian)
    return buffer.freeze()
  }
}

/// The segment that is written to.
final class LogSegmentFile {
  let header: LogSegmentHeader
  let path: String
  /// The bytes of header and state.
  let startByteCount: Int
  /// The bytes that are written for good.
  private(set) var byteCount: Int
  private let descriptor: Int32
  private let calls: FileSystemCalls

  /// Makes segment `number`, which appears whole, with `state`, or not at all, and is durable then.
  ///
  /// - Throws: ``ParquetError`` with code `inputOutput`; nothing is left, unless it cannot be removed either.
  init(
    _ number: UInt64, in directory: String, state: LogState, calls: FileSystemCalls
  ) throws(ParquetError) {
    header = LogSegmentHeader(
      marker: .random(in: .min ... .max), number: number, firstNumber: state.nextNumber)
    let path = Directory.path(LogSegment.name(number), in: directory)
    let temporaryPath = Directory.path(LogSegment.temporaryName(number), in: directory)
    self.path = path
    self.calls = calls
    var start = ByteBuffer()
    start.append(header.bytes)
    let known = state.bytes
    guard known.count <= LogRecord.largestPayload(.state) else {
      throw ParquetError(.limitExceeded, "too many messages apart from each other are not settled")
        .adding(file: path)
    }
    unsafe start.append(
      record: .state, UnsafeRawBufferPointer(start: known.pointer, count: known.count),
      marker: header.marker, committed: 0)
    startByteCount = start.count
    byteCount = 0
    let opened = calls.perform(.openNew) {
      let flags = O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC | O_NOFOLLOW
      return Int(unsafe open(temporaryPath, flags, 0o666))
    }
    switch opened {
    case .success(let value): descriptor = Int32(truncatingIfNeeded: value)
    case .failure(let error): throw .system("cannot be created", error, file: path)
    }
    do throws(ParquetError) {
      unsafe try write(UnsafeRawBufferPointer(start: start.start, count: start.count))
      try sync()
      if case .failure(let error) = calls.perform(
        .rename, { Int(unsafe rename(temporaryPath, path)) })
      {
        throw .system("cannot be given its name", error, file: path)
      }
      try Directory.sync(directory)
    } catch {
      // The descriptor is closed by deinit.
      _ = unsafe unlink(temporaryPath)
      _ = unsafe unlink(path)
      throw error
    }
  }

  deinit { close(descriptor) }

  /// Writes all of `bytes` at the end.
  ///
  /// - Throws: ``ParquetError`` with code `inputOutput`; the segment is then as it was, unless ``isWhole`` is false.
  func write(_ bytes: UnsafeRawBufferPointer) throws(ParquetError) {
    var done = 0
    while done < bytes.count {
      let result = calls.perform(.write) {
        let rest = min(bytes.count - done, 1 << 30)
        return unsafe pwrite(
          descriptor, bytes.baseAddress.map { unsafe $0 + done }, rest, off_t(byteCount + done))
      }
      let number: Int32
      switch result {
      case .success(let count) where count > 0:
        done += count
        continue
      case .success: number = EIO
      case .failure(let error): number = error.number
      }
      let cut = calls.perform(.truncate) { Int(ftruncate(descriptor, off_t(byteCount))) }
      if case .failure = cut { isWhole = false }
      throw .system("cannot be written", SystemError(number: number), file: path)
    }
    byteCount += done
  }

  /// Whether nothing lies behind ``byteCount``: false where a write failed and what it left cannot be taken away.
  private(set) var isWhole = true

  /// Makes what was written durable.
  ///
  /// - Throws: ``ParquetError`` with code `inputOutput`. What was written may be lost then, even where a second call
  ///   succeeds.
  func sync() throws(ParquetError) {
    let result = calls.perform(.sync) {
      #if canImport(Glibc)
        return Int(fdatasync(descriptor))
      #else
        // fsync alone leaves the bytes in the drive's cache there.
        if fcntl(descriptor, F_FULLFSYNC) == 0 { return 0 }
        return Int(fsync(descriptor))
      #endif
    }
    // Some file systems have nothing to synchronise and say so.
    if case .failure(let error) = result, error.number != EINVAL, error.number != EROFS {
      throw .system("cannot be made durable", error, file: path)
    }
  }

  /// The segment as one that is no longer written to, whose last message is before `nextNumber`.
  func finished(before nextNumber: UInt64) -> LogSegment {
    LogSegment(number: header.number, path: path, numbers: header.firstNumber..<nextNumber)
  }
}
