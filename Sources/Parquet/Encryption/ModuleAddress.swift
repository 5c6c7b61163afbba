/// What a module of an encrypted file is, and where: its tag holds only there, so that nobody can
/// move a module to another place or file unseen.
///
/// Specification: Parquet Modular Encryption, "Additional Authenticated Data"; rule N3.
struct ModuleAddress: Equatable, Sendable {
  /// What is encrypted. The raw value is stored.
  enum Kind: UInt8, CaseIterable, Sendable {
    case footer = 0
    case columnMetadata = 1
    case dataPage = 2
    case dictionaryPage = 3
    case dataPageHeader = 4
    case dictionaryPageHeader = 5
    case columnIndex = 6
    case offsetIndex = 7
    case bloomFilterHeader = 8
    case bloomFilterBitset = 9

    /// What errors call it.
    var name: String {
      switch self {
      case .footer: "the footer"
      case .columnMetadata: "the column's metadata"
      case .dataPage: "a data page"
      case .dictionaryPage: "the dictionary page"
      case .dataPageHeader: "the header of a data page"
      case .dictionaryPageHeader: "the header of the dictionary page"
      case .columnIndex: "the column index"
      case .offsetIndex: "the offset index"
      case .bloomFilterHeader: "the header of the bloom filter"
      case .bloomFilterBitset: "the bloom filter"
      }
    }
  }

  /// The most that a row group, a column or a page may be numbered.
  static let largestOrdinal = Int(Int16.max)

  /// What is encrypted.
  let kind: Kind
  /// The row group's number; of no meaning for the footer.
  let rowGroup: Int
  /// The number of the column in its row group; of no meaning for the footer.
  let column: Int
  /// The number of the data page in its chunk, dictionary excluded; of meaning for data pages and
  /// their headers.
  let page: Int

  /// The footer's address.
  static let footer = ModuleAddress(.footer)

  /// The address of a module of the given place.
  init(_ kind: Kind, rowGroup: Int = 0, column: Int = 0, page: Int = 0) {
    self.kind = kind
    self.rowGroup = rowGroup
    self.column = column
    self.page = page
  }

  /// What the module's tag vouches for beside the module: `prefix` is what the user says of the file,
  /// its name, say, and may be empty; `fileUnique` is random bytes of the file.
  ///
  /// - Throws: ``ParquetError`` with code `limitExceeded` where a number does not fit in 16 bits.
  func authenticatedData(
    prefix: [UInt8], fileUnique: [UInt8]
  ) throws(ParquetError) -> [UInt8] {
    var data = prefix + fileUnique
    data.append(kind.rawValue)
    if kind == .footer { return data }
    try append(rowGroup, "row group", to: &data)
    try append(column, "column", to: &data)
    if kind == .dataPage || kind == .dataPageHeader { try append(page, "page", to: &data) }
    return data
  }

  private func append(
    _ ordinal: Int, _ name: String, to data: inout [UInt8]
  ) throws(ParquetError) {
    guard let short = Int16(exactly: ordinal), short >= 0 else {
      throw ParquetError(
        .limitExceeded, "\(name) \(ordinal) of an encrypted file; the format counts to 32767")
    }
    data.append(UInt8(truncatingIfNeeded: short))
    data.append(UInt8(truncatingIfNeeded: short >> 8))
  }
}
