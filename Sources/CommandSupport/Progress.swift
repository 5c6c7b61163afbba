import Parquet
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Shows on standard error how far the work is: a bar that moves on a terminal, a line every few seconds
/// elsewhere.
public final class Progress: Sendable {
  /// How progress is shown.
  public enum Style: Sendable {
    /// One line that is drawn again.
    case bar
    /// A new line every few seconds.
    case lines
    /// Not at all.
    case none
  }

  private let style: Style
  private let meter: Mutex<ProgressMeter>
  private let start = ContinuousClock.now

  /// A display.
  public init(label: String, byteCount: Int?, style: Style) {
    self.style = style
    meter = Mutex(ProgressMeter(label: label, byteCount: byteCount, style: style))
  }

  /// Says how far the work is in all, and `details`. Cheap enough to be called for every batch; from any thread.
  public func update(rows: Int, bytes: Int, details: @autoclosure () -> [String] = []) {
    guard style != .none else { return }
    let elapsed = start.duration(to: .now)
    let text = meter.withLock { meter in
      meter.isDue(elapsed)
        ? meter.update(rows: rows, bytes: bytes, elapsed: elapsed, details: details()) : nil
    }
    if let text { send(text) }
  }

  /// Takes the bar away; what is written next stands on a clean line.
  public func finish() {
    if let text = meter.withLock({ $0.finish() }) { send(text) }
  }

  /// The time since the display was made, in seconds.
  public var seconds: Double { ProgressMeter.seconds(start.duration(to: .now)) }

  private func send(_ text: String) {
    Console.send(text, to: StreamSink(descriptor: STDERR_FILENO, name: "standard error"))
  }
}

/// What a ``Progress`` shows and when, apart from clocks and streams.
struct ProgressMeter {
  private static let barWidth = 24

  private let label: String
  private let byteCount: Int?
  private let style: Progress.Style
  private let interval: Duration
  private var nextShow: Duration
  private var isShown = false

  init(label: String, byteCount: Int?, style: Progress.Style) {
    self.label = label
    self.byteCount = byteCount
    self.style = style
    interval = style == .bar ? .milliseconds(100) : .seconds(5)
    nextShow = style == .bar ? .zero : interval
  }

  /// Whether it is time for a text.
  func isDue(_ elapsed: Duration) -> Bool { style != .none && elapsed >= nextShow }

  /// The text to show now, if it is time for one. A bar that breaks is not drawn over: it keeps within the terminal's
  /// `columns`, where their number is known.
  mutating func update(
    rows: Int, bytes: Int, elapsed: Duration, details: [String] = [],
    columns: @autoclosure () -> Int? = ProgressMeter.terminalColumns
  ) -> String? {
    guard isDue(elapsed) else { return nil }
    nextShow = elapsed + interval
    let line = describe(
      rows: rows, bytes: bytes, seconds: ProgressMeter.seconds(elapsed), details)
    isShown = true
    guard style == .bar else { return "\(line)\n" }
    return "\r\(line.prefix(max(1, (columns() ?? 200) - 1)))\u{1b}[K"
  }

  /// The width of the terminal behind standard error; nil where it is not known.
  private static var terminalColumns: Int? {
    var size = winsize()
    guard unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return nil
    }
    return Int(size.ws_col)
  }

  /// The text that takes away what is shown.
  mutating func finish() -> String? {
    guard style == .bar, isShown else { return nil }
    isShown = false
    return "\r\u{1b}[K"
  }

  private func describe(
    rows: Int, bytes: Int, seconds: Double, _ details: [String]
  ) -> String {
    var parts = ["\(grouped(rows)) rows", ByteCount.format(bytes)]
    if seconds > 0 { parts.append("\(ByteCount.format(Int(Double(bytes) / seconds)))/s") }
    parts += details
    guard let byteCount, byteCount > 0 else { return "\(label): \(parts.joined(separator: ", "))" }
    let share = min(1, max(0, Double(bytes) / Double(byteCount)))
    let percent = "\(Int((share * 100).rounded(.down)))%"
    guard style == .bar else { return "\(label): \(percent), \(parts.joined(separator: ", "))" }
    let filled = Int((share * Double(ProgressMeter.barWidth)).rounded(.down))
    let bar =
      String(repeating: "#", count: filled)
      + String(repeating: ".", count: ProgressMeter.barWidth - filled)
    let padding = String(repeating: " ", count: 4 - percent.count)
    return "\(label) [\(bar)] \(padding)\(percent)  \(parts.joined(separator: "  "))"
  }

  static func seconds(_ duration: Duration) -> Double {
    let (seconds, attoseconds) = duration.components
    return Double(seconds) + Double(attoseconds) * 1e-18
  }
}
