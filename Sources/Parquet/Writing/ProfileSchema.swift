/// The schema that a profile stores another as, and what becomes of each leaf's values.
struct ProfileSchema {
  let schema: Schema
  /// For each leaf how its values change; nil where they do not.
  private(set) var conversions: [LeafConversion?] = []

  private let profile: Profile

  /// - Throws: ``ParquetError`` for types and names that the target cannot hold.
  init(_ profile: Profile, _ source: Schema) throws(ParquetError) {
    self.profile = profile
    guard let rules = profile.rules else {
      schema = source
      conversions = source.leaves.map { _ in nil }
      return
    }
    var builder = Builder(profile: profile, rules: rules)
    let fields = try builder.fields(source.fields, path: [])
    schema = try Schema(unvalidated: fields, name: source.name)
    conversions = builder.conversions
  }

  private struct Builder {
    let profile: Profile
    let rules: ProfileRules
    var conversions: [LeafConversion?] = []

    mutating func fields(
      _ fields: [SchemaField], path: [String]
    ) throws(ParquetError) -> [SchemaField] {
      var result: [SchemaField] = []
      var names: [String: String] = [:]
      for field in fields {
        let path = path + [field.name]
        var stored = field
        if rules.hasLowerCaseNames { stored.name = field.name.lowercased() }
        if rules.ignoresCase,
          let other = names.updateValue(field.name, forKey: field.name.lowercased())
        {
          throw ParquetError(
            .schemaMismatch,
            "\(profile.rawValue) does not tell its name from that of \(other), which differs in case"
              + " alone"
          ).adding(column: path.joined(separator: "."))
        }
        do throws(ParquetError) {
          switch field.content {
          case .leaf(let type): try store(&stored, type)
          case .group(let children):
            try checkGroup(field)
            stored.content = .group(try self.fields(children, path: path))
          }
        } catch {
          throw error.adding(column: path.joined(separator: "."))
        }
        stored.nameParts()
        result.append(stored)
      }
      return result
    }

    private func refuse(_ field: SchemaField) -> ParquetError {
      ParquetError(
        .unsupportedFeature,
        "\(profile.rawValue) has no type for \(field.logicalType?.name ?? "it")")
    }

    private func checkGroup(_ field: SchemaField) throws(ParquetError) {
      switch field.logicalType {
      case nil, .list, .map: break
      default: throw refuse(field)
      }
    }

    /// Changes a leaf into what the target reads.
    private mutating func store(
      _ field: inout SchemaField, _ type: PhysicalType
    ) throws(ParquetError) {
      var conversion: LeafConversion?
      func become(
        _ newType: PhysicalType, _ logicalType: LogicalType?, by change: LeafConversion
      ) {
        field.content = .leaf(newType)
        field.logicalType = logicalType
        conversion = change
      }
      switch field.logicalType {
      case .integer(let bitWidth, isSigned: false) where !rules.hasUnsigned:
        switch bitWidth {
        case 64:
          become(
            .fixedLengthByteArray(byteCount: 9), .decimal(precision: 20, scale: 0),
            by: .unsigned64ToDecimal)
        case 32: become(.int64, nil, by: .unsigned32ToInt64)
        // Fits: the bits stay, and so does their meaning.
        default: become(.int32, nil, by: .widening)
        }
      case .timestamp(let isUTC, .nanoseconds) where !rules.hasNanoseconds:
        become(
          type, .timestamp(isAdjustedToUTC: isUTC, unit: .microseconds), by: .nanosToMicros)
      case .time(let isUTC, let unit):
        if !rules.hasTime {
          become(.byteArray, .string, by: .timeText(unit))
        } else if unit == .nanoseconds, !rules.hasNanoseconds {
          become(type, .time(isAdjustedToUTC: isUTC, unit: .microseconds), by: .nanosToMicros)
        }
      case .uuid where !rules.hasUUID: become(.byteArray, .string, by: .uuidText)
      case .float16: become(.float, nil, by: .halfToFloat)
      case .decimal(let precision, _):
        guard precision <= rules.decimalDigits else {
          throw ParquetError(
            .unsupportedFeature,
            "\(profile.rawValue) has decimals of at most \(rules.decimalDigits) digits, not"
              + " \(precision)")
        }
        if let byteCount = fixedByteCount(precision, type), let logicalType = field.logicalType {
          become(
            .fixedLengthByteArray(byteCount: byteCount), logicalType,
            by: .fixedDecimal(byteCount: byteCount))
        }
      case .json where !rules.hasTextKinds: field.logicalType = .string
      case .enumeration where !rules.hasTextKinds: field.logicalType = .string
      case .bson where !rules.hasTextKinds: field.logicalType = nil
      // Nothing but nulls, whatever they are nulls of.
      case .unknown: field.logicalType = nil
      case .interval where !rules.hasInterval: throw refuse(field)
      case .geometry, .geography, .unrecognized: throw refuse(field)
      default: break
      }
      conversions.append(conversion)
    }

    /// The bytes that a decimal is to have; nil where it stays as it is.
    private func fixedByteCount(_ precision: Int, _ type: PhysicalType) -> Int? {
      switch (rules.decimals, type) {
      case (.any, _), (_, .fixedLengthByteArray), (.noByteArrays, .int32), (.noByteArrays, .int64):
        return nil
      default: break
      }
      var byteCount = 1
      while (LogicalType.largestPrecision(on: .fixedLengthByteArray(byteCount: byteCount)) ?? 0)
        < precision
      { byteCount += 1 }
      return byteCount
    }
  }
}

extension SchemaField {
  /// Gives the parts of a LIST or MAP in three levels the names that the format asks for. The older forms
  /// stay: their names tell readers what they are.
  fileprivate mutating func nameParts() {
    guard case .group(var parts) = content, parts.count == 1, parts[0].repetition == .repeated,
      case .group(var members) = parts[0].content
    else { return }
    switch logicalType {
    case .list where members.count == 1 && members[0].repetition != .repeated:
      // One member of a group with one of these names is an element of its own, not a level.
      guard parts[0].name != "array", parts[0].name != name + "_tuple" else { return }
      parts[0].name = "list"
      members[0].name = "element"
    case .map where members.count == 2:
      parts[0].name = "key_value"
      members[0].name = "key"
      members[1].name = "value"
    default: return
    }
    parts[0].content = .group(members)
    content = .group(parts)
  }
}
