internal import Parquet

/// Texts of several lines, behind `|` or `>`; variables in them are not replaced.
extension YAMLParser {
  /// Reads the text whose mark comes next, up to the end of its last line. Its indentation is larger than that of
  /// what it belongs to, `parent`.
  mutating func readBlockText(parent: Int) throws(ParquetError) -> String {
    let isFolded = cursor.peek == ">"
    cursor.at += 1
    let ending = cursor.peek == "-" || cursor.peek == "+" ? cursor.peek : nil
    if ending != nil { cursor.at += 1 }
    if let next = cursor.peek, "0"..."9" ~= next {
      throw cursor.fault("an indentation behind `|` or `>` is not taken")
    }
    try endLine()
    let lines = try readLines(largerThan: max(parent, 0))
    let last = lines.lastIndex { !$0.isEmpty } ?? -1
    let body = lines[...last]
    var text =
      isFolded ? YAMLParser.folded(body) : String.UnicodeScalarView(body.joined(separator: ["\n"]))
    switch ending {
    case "-": break
    case "+":
      text.append(contentsOf: repeatElement("\n", count: lines.count - max(last, 0)))
    default:
      if last >= 0 { text.append("\n") }
    }
    return String(text)
  }

  /// The lines of the text without their indentation, which the first one that is not empty says.
  private mutating func readLines(
    largerThan parent: Int
  ) throws(ParquetError) -> [[Unicode.Scalar]] {
    var lines: [[Unicode.Scalar]] = []
    var indentation: Int?
    while cursor.isLineEnd {
      let mark = cursor
      cursor.newLine()
      while cursor.peek == " ", cursor.indentation < indentation ?? .max { cursor.at += 1 }
      guard !cursor.isLineOver else {
        // What is behind the last line end is no line.
        if cursor.peek != nil { lines.append([]) }
        continue
      }
      guard cursor.indentation > parent, cursor.indentation >= indentation ?? 0 else {
        cursor = mark
        break
      }
      indentation = cursor.indentation
      var line: [Unicode.Scalar] = []
      while !cursor.isLineOver { line.append(try cursor.take("a text")) }
      lines.append(line)
    }
    return lines
  }

  /// The lines with single line ends made blanks, save those beside lines with more indentation.
  private static func folded(_ lines: ArraySlice<[Unicode.Scalar]>) -> String.UnicodeScalarView {
    var text = String.UnicodeScalarView()
    var emptyCount = 0
    var wasDeeper = false
    for (index, line) in lines.enumerated() {
      guard let first = line.first else {
        emptyCount += 1
        continue
      }
      let isDeeper = first == " " || first == "\t"
      let isFirst = index == emptyCount
      if isFirst || (emptyCount > 0 && !isDeeper && !wasDeeper) {
        text.append(contentsOf: repeatElement("\n", count: emptyCount))
      } else if isDeeper || wasDeeper {
        text.append(contentsOf: repeatElement("\n", count: emptyCount + 1))
      } else {
        text.append(" ")
      }
      text.append(contentsOf: line)
      emptyCount = 0
      wasDeeper = isDeeper
    }
    return text
  }
}
