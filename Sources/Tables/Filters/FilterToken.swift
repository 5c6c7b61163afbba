/// A part of a filter's text.
struct FilterToken: Equatable {
  enum Kind: Equatable {
    /// A name, a keyword or a number, without quotes.
    case word
    /// A name with a part in double quotes.
    case name
    /// A text in single quotes.
    case text
    /// A comparison, a parenthesis or a comma.
    case symbol
    /// The end of the text.
    case end
  }

  var kind: Kind
  var text: String
  /// The character it begins with, counted from 1.
  var position: Int

  /// The tokens of `text`, the end last.
  static func tokens(_ text: String) throws(FilterTextError) -> [FilterToken] {
    var scanner = FilterScanner(text)
    var tokens: [FilterToken] = []
    while let token = try scanner.next() { tokens.append(token) }
    tokens.append(FilterToken(kind: .end, text: "", position: scanner.position))
    return tokens
  }
}

/// Cuts a filter's text into tokens.
private struct FilterScanner {
  private let characters: [Character]
  private var place = 0

  init(_ text: String) { characters = Array(text) }

  /// The character at hand, counted from 1.
  var position: Int { place + 1 }

  private var character: Character? { place < characters.count ? characters[place] : nil }

  mutating func next() throws(FilterTextError) -> FilterToken? {
    while character?.isWhitespace ?? false { place += 1 }
    guard let first = character else { return nil }
    let start = position
    switch first {
    case "(", ")", ",", "=":
      place += 1
      return FilterToken(kind: .symbol, text: String(first), position: start)
    case "<", ">", "!":
      place += 1
      var symbol = String(first)
      if character == "=" {
        symbol += "="
        place += 1
      }
      guard symbol != "!" else {
        throw FilterTextError("! stands alone; not equal is !=", at: start)
      }
      return FilterToken(kind: .symbol, text: symbol, position: start)
    case "'":
      return FilterToken(kind: .text, text: try quoted("'", "text"), position: start)
    default: return try word(start)
    }
  }

  /// A name or a number; parts of it may stand in double quotes.
  private mutating func word(_ start: Int) throws(FilterTextError) -> FilterToken {
    var text = ""
    var kind = FilterToken.Kind.word
    while let character, !character.isWhitespace, !"()=<>!,'".contains(character) {
      if character == "\"" {
        kind = .name
        text += try quoted("\"", "name")
      } else {
        text.append(character)
        place += 1
      }
    }
    return FilterToken(kind: kind, text: text, position: start)
  }

  /// What stands in quotes; a quote inside is written twice.
  private mutating func quoted(
    _ quote: Character, _ what: String
  ) throws(FilterTextError) -> String {
    let start = position
    place += 1
    var text = ""
    while let found = character {
      place += 1
      if found != quote {
        text.append(found)
      } else if character == quote {
        text.append(quote)
        place += 1
      } else {
        return text
      }
    }
    throw FilterTextError("the \(what)'s closing \(quote) is missing", at: start)
  }
}
