import CommandSupport
import MIDAS
import Parquet

extension MIDASCommand {
  /// `parquet midas validate`.
  static let validate = Subcommand(
    "midas validate", operands: "FILE-OR-DIR…", count: 1...Int.max,
    summary:
      "Validates finished files of MIDAS observations; exit status 1 where one has an issue.",
    details: [
      "Every page is decoded and held against what the file says of it, as parquet verify does; the"
        + " columns must be those of MIDAS observations. Below a directory all .parquet files are"
        + " validated.",
      "With --sources the rows of each file are counted against the observations that these inputs give"
        + " for its data set. Options of the conversion that change which rows are kept must be given"
        + " here, too.",
    ],
    options: [
      CommandOption(
        "sources", "INPUT", repeats: true,
        summary: "count rows against this file or directory of the archive"),
      CommandOption(
        "include-empty-measurements",
        summary: "the sources' observations without any measurement were kept"),
      CommandOption("keep-duplicates", summary: "the sources' duplicates were kept"),
      CommandOption(
        "allow-missing-stations", summary: "the sources' observations of unknown stations were kept"
      ),
      CommandOption(
        "drop-on-parse-failure",
        summary: "the sources' observations with a measurement that is no number were left out"),
      CommandOption("output-format", "F", summary: "human (default), json, markdown, csv"),
    ] + ReadingArguments.options,
    run: { try runValidate($0, $1) })

  private static func runValidate(_ arguments: Arguments, _ console: Console) throws -> ExitStatus {
    let formats: [(name: String, value: ValidationReport.Format)] = [
      ("human", .human), ("json", .json), ("markdown", .markdown), ("csv", .csv),
    ]
    let format = try arguments.choice("output-format", formats) ?? .human
    let reading = try ReadingArguments(arguments)
    var validator = MIDASValidator()
    validator.limits = reading.limits
    validator.decryption = { reading.keys.decryption(of: $0) }
    validator.sources = try sources(arguments)
    let paths = try MIDASValidator.files(in: arguments.operands)
    let display = console.progress("validate")
    defer { display.finish() }
    var rows = 0
    var bytes = 0
    var validations: [MIDASValidation] = []
    for path in paths {
      validator.progress = { (fileRows, fileBytes) throws(ParquetError) in
        try Interruption.check()
        display.update(rows: rows + fileRows, bytes: bytes + fileBytes)
      }
      let validation = try validator.validate(path)
      rows += validation.rowCount ?? 0
      bytes += validation.byteCount ?? 0
      validations.append(validation)
    }
    validations += try validator.countFolders(of: validations)
    display.finish()
    for line in ValidationReport.lines(validations, format) { try console.print(line) }
    return validations.allSatisfy(\.isValid) ? .done : .failed
  }

  private static func sources(_ arguments: Arguments) throws -> MIDASSources? {
    let inputs = arguments.values("sources")
    guard !inputs.isEmpty else {
      for option in [
        "include-empty-measurements", "keep-duplicates", "allow-missing-stations",
        "drop-on-parse-failure",
      ] where arguments.has(option) {
        throw UsageError("--\(option) says how --sources are read, which are missing")
      }
      return nil
    }
    var options = ReaderOptions()
    options.removesDuplicates = !arguments.has("keep-duplicates")
    options.removesEmptyObservations = !arguments.has("include-empty-measurements")
    options.requiresStation = !arguments.has("allow-missing-stations")
    options.dropsOnParseFailure = arguments.has("drop-on-parse-failure")
    return try MIDASSources(inputs: inputs, options: options) { () throws(ParquetError) in
      try Interruption.check()
    }
  }
}

/// Shows what validation found.
private enum ValidationReport {
  enum Format: Sendable {
    case human, json, markdown, csv
  }

  static func lines(_ validations: [MIDASValidation], _ format: Format) -> [String] {
    switch format {
    case .human: human(validations)
    case .json: [JSON.array(validations.map { json($0) }).text]
    case .markdown: markdown(validations)
    case .csv: table(validations).csv
    }
  }

