/// Where a page lies in a file, and what its header says.
public struct PageInformation: Equatable, Sendable {
  /// The header.
  public let header: PageHeader
  /// Where the header begins in the file, in bytes.
  public let offset: Int
  /// The bytes of the header.
  public let headerByteCount: Int
}

extension ParquetReader {
  /// The bytes of the file.
  public var byteCount: Int { source.byteCount }

  /// The pages of a column chunk in file order, the dictionary's included; only their headers are
  /// looked at.
  ///
  /// - Precondition: there is such a row group, and such a column.
  /// - Throws: ``ParquetError`` where a header is damaged or a page leaves the chunk.
  public func pages(rowGroup: Int, column: Int) throws(ParquetError) -> [PageInformation] {
    let leaf = schema.leaves[column]
    var pages: [PageInformation] = []
    do throws(ParquetError) {
      let chunk = metadata.rowGroups[rowGroup].columns[column]
      let stored = try chunk.readableMetadata(leaf: leaf)
      let range = try stored.pageRange(dataEnd: footer.offset)
      var walker = PageWalker(source, range, limits: limits)
      var slotCount = 0
      // What follows the last page belongs to others; only the count of values tells which is the last.
      while slotCount < stored.valueCount, let page = try walker.next() {
        pages.append(
          PageInformation(
            header: page.header, offset: page.offset, headerByteCount: page.headerByteCount))
        slotCount += try page.slotCount ?? 0
      }
    } catch {
      throw error.adding(
        file: source.name, rowGroup: rowGroup, column: leaf.path.description, page: pages.count)
    }
    return pages
  }
}
