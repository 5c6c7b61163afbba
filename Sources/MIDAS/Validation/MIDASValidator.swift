public import Parquet

/// Validates finished files of MIDAS observations: that every page can be decoded and is what the file
/// says of it, that the columns are those of MIDAS observations, and, where the sources are at hand, that
/// no row is missing.
///
/// ```swift
/// var validator = MIDASValidator()
/// validator.sources = try MIDASSources(inputs: ["archive"])
/// for path in try MIDASValidator.files(in: ["weather"]) {
///   let validation = try validator.validate(path)
///   for issue in validation.issues { print(path, issue.message) }
/// }
/// ```
public struct MIDASValidator {
  /// How much memory a file may ask for.
  public var limits = ReaderLimits()
  /// What gives the keys of an encrypted file by its path; nil where there are none.
  public var decryption: ((_ path: String) -> DecryptionOptions?)?
  /// What the rows are counted against; nil: they are not.
  public var sources: MIDASSources?
  /// Called, while a file is decoded, with the rows and the bytes done; throwing stops the work.
  public var progress: ((_ rows: Int, _ bytes: Int) throws(ParquetError) -> Void)?

  /// A validator with default limits and without sources.
  public init() {}

  /// The files that `inputs` name, by the bytes of their paths: files, also those that are not there, and
  /// `.parquet` files anywhere below directories.
  ///
  /// - Throws: ``ParquetError`` with code `invalidArgument` where a directory holds no such file,
  ///   `inputOutput` where it cannot be read.
  public static func files(in inputs: [String]) throws(ParquetError) -> [String] {
    var absent: Set<String> = []
    var present: [String] = []
    for input in inputs {
      if (try? FileStatus(path: input)) == nil {
        absent.insert(input)
      } else {
        present.append(input)
      }
    }
    let found = try FileFinder.files(in: present, suffix: ".parquet").map(\.path)
    return (found + absent).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Counts the rows of folders, whose files have those of a data set together.
  ///
  /// - Parameter validations: What ``validate(_:)`` gave for their files.
  /// - Returns: The folders whose files do not have the rows of the sources.
  /// - Throws: As ``validate(_:)``.
  public func countFolders(
    of validations: [MIDASValidation]
  ) throws(ParquetError) -> [MIDASValidation] {
    guard sources != nil else { return [] }
    var folders: [MIDASValidation] = []
    for validation in validations {
      guard let folder = validation.folder, let dataSet = validation.dataSet else { continue }
      let known = folders.firstIndex { $0.path == folder && $0.dataSet == dataSet }
      let place = known ?? folders.count
      if known == nil {
        folders.append(MIDASValidation(path: folder, checked: validation.checked))
        folders[place].dataSet = dataSet
        folders[place].rowCount = 0
        folders[place].byteCount = 0
      }
      folders[place].rowCount? += validation.rowCount ?? 0
      folders[place].byteCount? += validation.byteCount ?? 0
    }
    for index in folders.indices {
      let rowCount = folders[index].rowCount ?? 0
      folders[index].issues = try countIssues(
        of: folders[index], rowCount, year: nil, "the folder's files have")
    }
    return folders.filter { !$0.isValid }
  }

  /// Validates the file at `path`.
  ///
  /// The rows of a file that has others of its data set beside it are counted by ``countFolders(of:)``.
  /// What is wrong with the file is an issue, never an error.
  /// - Throws: What ``progress`` throws to stop the work; ``ParquetError`` where ``sources`` cannot be
  ///   read any more.
  public func validate(_ path: String) throws(ParquetError) -> MIDASValidation {
    var validation = MIDASValidation(path: path, checked: secondsNow())
    let source: FileSource
    do throws(ParquetError) {
      let status = try FileStatus(path: path)
      validation.byteCount = status.byteCount
      validation.modified = status.modified
      guard status.isRegular else {
        validation.issues = [MIDASValidation.Issue(.unreadable, "is not a file")]
        return validation
      }
      guard status.byteCount > 0 else {
        validation.issues = [MIDASValidation.Issue(.empty, "the file has no bytes")]
        return validation
      }
      source = try FileSource(path: path)
    } catch {
      validation.issues = [MIDASValidation.Issue(.unreadable, error)]
      return validation
    }
    try decode(source, &validation)
    try checkContent(source, &validation)
    return validation
  }

  /// Decodes every page.
  private func decode(
    _ source: FileSource, _ validation: inout MIDASValidation
  ) throws(ParquetError) {
    do throws(ParquetError) {
      let verifier = FileVerifier(
        source, limits: limits, decryption: decryption?(validation.path))
      let faults = try verifier.verify { (rows, bytes) throws(ParquetError) in
        try progress?(rows, bytes)
      }
      validation.issues += faults.map { MIDASValidation.Issue(.damaged, $0) }
    } catch {
      guard error.code != .cancelled else { throw error }
      validation.issues.append(MIDASValidation.Issue(.unreadable, error))
    }
  }

  /// Holds columns and rows to what they should be.
  private func checkContent(
    _ source: FileSource, _ validation: inout MIDASValidation
  ) throws(ParquetError) {
    let reader: ParquetReader
    do throws(ParquetError) {
      reader = try ParquetReader(
        source, limits: limits, decryption: decryption?(validation.path))
    } catch {
      // The verifier has met the same error.
      if validation.isValid { validation.issues.append(MIDASValidation.Issue(.damaged, error)) }
      return
    }
    let rowCount = reader.rowCount
    validation.rowCount = rowCount
    func value(_ key: String) -> String? {
      reader.metadata.keyValues.first { $0.key == key }?.value
    }
    validation.dataSet = value(DataSetKey.name)
    validation.issues += ObservationSchema.issues(of: reader.schema)
    if value(DataSetKey.partitions) != nil {
      validation.folder = MIDASValidator.folder(of: validation.path)
      return
    }
    validation.issues += try countIssues(
      of: validation, rowCount, year: value(DataSetKey.year), "the file has")
  }

  /// What is wrong with a number of rows.
  private func countIssues(
    of validation: MIDASValidation, _ rowCount: Int, year: String?, _ what: String
  ) throws(ParquetError) -> [MIDASValidation.Issue] {
    guard let sources else { return [] }
    guard let dataSet = validation.dataSet else {
      let message =
        "the metadata names no data set (key \(DataSetKey.name)) to count the rows against"
      return [MIDASValidation.Issue(.rowCount, message)]
    }
    let byteCount = validation.byteCount ?? 0
    let expected = try sources.observationCount(of: dataSet, year: year) {
      () throws(ParquetError) in
      try progress?(rowCount, byteCount)
    }
    guard let expected else {
      return [MIDASValidation.Issue(.rowCount, "the sources have no data set \(dataSet)")]
    }
    if expected == rowCount { return [] }
    return [
      MIDASValidation.Issue(.rowCount, "\(what) \(rowCount) rows, the sources give \(expected)")
    ]
  }

  /// The folder of a data set's folders: what stands before the first part `key=value` of a path.
  private static func folder(of path: String) -> String {
    var parts = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    if let first = parts.firstIndex(where: { $0.contains("=") }) { parts = parts[..<first] }
    return parts.isEmpty ? "." : parts.joined(separator: "/")
  }
}
