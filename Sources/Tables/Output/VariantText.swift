internal import Parquet

/// A VARIANT's value as JSON, each scalar in the form that columns of its type have.
enum VariantText {
  /// Appends `value`.
  ///
  /// - Returns: what is wrong with a scalar that has no text form.
  static func append(_ value: VariantValue, to buffer: inout TextBuffer) -> String? {
    switch value {
    case .null: buffer.append("null")
    case .boolean(let value): buffer.append(value ? "true" : "false")
    case .int8(let value): buffer.append(decimal: Int64(value))
    case .int16(let value): buffer.append(decimal: Int64(value))
    case .int32(let value): buffer.append(decimal: Int64(value))
    case .int64(let value): buffer.append(decimal: value)
    case .float(let value): FloatText.append(value, quotingNames: true, to: &buffer)
    case .double(let value): FloatText.append(value, quotingNames: true, to: &buffer)
    case .string(let value): JSONText.append(string: value, to: &buffer)
    case .array(let elements):
      buffer.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { buffer.append(.comma) }
        if let problem = append(element, to: &buffer) { return problem }
      }
      buffer.append(UInt8(ascii: "]"))
    case .object(let fields):
      buffer.append(UInt8(ascii: "{"))
      for (index, field) in fields.enumerated() {
        if index > 0 { buffer.append(.comma) }
        JSONText.append(string: field.name, to: &buffer)
        buffer.append(UInt8(ascii: ":"))
        if let problem = append(field.value, to: &buffer) { return problem }
      }
      buffer.append(UInt8(ascii: "}"))
    default:
      buffer.append(.quote)
      let problem = append(quoted: value, to: &buffer)
      buffer.append(.quote)
      return problem
    }
    return nil
  }

  /// Appends a scalar whose text stands in quotes, without them.
  private static func append(quoted value: VariantValue, to buffer: inout TextBuffer) -> String? {
    switch value {
    case .decimal4(let unscaled, let scale):
      DecimalText.append(Int64(unscaled), scale: scale, to: &buffer)
    case .decimal8(let unscaled, let scale):
      DecimalText.append(unscaled, scale: scale, to: &buffer)
    case .decimal16(let unscaled, let scale):
      unsafe withUnsafeBytes(of: unscaled.bigEndian) {
        unsafe DecimalText.append(bigEndian: $0, scale: scale, to: &buffer)
      }
    case .date(let days): buffer.append(date: Int64(days))
    case .time(let value):
      guard value >= 0, value < 86_400_000_000 else {
        return "the time of day \(value) lies outside a day"
      }
      buffer.append(timeOfDay: value, perSecond: 1_000_000, decimals: 6)
    case .timestamp(let value, let unit, let isUTC):
      let unit: TimeUnit = unit == .microseconds ? .microseconds : .nanoseconds
      buffer.append(
        timestamp: value, perSecond: unit.perSecond, decimals: unit.decimals, isUTC: isUTC)
    case .binary(let bytes): unsafe bytes.withUnsafeBytes { unsafe Base64.append($0, to: &buffer) }
    case .uuid(let value):
      unsafe withUnsafeBytes(of: value.bigEndian) {
        unsafe LeafFormat.append(uuid: $0, to: &buffer)
      }
    default: break
    }
    return nil
  }
}
