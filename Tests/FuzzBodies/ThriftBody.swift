import Parquet

extension FuzzBody {
  /// What is decoded, encoded and decoded again is the same.
  func runThrift(_ bytes: [UInt8]) {
    guard let kind = bytes.first else { return }
    let rest = Bytes(copying: Array(bytes.dropFirst()))
    switch kind % 6 {
    case 0: roundTrip(rest, FileMetadata.self)
    case 1: roundTrip(rest, PageHeader.self)
    case 2: roundTrip(rest, ColumnIndex.self)
    case 3: roundTrip(rest, OffsetIndex.self)
    case 4: roundTrip(rest, BloomFilterHeader.self)
    default: roundTrip(rest, FileCryptoMetadata.self)
    }
  }

  private func roundTrip<T: CompactStruct & Equatable>(_ bytes: Bytes, _ type: T.Type) {
    let grant = MemoryGrant(MemoryAllowance(limit: 64 << 20))
    var reader = CompactReader(bytes, grant: grant)
    let first: T
    do throws(ParquetError) { first = try T(from: &reader) } catch { return }
    var writer = CompactWriter()
    first.encode(to: &writer)
    do throws(ParquetError) {
      var again = CompactReader(writer.freeze())
      let second = try T(from: &again)
      precondition(first == second, "\(type) is another after encoding")
    } catch { preconditionFailure("what was encoded cannot be decoded: \(error)") }
  }
}