  private static func human(_ validations: [MIDASValidation]) -> [String] {
    var lines: [String] = []
    for validation in validations {
      var facts = [validation.isValid ? "valid" : counted(validation.issues.count, "issue")]
      if let dataSet = validation.dataSet { facts.append(dataSet) }
      if let rowCount = validation.rowCount { facts.append(counted(rowCount, "row")) }
      if let size = validation.formattedByteCount { facts.append(size) }
      if let modified = validation.modifiedText { facts.append("modified \(modified)") }
      if let age = age(validation) { facts.append("\(age) hours old") }
      lines.append(Console.printable("\(validation.path): \(facts.joined(separator: ", "))"))
      for issue in validation.issues {
        let place = issue.context.description
        let line = place.isEmpty ? issue.message : "\(place): \(issue.message)"
        lines.append("  \(issue.kind): \(Console.printable(line))")
      }
    }
    return lines
  }

  /// A table of the files, then one of their issues, if there are any.
  private static func markdown(_ validations: [MIDASValidation]) -> [String] {
    var files = TextTable(fileColumns)
    for validation in validations { files.append(file(validation)) }
    var issues = TextTable([.init("path")] + issueColumns)
    for validation in validations {
      for issue in validation.issues { issues.append([validation.path] + cells(issue)) }
    }
    let heading = counted(validations.filter { !$0.isValid }.count, "file")
    var lines = ["# Validation", ""] + files.markdown
    lines += ["", "\(heading) of \(grouped(validations.count)) with issues."]
    if !issues.rows.isEmpty { lines += [""] + issues.markdown }
    return lines
  }

  /// A row for each issue, and one for each file without any.
  private static func table(_ validations: [MIDASValidation]) -> TextTable {
    var table = TextTable(fileColumns + issueColumns)
    let noIssue = [String](repeating: "", count: issueColumns.count)
    for validation in validations {
      if validation.isValid { table.append(file(validation) + noIssue) }
      for issue in validation.issues { table.append(file(validation) + cells(issue)) }
    }
    return table
  }

  private static let fileColumns: [TextTable.Column] = [
    .init("path"), .init("is_valid", title: "valid"),
    .init("byte_count", title: "bytes", isNumber: true),
    .init("size", isNumber: true), .init("modified"), .init("age_hours", isNumber: true),
    .init("data_set"), .init("row_count", title: "rows", isNumber: true),
  ]

  private static func file(_ validation: MIDASValidation) -> [String] {
    [
      validation.path, validation.isValid ? "true" : "false",
      validation.byteCount.map(String.init) ?? "", validation.formattedByteCount ?? "",
      validation.modifiedText ?? "", age(validation) ?? "", validation.dataSet ?? "",
      validation.rowCount.map(String.init) ?? "",
    ]
  }

  private static let issueColumns: [TextTable.Column] = [
    .init("issue"), .init("column"), .init("row_group", isNumber: true),
    .init("page", isNumber: true), .init("byte_offset", isNumber: true), .init("message"),
  ]

  private static func cells(_ issue: MIDASValidation.Issue) -> [String] {
    [
      issue.kind.description, issue.context.column ?? "",
      issue.context.rowGroup.map(String.init) ?? "", issue.context.page.map(String.init) ?? "",
      issue.context.byteOffset.map(String.init) ?? "", issue.message,
    ]
  }

  private static func json(_ validation: MIDASValidation) -> JSON {
    .object([
      ("path", .string(validation.path)), ("isValid", .boolean(validation.isValid)),
      ("byteCount", .optional(validation.byteCount)),
      ("size", .optional(validation.formattedByteCount)),
      ("modified", .optional(validation.modifiedText)),
      ("ageHours", age(validation).map { .raw($0) } ?? .null),
      ("dataSet", .optional(validation.dataSet)),
      ("rowCount", .optional(validation.rowCount)),
      ("issues", .array(validation.issues.map { json($0) })),
    ])
  }

  private static func json(_ issue: MIDASValidation.Issue) -> JSON {
    .members([
      ("issue", .string(issue.kind.description)),
      ("column", issue.context.column.map { .string($0) }),
      ("rowGroup", issue.context.rowGroup.map { .integer($0) }),
      ("page", issue.context.page.map { .integer($0) }),
      ("byteOffset", issue.context.byteOffset.map { .integer($0) }),
      ("message", .string(issue.message)),
    ])
  }

  /// Hours with one decimal.
  private static func age(_ validation: MIDASValidation) -> String? {
    validation.ageHours.map { "\(($0 * 10).rounded() / 10)" }
  }
}
