public import Parquet

/// Keys of the footer that say which rows a file has.
enum DataSetKey {
  /// The data set.
  static let name = "midas.dataset"
  /// The year, where each has a file of its own.
  static let year = "midas.year"
  /// What folders are named by, where the data set has many files.
  static let partitions = "midas.partitions"
}

extension MIDASArchive.DataSet {
  /// What the footer says about where the table comes from, and what its measurements are.
  ///
  /// Nothing in it is of the moment at which a file is written: `created_at` is the day on which the newest of the
  /// files was revised, unless it is given.
  ///
  /// - Parameters:
  ///   - createdAt: When the file says it was made.
  ///   - year: The year whose observations the file has, where each has a file of its own.
  ///   - partitions: What the folders are named by that the file lies in, with others of the data set.
  /// - Returns: The pairs, in the order in which they are written.
  public func keyValues(
    createdAt: String? = nil, year: String? = nil, partitions: [String] = []
  ) -> [KeyValue] {
    var pairs = [
      KeyValue(DataSetKey.name, name),
      KeyValue("midas.releases", releases.joined(separator: ",")),
    ]
    if let year { pairs.append(KeyValue(DataSetKey.year, year)) }
    if !partitions.isEmpty {
      pairs.append(KeyValue(DataSetKey.partitions, partitions.joined(separator: ",")))
    }
    for (key, values) in [
      ("midas.source", provenance.sources), ("midas.creator", provenance.creators),
      ("midas.activity", provenance.activities), ("midas.licence", licences),
    ] where !values.isEmpty {
      pairs.append(KeyValue(key, values.joined(separator: "; ")))
    }
    if let attribution { pairs.append(KeyValue("midas.attribution", attribution)) }
    // The columns are local times for pandas' sake, and these are their clock.
    pairs.append(KeyValue("midas.time_zone", "UTC"))
    if !measurements.isEmpty { pairs.append(KeyValue("midas.measurements", measurementsAsJSON)) }
    if let day = createdAt ?? provenance.lastRevised { pairs.append(KeyValue("created_at", day)) }
    return pairs
  }

  /// What each column of a measurement, and that of its quality code, says about itself.
  public var columnKeyValues: [ColumnPath: [KeyValue]] {
    var pairs: [ColumnPath: [KeyValue]] = [:]
    for leaf in schema.leaves {
      guard let measurement = measurements.first(where: { $0.name == leaf.path.description })
      else { continue }
      pairs[leaf.path] =
        [KeyValue("long_name", measurement.longName)]
        + (measurement.unit.map { [KeyValue("unit", $0)] } ?? [])
    }
    return pairs
  }

  /// The licence: what the files say, or what MIDAS Open is published under.
  private var licences: [String] {
    if !provenance.rights.isEmpty { return provenance.rights }
    return provenance.collections == ["midas-open"]
      ? ["Open Government Licence version 3.0"] : []
  }

  private var attribution: String? {
    guard !provenance.creators.isEmpty else { return nil }
    let activity = provenance.activities.first.map { ": \($0)" } ?? ""
    return provenance.creators.joined(separator: ", ") + activity + ", \(name)"
      + (releases.isEmpty ? "" : ", " + releases.joined(separator: ", "))
  }

  private var measurementsAsJSON: String {
    let members = measurements.map { measurement in
      let unit = measurement.unit.map { ",\"unit\":" + RejectionReport.quoted($0) } ?? ""
      return RejectionReport.quoted(measurement.name)
        + ":{\"long_name\":\(RejectionReport.quoted(measurement.longName))\(unit)}"
    }
    return "{" + members.joined(separator: ",") + "}"
  }
}

extension MIDASConversion {
  /// A moment in seconds since 1970-01-01 as `2019-08-20T00:00:00Z`.
  public static func timeText(seconds: Int) -> String {
    TimestampText.text(seconds: seconds)
  }
}
