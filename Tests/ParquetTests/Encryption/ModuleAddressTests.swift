import Testing

@testable import Parquet

@Suite struct ModuleAddressTests {
  @Test func footerHasNoOrdinals() throws {
    let data = try ModuleAddress.footer.authenticatedData(prefix: [1, 2], fileUnique: [3])
    #expect(data == [1, 2, 3, 0])
  }

  @Test(arguments: ModuleAddress.Kind.allCases.filter { $0 != .footer })
  func onlyDataPagesHavePageOrdinals(_ kind: ModuleAddress.Kind) throws {
    let address = ModuleAddress(kind, rowGroup: 0x0102, column: 3, page: 0x0405)
    let page: [UInt8] = kind == .dataPage || kind == .dataPageHeader ? [5, 4] : []
    #expect(
      try address.authenticatedData(prefix: [], fileUnique: [9])
        == [9, kind.rawValue, 2, 1, 3, 0] + page)
  }

  @Test func ordinalsPast16BitsAreRefused() {
    #expect(throws: ParquetError.self) {
      try ModuleAddress(.dataPage, page: 32_768).authenticatedData(prefix: [], fileUnique: [])
    }
  }
}
