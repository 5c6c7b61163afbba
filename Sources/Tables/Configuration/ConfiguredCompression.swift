package import Parquet

extension Compression {
  /// What ``init(configured:)`` takes, for messages.
  package static let configuredNames =
    "snappy, none, gzip[:1-9], zstd[:1-22], lz4_raw, lz4, brotli[:0-11]"

  /// The compression that a configuration names: `snappy`, `zstd:3`; nil where there is none of the name.
  package init?(configured text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    func level(_ legal: ClosedRange<Int>, _ standard: Int) -> Int? {
      guard parts.count == 2 else { return standard }
      return Int(parts[1]).flatMap { legal.contains($0) ? $0 : nil }
    }
    let made: Compression?
    switch parts[0] {
    case "gzip": made = level(1...9, 6).map { .gzip(level: $0) }
    case "zstd": made = level(1...22, 3).map { .zstd(level: $0) }
    case "brotli": made = level(0...11, 4).map { .brotli(level: $0) }
    case "snappy" where parts.count == 1: made = .snappy
    case "none" where parts.count == 1: made = Compression.none
    case "lz4_raw" where parts.count == 1, "lz4" where parts.count == 1: made = .lz4Raw
    default: made = nil
    }
    guard let made else { return nil }
    self = made
  }
}
