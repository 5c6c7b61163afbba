public import Parquet

/// Writes rejections as lines of JSON: `{"file":…,"line":…,"column":…,"reason":…,"row":…}`, with null for
/// what does not apply.
public final class RejectionReport {
  private let sink: any ByteSink
  /// The rejections written.
  public private(set) var count = 0

  /// A report to `sink`.
  public init(_ sink: any ByteSink) { self.sink = sink }

  /// Writes one.
  public func write(_ rejection: Rejection) throws(ParquetError) {
    let members: [(name: String, value: String?)] = [
      ("file", RejectionReport.quoted(rejection.file)),
      ("line", rejection.line.map(String.init)),
      ("column", rejection.column.map(RejectionReport.quoted)),
      ("reason", RejectionReport.quoted(rejection.reason)),
      ("row", rejection.text.map(RejectionReport.quoted)),
    ]
    let body = members.map { "\"\($0.name)\":\($0.value ?? "null")" }.joined(separator: ",")
    try sink.write(Array("{\(body)}\n".utf8))
    count += 1
  }

  /// Makes the report visible.
  public func finish() throws(ParquetError) { try sink.finish() }

  /// Leaves no report.
  public func abandon() { sink.abandon() }

  /// `text` as a JSON string.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{0}"..<" ":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
