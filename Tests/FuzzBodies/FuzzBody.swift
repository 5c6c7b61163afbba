import Parquet
import Tables

/// What a fuzz target does with its input. A trap is a finding, and so is what these functions find
/// themselves; errors are not.
///
/// The targets under Fuzz and the test that replays every input that ever failed call the same bodies.
public enum FuzzBody: String, CaseIterable, Sendable {
  /// A file, read in every way.
  case file
  /// A struct of the format in Thrift's compact protocol: the first byte chooses which.
  case thrift
  /// A page of values behind a header: see `runEncoding`.
  case encoding
  /// CSV: the first byte chooses whether rejects are collected, and the batches.
  case csv
  /// NDJSON, as CSV.
  case ndjson

  /// Does it, and traps where what must hold does not.
  public func run(_ bytes: [UInt8]) {
    switch self {
    case .file:
      var reading = MutantReading(bytes, seed: UInt64(bytes.count), limits: FuzzBody.smallLimits)
      reading.run()
      precondition(reading.findings.isEmpty, reading.findings.joined(separator: "; "))
    case .thrift: runThrift(bytes)
    case .encoding: runEncoding(bytes)
    case .csv: runText(bytes, .csv)
    case .ndjson: runText(bytes, .ndjson)
    }
  }

  /// Little memory, so that the fuzzer's own limit is not what is found.
  static var smallLimits: ReaderLimits {
    var limits = ReaderLimits()
    limits.totalBytes = 64 << 20
    return limits
  }
}
