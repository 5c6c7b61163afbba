internal import Parquet

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// A file that a conversion would write.
public struct PlannedFile: Hashable, Sendable {
  /// Where it would be.
  public let path: String
  /// The data set.
  public let dataSet: String
  /// The year, where each has a file of its own.
  public let year: String?
  /// The files it is made of.
  public let fileCount: Int
  /// Their size in bytes.
  public let byteCount: Int
  /// The columns of the table.
  public let columnCount: Int
  /// Whether it is there already, from an earlier run of the same sources and options, and would be left so.
  public let isFinished: Bool
}

/// Which files a conversion writes, and from what.
struct ConversionPlan {
  struct Output {
    let dataSet: MIDASArchive.DataSet
    let year: String?
    let path: String
    let options: WriterOptions
    /// What is known of the file, where an earlier run finished it.
    var finishedBefore: MIDASConversion.Result?
  }

  /// The key under which a file says what it was made from.
  static let fingerprintKey = "midas.fingerprint"

  private(set) var outputs: [Output] = []

  /// - Throws: ``ParquetError`` with code `invalidArgument` for data sets that are not there or would have one file,
  ///   `inputOutput` where an output is there that is not to be replaced, or a folder with such files.
  init(_ conversion: MIDASConversion, _ archive: MIDASArchive) throws(ParquetError) {
    if let wanted = conversion.dataSets {
      let known = archive.dataSets.map(\.name)
      if let missing = wanted.sorted().first(where: { !known.contains($0) }) {
        throw ParquetError(
          .invalidArgument,
          "there is no data set \(missing); there are \(known.joined(separator: ", "))")
      }
    }
    let count = conversion.dataSets?.count ?? archive.dataSets.count
    try conversion.checkPartitions(count)
    for dataSet in archive.dataSets where conversion.dataSets?.contains(dataSet.name) ?? true {
      var ordered = dataSet.with(groups: ConversionPlan.groups(dataSet, conversion.order))
      if conversion.includesProcessingFlags { ordered = try ordered.withProcessingFlags() }
      switch conversion.split {
      case .dataSet: try add(ordered, year: nil, conversion)
      case .year:
        for (year, groups) in ConversionPlan.byYear(ordered.groups) {
          try add(ordered.with(groups: groups), year: year, conversion)
        }
      }
    }
    var owners: [String: String] = [:]
    for output in outputs {
      if let other = owners.updateValue(output.dataSet.name, forKey: output.path) {
        throw ParquetError(
          .invalidArgument, "data sets \(other) and \(output.dataSet.name) would have one file"
        )
        .adding(file: output.path)
      }
      if !conversion.partitions.isEmpty {
        try conversion.checkFolder(output.path)
      } else if !conversion.overwrites, !conversion.resumes,
        (try? FileStatus(path: output.path)) != nil
      {
        throw ParquetError(
          .inputOutput, "exists already; it is replaced only when overwriting is asked for",
          cause: SystemError(number: EEXIST)
        ).adding(file: output.path)
      }
    }
  }

  private mutating func add(
    _ dataSet: MIDASArchive.DataSet, year: String?, _ conversion: MIDASConversion
  ) throws(ParquetError) {
    var name = MIDASConversion.fileName(dataSet: dataSet.name)
    if let year {
      name = "\(name.dropLast(".parquet".count))_\(MIDASConversion.plain(year)).parquet"
    }
    let directory = conversion.outputDirectory.isEmpty ? "." : conversion.outputDirectory
    let path: String
    if conversion.partitions.isEmpty {
      path = Directory.path(name, in: directory)
    } else if conversion.partitions.first == .dataSet {
      path = Directory.path("dataset=\(MIDASConversion.plain(dataSet.name))", in: directory)
    } else {
      path = directory
    }
    var options = conversion.writerOptions
    let fingerprint = ConversionPlan.fingerprint(dataSet, conversion)
    options.keyValues =
      dataSet.keyValues(
        createdAt: conversion.createdAt, year: year,
        partitions: conversion.partitions.map(\.rawValue))
      + [KeyValue(ConversionPlan.fingerprintKey, fingerprint)] + options.keyValues
    options.columnKeyValues.merge(dataSet.columnKeyValues) { given, _ in given }
    var output = Output(
      dataSet: dataSet, year: year, path: path, options: options, finishedBefore: nil)
    if conversion.resumes {
      output.finishedBefore = ConversionPlan.finished(output, fingerprint)
    }
    outputs.append(output)
  }

