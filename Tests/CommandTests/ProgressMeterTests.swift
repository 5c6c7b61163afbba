import Testing

@testable import CommandSupport

@Suite struct ProgressMeterTests {
  @Test func drawsABar() {
    var meter = ProgressMeter(label: "in.csv", byteCount: 1 << 20, style: .bar)
    #expect(
      meter.update(rows: 0, bytes: 0, elapsed: .zero)
        == "\rin.csv [........................]   0%  0 rows  0 B\u{1b}[K")
    // Not more often than ten times a second.
    #expect(meter.update(rows: 9, bytes: 9, elapsed: .milliseconds(99)) == nil)
    #expect(
      meter.update(rows: 1234, bytes: 1 << 19, elapsed: .milliseconds(500))
        == "\rin.csv [############............]  50%  1,234 rows  512.0 KiB  1.0 MiB/s\u{1b}[K")
    // The input may have grown.
    #expect(
      meter.update(rows: 5, bytes: 1 << 21, elapsed: .seconds(2))
        == "\rin.csv [########################] 100%  5 rows  2.0 MiB  1.0 MiB/s\u{1b}[K")
    #expect(meter.finish() == "\r\u{1b}[K")
    #expect(meter.finish() == nil)
  }

  @Test func showsDetailsWithinTheTerminal() {
    var meter = ProgressMeter(label: "in", byteCount: 100, style: .bar)
    let details = ["3/9 files", "memory 1 B"]
    #expect(
      meter.update(rows: 5, bytes: 50, elapsed: .seconds(1), details: details, columns: nil)
        == "\rin [############............]  50%  5 rows  50 B  50 B/s  3/9 files  memory 1 B\u{1b}[K"
    )
    #expect(
      meter.update(rows: 5, bytes: 50, elapsed: .seconds(2), details: details, columns: 20)
        == "\rin [############....\u{1b}[K".replacing("....\u{1b}", with: "...\u{1b}"))
    var lines = ProgressMeter(label: "in", byteCount: 100, style: .lines)
    #expect(
      lines.update(rows: 5, bytes: 50, elapsed: .seconds(5), details: details)
        == "in: 50%, 5 rows, 50 B, 10 B/s, 3/9 files, memory 1 B\n")
  }

  @Test func writesLines() {
    var meter = ProgressMeter(label: "in.csv", byteCount: 1 << 20, style: .lines)
    #expect(meter.update(rows: 1, bytes: 1, elapsed: .seconds(4)) == nil)
    #expect(
      meter.update(rows: 1234, bytes: 1 << 19, elapsed: .seconds(5))
        == "in.csv: 50%, 1,234 rows, 512.0 KiB, 102.4 KiB/s\n")
    #expect(meter.update(rows: 2, bytes: 2, elapsed: .seconds(9)) == nil)
    #expect(meter.update(rows: 2, bytes: 2, elapsed: .seconds(10)) != nil)
    #expect(meter.finish() == nil)
  }

  @Test func knowsNoShareOfAStream() {
    var meter = ProgressMeter(label: "-", byteCount: nil, style: .lines)
    #expect(
      meter.update(rows: 10, bytes: 10240, elapsed: .seconds(5))
        == "-: 10 rows, 10.0 KiB, 2.0 KiB/s\n")
  }

  @Test func isSilentWhenAsked() {
    var meter = ProgressMeter(label: "in.csv", byteCount: 1, style: .none)
    #expect(meter.update(rows: 1, bytes: 1, elapsed: .seconds(100)) == nil)
    #expect(meter.finish() == nil)
  }
}
