import FuzzBodies
import Parquet

/// A whole file that mutants are made of, and where in it structure lies that a random byte would seldom
/// hit.
struct SeedFile {
  let name: String
  let bytes: [UInt8]
  /// The footer; nothing where it cannot be read.
  let footer: Range<Int>
  /// The headers of pages, the beginnings of their bodies, indexes and bloom filters.
  let places: [Range<Int>]

  /// The most chunks that are looked at for places.
  private static let chunkLimit = 64

  init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
    var footer = max(0, bytes.count - 512)..<bytes.count
    var places: [Range<Int>] = []
    func add(_ start: Int?, _ count: Int?) {
      guard let start, let count, start >= 0, count > 0, start < bytes.count else { return }
      places.append(start..<start + min(count, bytes.count - start))
    }
    do throws(ParquetError) {
      let source = MemorySource(Bytes(copying: bytes), name: name)
      let reader: ParquetReader
      do throws(ParquetError) {
        reader = try ParquetReader(source, decryption: MutantReading.keys(16))
      } catch { reader = try ParquetReader(source, decryption: MutantReading.keys(32)) }
      footer = reader.footerOffset..<bytes.count
      var chunks = 0
      for (number, group) in reader.metadata.rowGroups.enumerated() {
        for (column, chunk) in group.columns.enumerated() where chunks < SeedFile.chunkLimit {
          chunks += 1
          add(chunk.columnIndexOffset, chunk.columnIndexByteCount)
          add(chunk.offsetIndexOffset, chunk.offsetIndexByteCount)
          add(chunk.metadata?.bloomFilterOffset, 48)
          for page in try reader.pages(rowGroup: number, column: column).prefix(16) {
            add(page.offset, page.headerByteCount)
            let body = page.offset + page.headerByteCount
            add(body, min(page.bodyByteCount, 48))
            if page.bodyByteCount > 48 { add(body, page.bodyByteCount) }
          }
        }
      }
    } catch {}
    self.footer = footer
    self.places = places
  }
}
