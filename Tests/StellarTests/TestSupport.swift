import Foundation
import Parquet

@testable import Stellar

/// A folder of its own, which goes with it.
final class Folder: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "parquet-stellar-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of `name` in the folder.
  func file(_ name: String) -> String { "\(path)/\(name)" }

  /// The names in `name`, in order.
  func names(in name: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: file(name))) ?? []).sorted()
  }

  func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: file(name))))
  }

  func text(_ name: String) throws -> String {
    String(decoding: try bytes(name), as: UTF8.self)
  }

  /// Writes a file, and makes the folders that it lies in.
  func write(_ bytes: [UInt8], to name: String) throws {
    let url = URL(fileURLWithPath: file(name))
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
  }
}

/// The error that `body` throws.
func error(of body: () throws -> Void) -> ParquetError? {
  do { try body() } catch { return error as? ParquetError }
  return nil
}

/// A repeatable source of random numbers.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state &* 0x2545_F491_4F6C_DD1D
  }
}

extension MessageNumbers {
  /// A set of these numbers.
  init(of numbers: some Sequence<UInt64>) {
    self.init()
    for number in numbers { insert(number) }
  }

  /// All numbers, in order.
  var all: [UInt64] { ranges.flatMap { Array($0) } }
}

extension WriteAheadLog {
  /// Appends a text.
  @discardableResult
  func append(_ text: String, ledger: UInt64? = nil) -> UInt64 {
    var text = text
    return text.withUTF8 { unsafe append(UnsafeRawBufferPointer($0), ledger: ledger) }
  }

  /// The messages that are not settled, as a new run gets them; behind those with a ledger stands `@` and it.
  func messages(
    isStored: (StoredFile) -> Bool = { _ in false }
  ) throws -> [UInt64: String] {
    var messages: [UInt64: String] = [:]
    var last: UInt64?
    unsafe try recover(isStored: { (file) throws(ParquetError) in isStored(file) }) {
      (number, message, ledger) throws(ParquetError) in
      if let last, last >= number {
        throw ParquetError(.invalidArgument, "message \(number) comes behind \(last)")
      }
      last = number
      let text = unsafe String(decoding: message, as: UTF8.self)
      messages[number] = text + (ledger.map { "@\($0)" } ?? "")
    }
    return messages
  }
}

/// A file of the archive with this key.
func file(_ key: String) -> StoredFile {
  StoredFile(key: key, byteCount: key.utf8.count, checksum: UInt32(key.utf8.count) &* 77)
}
