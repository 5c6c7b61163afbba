package import Parquet
internal import Tables

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// A file of the messages that an archive cannot take, one JSON object a line, with the reason of each.
///
///     {"reason":"…","type":"…","field":"…","source":"…","line":1,"received":"2025-07-13T14:00:00.000000Z","message":{…}}
///
/// `type`, `field`, `source` and `line` are null where nothing is known of them. The message stands as `message` where
/// it is JSON, as it was but for its line breaks; else as `text` where it is UTF-8, and as `base64` where it is not.
///
/// Lines are added at the end of what is there, each by one call to the system where that takes all of it. A line that
/// was cut, by a kill or a full disk, is ended by a line break before the next one is written. Not for several threads
/// at a time.
package final class DeadLetterFile {
  /// What is known of a message that is not taken.
  package struct Letter {
    /// Why it is not taken.
    package var reason: String
    /// The message's type.
    package var type: String?
    /// The field that is at fault.
    package var field: String?
    /// The input that the message came from.
    package var source: String?
    /// The line of it, counted from 1.
    package var line: Int?
    /// When it came, in microseconds since 1970-01-01 UTC.
    package var received: Int64
    /// Whether the message is JSON: one value, with nothing around it but white space.
    package var isJSON: Bool

    /// What is known of a message.
    package init(
      reason: String, type: String? = nil, field: String? = nil, source: String? = nil,
      line: Int? = nil, received: Int64, isJSON: Bool
    ) {
      self.reason = reason
      self.type = type
      self.field = field
      self.source = source
      self.line = line
      self.received = received
      self.isJSON = isJSON
    }
  }

  /// The file's path, as it was given.
  package let path: String
  /// How many messages were added since it was opened.
  package private(set) var count = 0
  private let calls: FileSystemCalls
  private let descriptor: Int32
  /// Whether the file ends within a line.
  private var isCut: Bool
  private var isAhead = false

  /// Opens the file at `path`, or makes it, with the folders it lies in.
  ///
  /// - Throws: ``ParquetError`` with code `inputOutput`.
  package init(path: String, calls: FileSystemCalls = .system) throws(ParquetError) {
    self.path = path
    self.calls = calls
    let folder = Directory.parent(of: path)
    for made in try Directory.make(folder) { try Directory.sync(Directory.parent(of: made)) }
    switch valueOrErrno({
      Int(unsafe open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0o666))
    }) {
    case .success(let value): descriptor = Int32(truncatingIfNeeded: value)
    case .failure(let error): throw .system("cannot be opened", error, file: path)
    }
    do throws(ParquetError) {
      isCut = try DeadLetterFile.endsWithinLine(descriptor, path)
      try Directory.sync(folder)
    } catch {
      close(descriptor)
      throw error
    }
  }

  deinit { close(descriptor) }

  /// Adds a message.
  ///
  /// - Throws: ``ParquetError`` with code `inputOutput`; the message may be added again.
  package func append(
    _ message: UnsafeRawBufferPointer, _ letter: Letter
  ) throws(ParquetError) {
    var line = DeadLetterFile.line(of: letter, isCut: isCut)
    unsafe DeadLetterFile.add(message, isJSON: letter.isJSON, to: &line)
    try write(line)
    isAhead = true
    count += 1
  }

  /// Makes what was added durable.
  ///
  /// - Throws: ``ParquetError`` with code `inputOutput`.
  package func flush() throws(ParquetError) {
    guard isAhead else { return }
    let result = calls.perform(.sync) { Int(fsync(descriptor)) }
    // A device or a pipe has nothing to synchronise and says so.
    if case .failure(let error) = result, error.number != EINVAL, error.number != EROFS {
      throw .system("cannot be made durable", error, file: path)
    }
    isAhead = false
  }

  // MARK: Lines

  /// The line up to the message.
  private static func line(of letter: Letter, isCut: Bool) -> [UInt8] {
    var line: [UInt8] = isCut ? [UInt8(ascii: "\n")] : []
    func add(_ text: String) { line += Array(text.utf8) }
    func add(_ key: String, _ value: String?) {
      add(",\"\(key)\":")
      if let value { line += JSONText.quoted(value) } else { add("null") }
    }
    add("{\"reason\":")
    line += JSONText.quoted(letter.reason)
    add("type", letter.type)
    add("field", letter.field)
    add("source", letter.source)
    add(",\"line\":" + (letter.line.map { String($0) } ?? "null"))
    add("received", TimestampText.rfc3339(microseconds: letter.received))
    return line
  }

  /// Adds the message and the end of the line.
  private static func add(
    _ message: UnsafeRawBufferPointer, isJSON: Bool, to line: inout [UInt8]
  ) {
    if isJSON, unsafe !message.isEmpty, unsafe isUTF8(message) {
      line += Array(",\"message\":".utf8)
      let start = line.count
      unsafe line.append(contentsOf: message)
      // Between the parts of JSON a line break is white space, and within them there is none.
      for index in start..<line.count where line[index] == 0x0A || line[index] == 0x0D {
        line[index] = UInt8(ascii: " ")
      }
    } else if let text = unsafe JSONText.quoted(message) {
      line += Array(",\"text\":".utf8)
      line += text
    } else {
      line += Array(",\"base64\":\"".utf8)
      unsafe line += Base64.encoded(message)
      line.append(UInt8(ascii: "\""))
    }
    line += Array("}\n".utf8)
  }

  // MARK: Bytes

  private func write(_ line: [UInt8]) throws(ParquetError) {
    var done = 0
    while done < line.count {
      let result = unsafe line.withUnsafeBytes { bytes in
        calls.perform(.write) {
          let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[done...].prefix(1 << 30))
          return unsafe systemWrite(descriptor, rest)
        }
      }
      switch result {
      case .success(let count):
        done += count
        // Until it is there whole.
        if count > 0 { isCut = done < line.count }
      case .failure(let error): throw .system("cannot be written", error, file: path)
      }
    }
  }

  /// Whether the last byte of an ordinary file is no line break.
  private static func endsWithinLine(
    _ descriptor: Int32, _ path: String
  ) throws(ParquetError) -> Bool {
    var status = stat()
    if case .failure(let error) = valueOrErrno({ Int(unsafe fstat(descriptor, &status)) }) {
      throw .system("cannot be looked at", error, file: path)
    }
    guard status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else { return false }
    var last: UInt8 = 0
    switch valueOrErrno({ Int(unsafe pread(descriptor, &last, 1, status.st_size - 1)) }) {
    case .success(let count): return count == 1 && last != UInt8(ascii: "\n")
    case .failure(let error): throw .system("cannot be read", error, file: path)
    }
  }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  unsafe write(descriptor, bytes.baseAddress, bytes.count)
}
