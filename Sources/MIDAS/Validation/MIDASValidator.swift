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

  /// Validates the file at `path`.
  ///
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
    validation.dataSet = reader.metadata.keyValues.first { $0.key == "midas.dataset" }?.value
    validation.issues += ObservationSchema.issues(of: reader.schema)
    guard let sources else { return }
    guard let dataSet = validation.dataSet else {
      validation.issues.append(
        MIDASValidation.Issue(
          .rowCount, "the metadata names no data set (key midas.dataset) to count the rows against")
      )
      return
    }
    let expected = try sources.observationCount(of: dataSet) { () throws(ParquetError) in
      try progress?(rowCount, source.byteCount)
    }
    guard let expected else {
      validation.issues.append(
        MIDASValidation.Issue(.rowCount, "the sources have no data set \(dataSet)"))
      return
    }
    if expected != rowCount {
      validation.issues.append(
        MIDASValidation.Issue(
          .rowCount, "the file has \(rowCount) rows, the sources give \(expected)"))
    }
  }
}
