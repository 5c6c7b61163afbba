import Parquet

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A made-up archive of hourly weather in the layout and the words of MIDAS Open: a file for each year of each
/// station, and the data set's station metadata.
///
/// Each file is a function of its station and year, so any number of threads make the same archive.
struct WeatherArchive {
  private static let years = 2014...2023
  private static let release = "202407"
  private static let dataSet = "uk-hourly-weather-obs"

  private let directory: String
  private let stationYears: Int
  private let threads: Int

  init(_ options: BenchOptions) {
    directory = "\(options.directory ?? ".")/\(WeatherArchive.dataSet)"
    stationYears = options.stationYears ?? 2_000
    threads = options.threads?.first ?? max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
  }

  func make() throws(ParquetError) {
    let folder = "\(directory)/dataset-version-\(Self.release)"
    try Directory.make(folder)
    let count = Self.years.count
    let stations = (0..<(stationYears + count - 1) / count).map(WeatherStation.init)
    try write(
      Array(metadata(stations).utf8), to: "\(folder)/\(Self.prefix)_station-metadata.csv")
    for station in stations {
      try Directory.make("\(folder)/\(station.county)/\(station.folder)/qc-version-1")
    }
    let rows = WeatherRows()
    try Parallel.forEach(Array(0..<stationYears), threads: threads) {
      (file, _) throws(ParquetError) in
      let station = stations[file / count]
      let year = Self.years.lowerBound + file % count
      let name = "\(Self.prefix)_\(station.county)_\(station.folder)_qcv-1_\(year).csv"
      var bytes = Array(header(station, year).utf8)
      rows.append(station, year, to: &bytes)
      bytes += Array("end data\n".utf8)
      try write(bytes, to: "\(folder)/\(station.county)/\(station.folder)/qc-version-1/\(name)")
    }
    try write(Array(models().utf8), to: "\(directory)/columns.txt")
  }

  private static let prefix = "midas-open_\(dataSet)_dv-\(release)"

  /// Which real column each column is modelled on: name, data set, year, real name.
  private func models() -> String {
    HourlyColumn.all.map { column in
      "\(column.name) \(column.model.dataSet) \(column.model.year) \(column.model.name)\n"
    }.joined()
  }

  private func metadata(_ stations: [WeatherStation]) -> String {
    let columns = [
      "src_id", "station_name", "station_file_name", "historic_county", "authority",
      "station_latitude", "station_longitude", "station_elevation", "first_year", "last_year",
    ]
    var lines = [
      "Conventions,G,BADC-CSV,1",
      "title,G,Midas Open: Station site metadata for \(Self.dataSet)",
    ]
    lines += Self.origin + ["missing_value,G,NA", "coordinate_variable,src_id,x"]
    for column in columns {
      lines += ["long_name,\(column),\(column),1", "type,\(column),char"]
    }
    lines += ["data", columns.joined(separator: ",")]
    for station in stations {
      lines.append(
        "\(station.number),\(station.title),\(station.slug),\(station.county),Met Office,"
          + "\(station.latitude),\(station.longitude),\(station.height),"
          + "\(Self.years.lowerBound),\(Self.years.upperBound)")
    }
    return lines.joined(separator: "\n") + "\nend data\n"
  }

  private static let origin = [
    "source,G,made by `bench --weather-archive`: stations and weather are invented",
    "creator,G,nobody", "activity,G,benchmark of swift-parquet",
    "collection_name,G,midas-open", "collection_version_number,G,dataset-version-\(release)",
    "history,G,Created 2024-07-24", "last_revised_date,G,2024-07-24",
  ]

  /// A header; all have the same number of lines.
  private func header(_ station: WeatherStation, _ year: Int) -> String {
    var lines = ["Conventions,G,BADC-CSV,1", "title,G,\(Self.dataSet)"] + Self.origin
    lines += [
      "feature_type,G,point series",
      "observation_station,G,\(station.slug)",
      "historic_county_name,G,\(station.county)",
      "authority,G,Met Office",
      "midas_station_id,G,\(station.number)",
      "location,G,\(station.latitude),\(station.longitude)",
      "height,G,\(station.height),m",
      "date_valid,G,\(year)-01-01 00:00:00,\(year)-12-31 23:59:59",
      "midas_qc_version_number,G,1",
      "comments,G,missing values are identified with the missing data flag",
      "missing_value,G,NA",
      "coordinate_variable,ob_time,t",
    ]
    for column in HourlyColumn.all {
      lines += [
        "long_name,\(column.name),\(column.meaning),\(column.unit)",
        "type,\(column.name),\(column.type)",
      ]
    }
    lines += ["data", HourlyColumn.all.map(\.name).joined(separator: ",")]
    return lines.joined(separator: "\n") + "\n"
  }

  private func write(_ bytes: [UInt8], to path: String) throws(ParquetError) {
    guard let file = unsafe fopen(path, "w") else {
      throw ParquetError(.inputOutput, "cannot be written").adding(file: path)
    }
    let count = unsafe fwrite(bytes, 1, bytes.count, file)
    guard unsafe fclose(file) == 0, count == bytes.count else {
      throw ParquetError(.inputOutput, "could not be written whole").adding(file: path)
    }
  }
}
