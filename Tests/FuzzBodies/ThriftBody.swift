import Parquet

extension FuzzBody {
  /// What was decoded can be encoded and decoded, and is then encoded the same: what this engine does not
  /// know is lost at most once.
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

  private func roundTrip<T: CompactStruct>(_ bytes: Bytes, _ type: T.Type) {
    let grant = MemoryGrant(MemoryAllowance(limit: 64 << 20))
    var reader = CompactReader(bytes, grant: grant)
    let first: T
    do throws(ParquetError) { first = try T(from: &reader) } catch { return }
    let once = FuzzBody.encoded(first)
    do throws(ParquetError) {
      var again = CompactReader(once)
      let second = try T(from: &again)
      precondition(FuzzBody.encoded(second) == once, "\(type) changes once more")
    } catch { preconditionFailure("what was encoded cannot be decoded: \(error)") }
  }

  private static func encoded(_ value: some CompactStruct) -> Bytes {
    var writer = CompactWriter()
    value.encode(to: &writer)
    return writer.freeze()
  }
}
