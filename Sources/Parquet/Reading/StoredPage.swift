/// A page as it lies in the file.
struct StoredPage {
  /// Its header.
  let header: PageHeader
  /// Where its header begins.
  let offset: Int
  /// The bytes of its header, encrypted or not.
  let headerByteCount: Int
  /// How many data pages of the chunk lie before it.
  var dataPageNumber = 0

  /// Where its body lies.
  var body: Range<Int> {
    offset + headerByteCount..<offset + headerByteCount + header.compressedByteCount
  }

  /// The number of slots of a data page; nil for other pages.
  ///
  /// - Throws: ``ParquetError`` where a data page lacks the header of its kind.
  var slotCount: Int? {
    get throws(ParquetError) {
      switch header.type {
      case .dataPage:
        guard let page = header.dataPage else { throw missing("data_page_header") }
        return page.valueCount
      case .dataPageV2:
        guard let page = header.dataPageV2 else { throw missing("data_page_header_v2") }
        return page.valueCount
      default: return nil
      }
    }
  }

  /// The header of a dictionary page; nil for other pages.
  var dictionary: DictionaryPageHeader? {
    get throws(ParquetError) {
      guard header.type == .dictionaryPage else { return nil }
      guard let page = header.dictionaryPage else { throw missing("dictionary_page_header") }
      return page
    }
  }

  private func missing(_ name: String) -> ParquetError {
    ParquetError(.malformedFile, "a \(header.type.name) lacks its \(name)").adding(
      byteOffset: offset)
  }
}
