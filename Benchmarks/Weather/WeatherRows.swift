/// The rows of the archive's files.
struct WeatherRows {
  /// What stands in a row, from left to right.
  private enum Part {
    /// A number of ``texts``.
    case value(Int)
    case time, identifier, station
    /// The same in all rows: columns side by side, with their commas.
    case fixed([UInt8])
  }

  private var parts: [Part] = []
  private var texts: [ColumnText] = []
  /// No row is longer.
  private let rowByteCount: Int

  init() {
    for column in HourlyColumn.all {
      if let text = ColumnText(column) {
        parts.append(.value(texts.count))
        texts.append(text)
        continue
      }
      switch (column.model.values, column.name) {
      case (.constant(let text), _):
        let bytes = Array(text.utf8) + [UInt8(ascii: ",")]
        if case .fixed(let before) = parts.last {
          parts[parts.count - 1] = .fixed(before + bytes)
        } else {
          parts.append(.fixed(bytes))
        }
      case (_, "ob_time"): parts.append(.time)
      case (_, "id"): parts.append(.identifier)
      default: parts.append(.station)
      }
    }
    rowByteCount = HourlyColumn.all.count * 24
  }

  /// Appends the hours of a station's year.
  func append(_ station: WeatherStation, _ year: Int, to bytes: inout [UInt8]) {
    var random = Random(seed: UInt64(station.index * 10_000 + year))
    var states = texts.map { _ in ColumnText.State(&random) }
    let identifier = Array("0\(3_001 + station.index),".utf8)
    let number = Array("\(station.sourceID),".utf8)
    var time = Array("\(year)-01-01 00:00:00,".utf8)
    let lengths = [31, year % 4 == 0 ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    for (month, length) in lengths.enumerated() {
      setTwoDigits(month + 1, at: 5, of: &time)
      for day in 1...length {
        setTwoDigits(day, at: 8, of: &time)
        for hour in 0..<24 {
          setTwoDigits(hour, at: 11, of: &time)
          appendRow(time, identifier, number, &states, &random, to: &bytes)
        }
      }
    }
  }

  private func appendRow(
    _ time: [UInt8], _ identifier: [UInt8], _ number: [UInt8], _ states: inout [ColumnText.State],
    _ random: inout Random, to bytes: inout [UInt8]
  ) {
    let row = unsafe [UInt8](unsafeUninitializedCapacity: rowByteCount) { room, count in
      let room = UnsafeMutableRawBufferPointer(room)
      var end = 0
      func copy(_ text: [UInt8]) {
        unsafe UnsafeMutableRawBufferPointer(rebasing: room[end...]).copyBytes(from: text)
        end += text.count
      }
      for part in parts {
        switch part {
        case .value(let index): unsafe texts[index].write(&states[index], &random, room, &end)
        case .time: copy(time)
        case .identifier: copy(identifier)
        case .station: copy(number)
        case .fixed(let text): copy(text)
        }
      }
      // The last comma is the line's end.
      unsafe room[end - 1] = UInt8(ascii: "\n")
      count = end
    }
    bytes += row
  }

  private func setTwoDigits(_ value: Int, at place: Int, of text: inout [UInt8]) {
    text[place] = UInt8(ascii: "0") + UInt8(value / 10)
    text[place + 1] = UInt8(ascii: "0") + UInt8(value % 10)
  }
}

/// A made-up station.
struct WeatherStation {
  let index: Int
  let sourceID: Int
  let slug: String
  let county: String
  let latitude: String
  let longitude: String
  let height: Int

  private static let counties = [
    "aberdeenshire", "argyll-in-strathclyde-region", "berkshire", "cornwall", "devon", "dyfed",
    "fermanagh", "lincolnshire", "shetland", "west-yorkshire",
  ]
  private static let first = [
    "upper", "lower", "great", "little", "north", "south", "east", "west", "old", "new",
  ]
  private static let second = [
    "cairn", "moor", "haven", "quay", "sample", "ford", "bridge", "mill", "holm", "ness",
  ]

  init(_ index: Int) {
    self.index = index
    sourceID = 10_001 + index * 7
    county = Self.counties[index % Self.counties.count]
    let name = "\(Self.first[index / 10 % 10])-\(Self.second[index % 10])"
    slug = index < 100 ? name : "\(name)-no-\(index / 100 + 1)"
    latitude = "\(50 + index % 9).\(100 + index * 37 % 900)"
    longitude = "-\(1 + index % 6).\(100 + index * 53 % 900)"
    height = 2 + index * 31 % 900
  }

  /// The number as file names have it.
  var number: String { String(repeating: "0", count: 5 - "\(sourceID)".utf8.count) + "\(sourceID)" }
  /// The name as the station metadata writes it.
  var title: String { slug.uppercased().split(separator: "-").joined(separator: " ") }
  /// The folder's name.
  var folder: String { "\(number)_\(slug)" }
}
