internal import Parquet

/// What decides which rows lie in one file: the type of the messages and the partition.
struct StreamKey: Hashable, Sendable {
  var type: MessageType
  var partition: ArchivePartition
}

/// The type of a message.
enum MessageType: Hashable, Sendable, CustomStringConvertible {
  case predefined(PredefinedSchema)
  /// A type whose columns are inferred, by its `message_type`; empty where it has none.
  case inferred(String)

  /// What it is called in folders, metrics and messages.
  var description: String {
    switch self {
    case .predefined(.contractDataMessage), .predefined(.contractData): "contract_data"
    case .predefined(let schema): schema.rawValue
    case .inferred(let name): name.isEmpty ? "unknown" : name
    }
  }

  /// The name as a part of a key: what no folder should be called by is an underscore.
  var folder: String {
    var name = ""
    for scalar in description.unicodeScalars.prefix(100) {
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "_", "-": name.unicodeScalars.append(scalar)
      case ".": name.unicodeScalars.append(name.isEmpty ? "_" : scalar)
      default: name += "_"
      }
    }
    return name
  }
}

/// The part of the archive that a message belongs to.
enum ArchivePartition: Hashable, Sendable {
  /// The days since 1970-01-01 UTC.
  case day(Int64)
  /// The hours since then.
  case hour(Int64)
  /// The ledgers from a first one on, of which there are so many.
  case ledgers(UInt64, count: UInt64)

  /// The folders of the partition's files.
  func folder(_ end: ArchiveConfiguration.RangeEnd) -> String {
    switch self {
    case .day(let day): return ArchivePartition.folder(day)
    case .hour(let hour):
      let day = hour >= 0 ? hour / 24 : (hour + 1) / 24 - 1
      return "\(ArchivePartition.folder(day))/hour=\(padded(hour - day * 24, 2))"
    case .ledgers(let first, let count):
      let last = first.addingReportingOverflow(end == .inclusive ? count - 1 : count)
      return "ledgers/\(first)-\(last.overflow ? UInt64.max : last.partialValue)"
    }
  }

  private static func folder(_ day: Int64) -> String {
    let (year, month, dayOfMonth) = CivilDate.date(days: day)
    return "year=\(padded(year, 4))/month=\(padded(month, 2))/day=\(padded(dayOfMonth, 2))"
  }
}

private func padded(_ number: Int64, _ width: Int) -> String {
  let digits = String(number.magnitude)
  let zeros = String(repeating: "0", count: max(0, width - digits.count))
  return (number < 0 ? "-" : "") + zeros + digits
}
