internal import Parquet

/// How the values of one column name folders: `2024-03-05`, `GB`, `17`.
///
/// The layout is Hive's, `column=value`, as Spark, DuckDB, pyarrow and BigQuery read it.
struct PartitionColumn {
  /// What a folder is called whose rows have no value.
  static let nullName = "__HIVE_DEFAULT_PARTITION__"

  private enum Kind {
    case text
    case boolean
    case signed(byteCount: Int)
    case unsigned(byteCount: Int)
    case date
  }

  let leaf: Leaf
  private let kind: Kind
  private let folderPrefix: String

  /// The column `name` of `schema`.
  ///
  /// - Throws: ``ParquetError`` with code `invalidArgument` where there is none, or its values name no folders:
  ///   those that repeat, lie within a struct, or are neither text, integers, booleans nor dates.
  init(_ name: String, of schema: Schema) throws(ParquetError) {
    guard let leaf = schema.leaves.first(where: { $0.path.description == name }) else {
      let names = schema.leaves.map { $0.path.description }.joined(separator: ", ")
      throw ParquetError(
        .invalidArgument, "there is no column \(name) to partition by; the columns are \(names)")
    }
    guard leaf.maxRepetitionLevel == 0, leaf.maxDefinitionLevel <= 1,
      schema.fields.contains(where: { $0.name == name }),
      let kind = PartitionColumn.kind(leaf)
    else {
      throw ParquetError(
        .invalidArgument,
        "column \(name) cannot be partitioned by: only text, integers, booleans and dates of the"
          + " schema's first level can")
    }
    self.leaf = leaf
    self.kind = kind
    folderPrefix = PartitionColumn.escaped(name) + "="
  }

  private static func kind(_ leaf: Leaf) -> Kind? {
    switch (leaf.physicalType, leaf.logicalType) {
    case (.boolean, nil): .boolean
    case (.byteArray, nil), (.byteArray, .string), (.byteArray, .enumeration): .text
    case (.int32, .date): .date
    case (.int32, nil): .signed(byteCount: 4)
    case (.int64, nil): .signed(byteCount: 8)
    case (.int32, .integer(_, let isSigned)):
      isSigned ? .signed(byteCount: 4) : .unsigned(byteCount: 4)
    case (.int64, .integer(_, let isSigned)):
      isSigned ? .signed(byteCount: 8) : .unsigned(byteCount: 8)
    default: nil
    }
  }

  // MARK: Folders

  /// The folder of the rows whose value is `values[index]`; of those without one, where that is nil.
  ///
  /// - Throws: ``ParquetError`` with code `rejectedData` for text that is not UTF-8, or longer than the names of
  ///   folders can be.
  func folder(_ values: ColumnValues, _ index: Int?) throws(ParquetError) -> String {
    guard let index else { return folderPrefix + PartitionColumn.nullName }
    let folder = folderPrefix + PartitionColumn.escaped(try text(values, index))
    guard folder.utf8.count <= 255 else {
      throw ParquetError(
        .rejectedData,
        "a value of \(values.bytes(at: index).count) bytes is too long to name a folder"
      )
      .adding(column: leaf.path.description)
    }
    return folder
  }

  private func text(_ values: ColumnValues, _ index: Int) throws(ParquetError) -> String {
    switch kind {
    case .boolean: return values.boolean(at: index) ? "true" : "false"
    case .date: return PartitionColumn.date(Int(PartitionColumn.integer(values, index)))
    case .signed: return String(PartitionColumn.integer(values, index))
    case .unsigned(let byteCount):
      let number = PartitionColumn.integer(values, index)
      return byteCount == 4
        ? String(UInt32(truncatingIfNeeded: number)) : String(UInt64(bitPattern: number))
    case .text:
      guard let text = String(validating: values.bytes(at: index).array(), as: UTF8.self) else {
        throw ParquetError(.rejectedData, "a value that names a folder is not UTF-8")
          .adding(column: leaf.path.description)
      }
      return text
    }
  }

