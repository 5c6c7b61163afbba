internal import Parquet

extension ObservationSchema {
  /// What keeps `schema` from being one of a table of MIDAS observations, base columns first.
  ///
  /// The order of columns does not matter, nor whether times are declared to be UTC.
  static func issues(of schema: Schema) -> [MIDASValidation.Issue] {
    var found: [String: SchemaField] = [:]
    for field in schema.fields { found[field.name] = field }
    var issues: [MIDASValidation.Issue] = []
    for expected in base {
      guard let field = found.removeValue(forKey: expected.name) else {
        issues.append(
          MIDASValidation.Issue(
            .schema, "the column is missing, which every data set has", column: expected.name))
        continue
      }
      if let problem = problem(of: field, asOneOf: [expected]) {
        issues.append(MIDASValidation.Issue(.schema, problem, column: field.name))
      } else if expected.repetition == .required, field.repetition != .required {
        issues.append(
          MIDASValidation.Issue(
            .schema, "may be null, and no observation is without it", column: field.name))
      }
    }
    for field in schema.fields where found[field.name] != nil {
      let text = SchemaField.string(field.name, .optional)
      let number = SchemaField(field.name, .double, .optional)
      let isCode = field.name.hasPrefix("q_") || field.name.hasPrefix("pf_")
      if let problem = problem(of: field, asOneOf: isCode ? [text] : [number, text]) {
        issues.append(MIDASValidation.Issue(.schema, problem, column: field.name))
      }
    }
    return issues
  }

  /// What is wrong with a column that must be one of `choices` by its type.
  private static func problem(of field: SchemaField, asOneOf choices: [SchemaField]) -> String? {
    guard field.physicalType != nil else { return "is a group of columns" }
    guard field.repetition != .repeated else { return "may stand more than once a row" }
    if choices.contains(where: { isAlike(field, $0) }) { return nil }
    return "is \(name(field)), not \(choices.map(name).joined(separator: " or "))"
  }

  private static func isAlike(_ field: SchemaField, _ expected: SchemaField) -> Bool {
    guard field.physicalType == expected.physicalType else { return false }
    switch (field.logicalType, expected.logicalType) {
    case (.timestamp(_, let unit), .timestamp(_, let expectedUnit)): return unit == expectedUnit
    // A plain INT32 may say that it is one.
    case (.integer(bitWidth: 32, isSigned: true), nil): return expected.physicalType == .int32
    case (let type, let expectedType): return type == expectedType
    }
  }

  private static func name(_ field: SchemaField) -> String {
    let physical = field.physicalType?.name ?? "a group"
    switch field.logicalType {
    case nil: return physical
    case .timestamp(_, let unit): return "\(physical) TIMESTAMP(\(unit.name))"
    case let type?: return "\(physical) \(type.name)"
    }
  }
}