  // MARK: Order

  private static func groups(
    _ dataSet: MIDASArchive.DataSet, _ order: MIDASConversion.Order
  ) -> [[MIDASArchive.ObservationFile]] {
    guard order == .station else { return dataSet.groups }
    func key(_ group: [MIDASArchive.ObservationFile]) -> (Int, String, String) {
      let file = group[0]
      return (Int(file.stationID) ?? .max, file.stationID, file.year)
    }
    return dataSet.groups.enumerated().sorted { a, b in
      let (x, y) = (key(a.element), key(b.element))
      return x == y ? a.offset < b.offset : x < y
    }
    .map(\.element)
  }

  /// The groups of each year, in the order of the years; files that do not say theirs come last.
  private static func byYear(
    _ groups: [[MIDASArchive.ObservationFile]]
  ) -> [(year: String, groups: [[MIDASArchive.ObservationFile]])] {
    var years: [String: [[MIDASArchive.ObservationFile]]] = [:]
    for group in groups { years[MIDASArchive.year(of: group), default: []].append(group) }
    return years.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  // MARK: Runs before

  /// A number for the sources and what is made of them: the files' names and sizes, and the options.
  private static func fingerprint(
    _ dataSet: MIDASArchive.DataSet, _ conversion: MIDASConversion
  ) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func add(_ text: String) {
      for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
      hash = (hash ^ 0xFF) &* 0x100_0000_01B3
    }
    for file in dataSet.groups.joined() {
      add(String(file.path.split(separator: "/").last ?? ""))
      add(String(file.byteCount))
    }
    let reader = conversion.readerOptions
    add(
      "\(reader.removesDuplicates) \(reader.removesEmptyObservations) \(reader.dropsOnParseFailure)"
    )
    add(
      "\(reader.keepsMissingQuality) \(reader.requiresStation)"
        + " \(conversion.includesProcessingFlags)")
    add("\(conversion.order.rawValue) \(conversion.split.rawValue) \(conversion.createdAt ?? "")")
    var writer = conversion.writerOptions
    // What does not change the bytes.
    writer.threads = 1
    writer.progress = nil
    writer.encryption = nil
    add(String(describing: writer.compression) + String(describing: writer.encoding))
    add(writer.columnCompression.sorted { $0.key < $1.key }.map { "\($0)" }.joined())
    add(writer.columnEncodings.sorted { $0.key < $1.key }.map { "\($0)" }.joined())
    add("\(writer.rowGroupRows) \(writer.rowGroupBytes) \(writer.pageRows) \(writer.pageBytes)")
    add("\(writer.dictionaryBytes) \(writer.statistics) \(writer.pageVersion) \(writer.profile)")
    add("\(writer.bloomColumns.sorted()) \(writer.sortKeys) \(writer.memoryLimit ?? 0)")
    add(writer.keyValues.map { "\($0.key)=\($0.value ?? "")" }.joined(separator: "\n"))
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// What is known of a file that an earlier run finished; nil where there is none, or one of other sources.
  private static func finished(_ output: Output, _ fingerprint: String) -> MIDASConversion.Result? {
    guard let reader = try? ParquetReader(FileSource(path: output.path)),
      reader.schema == output.dataSet.schema,
      reader.metadata.keyValues.contains(KeyValue(fingerprintKey, fingerprint))
    else { return nil }
    var reading = ReadingStatistics()
    reading.observations = reader.rowCount
    var writing = WritingStatistics()
    writing.bytes = reader.byteCount
    return MIDASConversion.Result(
      dataSet: output.dataSet.name, year: output.year, path: output.path,
      byteCount: reader.byteCount, rowGroupCount: reader.metadata.rowGroups.count,
      columnCount: output.dataSet.schema.leaves.count, reading: reading, writing: writing,
      wasFinished: true)
  }
}