  /// An integer of whatever width the batch has it in.
  private static func integer(_ values: ColumnValues, _ index: Int) -> Int64 {
    let bytes = values.bytes(at: index)
    var number: UInt64 = 0
    for place in 0..<bytes.count { number |= UInt64(bytes[place]) << UInt64(8 * place) }
    let shift = UInt64(64 - 8 * bytes.count)
    return Int64(bitPattern: number << shift) >> Int64(shift)
  }

  /// A day, counted from 1970-01-01, as `YYYY-MM-DD`.
  static func date(_ day: Int) -> String {
    let (year, month, dayOfMonth) = CivilDate.date(days: Int64(day))
    func padded(_ number: Int64, _ width: Int) -> String {
      let digits = String(abs(number))
      return (number < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.count))
        + digits
    }
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(dayOfMonth, 2))"
  }

  // MARK: Escaping

  /// `text` as a part of a folder's name: what Hive escapes is `%` and two hexadecimal digits.
  static func escaped(_ text: String) -> String {
    guard text.utf8.contains(where: isEscaped) || text == "." || text == ".." else { return text }
    var bytes: [UInt8] = []
    let digits = Array("0123456789ABCDEF".utf8)
    for byte in text.utf8 {
      if isEscaped(byte) || text == "." || text == ".." {
        bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func isEscaped(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == 0x7F || "\"#%'*/:=?\\{}[]^".utf8.contains(byte)
  }
}

extension PartitionColumn {
  /// Numbers the folders of `column`'s rows: for each row the place of its folder in the list returned.
  ///
  /// - Complexity: O(rows), with little to do for rows whose value is that of the row before.
  func numbered(_ column: Column) throws(ParquetError) -> (folders: [String], numbers: [Int]) {
    var folders: [String] = []
    var places: [String: Int] = [:]
    func place(_ index: Int?, _ values: ColumnValues) throws(ParquetError) -> Int {
      let folder = try folder(values, index)
      if let known = places[folder] { return known }
      folders.append(folder)
      places[folder] = folders.count - 1
      return folders.count - 1
    }
    let isPresent = column.presenceOfRows
    var numbers: [Int] = []
    numbers.reserveCapacity(column.rowCount)
    var value = 0
    var nullPlace: Int?
    func placeOfNull() throws(ParquetError) -> Int {
      if let nullPlace { return nullPlace }
      let found = try place(nil, column.values)
      nullPlace = found
      return found
    }
    if case .dictionary(let indices, let entries) = column.values.form {
      // Of every entry that is used once.
      var ofEntry = [Int?](repeating: nil, count: entries.count)
      for row in 0..<column.rowCount {
        guard isPresent(row) else {
          numbers.append(try placeOfNull())
          continue
        }
        let entry = indices[value]
        value += 1
        if let known = ofEntry[entry] {
          numbers.append(known)
          continue
        }
        let found = try place(entry, entries)
        ofEntry[entry] = found
        numbers.append(found)
      }
      return (folders, numbers)
    }
    let values = column.values
    var last: (value: Int, place: Int)?
    for row in 0..<column.rowCount {
      guard isPresent(row) else {
        numbers.append(try placeOfNull())
        continue
      }
      if let known = last, values.isSame(known.value, value) {
        numbers.append(known.place)
      } else {
        let found = try place(value, values)
        last = (value, found)
        numbers.append(found)
      }
      value += 1
    }
    return (folders, numbers)
  }
}

extension Column {
  /// Whether a row has a value, of a column that does not repeat and is null at one level at most.
  fileprivate var presenceOfRows: (Int) -> Bool {
    switch presence {
    case .allPresent: return { _ in true }
    case .validity(let bitmap): return { bitmap[$0] }
    case .levels(let definition, _): return { definition[$0] > 0 }
    }
  }
}

extension ColumnValues {
  /// Whether two values are the same bytes.
  fileprivate func isSame(_ a: Int, _ b: Int) -> Bool {
    if case .bits(let bits) = form { return bits[a] == bits[b] }
    return bytes(at: a) == bytes(at: b)
  }
}
