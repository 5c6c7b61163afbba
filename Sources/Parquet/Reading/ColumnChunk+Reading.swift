extension ColumnMetadata {
  /// Old writers left the dictionary page's header out of the chunk's size (rule C12).
  private static let slack = 100

  /// Where the first page lies: the dictionary's, if there is one. Old files say 0 where there is none.
  var firstPageOffset: Int {
    guard let dictionaryPageOffset, dictionaryPageOffset > 0 else { return dataPageOffset }
    // Arrow C++ says 0 for the data pages of a chunk without rows, which has a dictionary page alone.
    guard dataPageOffset > 0 else { return dictionaryPageOffset }
    return min(dictionaryPageOffset, dataPageOffset)
  }

  /// Whether the first page is a dictionary, by the footer.
  var beginsWithDictionary: Bool {
    guard let dictionaryPageOffset else { return false }
    return dictionaryPageOffset > 0 && dictionaryPageOffset == firstPageOffset
  }

  /// Where the pages end by the footer.
  var declaredEnd: Int { firstPageOffset + totalCompressedByteCount }

  /// Where the pages may lie.
  ///
  /// - Parameter dataEnd: the offset past which no page lies.
  /// - Returns: from the first page's offset on, with some slack at the end.
  /// - Throws: ``ParquetError`` with code `malformedFile` where the chunk leaves the file.
  func pageRange(dataEnd: Int) throws(ParquetError) -> Range<Int> {
    let start = firstPageOffset
    let (end, overflow) = start.addingReportingOverflow(totalCompressedByteCount)
    guard start <= dataEnd, !overflow, end <= dataEnd else {
      throw ParquetError(
        .malformedFile,
        "the column chunk's \(totalCompressedByteCount) bytes from byte \(start) on leave the file, "
          + "whose data ends at byte \(dataEnd)")
    }
    return start..<min(end + ColumnMetadata.slack, dataEnd)
  }
}
