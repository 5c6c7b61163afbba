import Parquet
import Tables

extension FuzzBody {
  /// Converts text, whose schema is inferred, to Parquet; what was taken is read again.
  func runText(_ bytes: [UInt8], _ format: TextFormat) {
    guard let first = bytes.first else { return }
    var conversion = TextConversion(
      .memory(Array(bytes.dropFirst()), name: "input", chunkByteCount: first & 1 == 1 ? 7 : .max),
      format: format)
    if first & 2 != 0 {
      conversion.openRejects = { () throws(ParquetError) in MemorySink() }
    }
    do throws(ParquetError) {
      var memory = MemorySink()
      let (writer, summary) = try conversion.run { schema throws(ParquetError) in
        memory = MemorySink()
        return try ParquetWriter(memory, schema: schema)
      }
      _ = try writer.finish()
      FuzzBody.check(memory.bytes, rowCount: summary.rowCount)
    } catch {}
  }

  private static func check(_ file: Bytes, rowCount: Int) {
    do throws(ParquetError) {
      let reader = try ParquetReader(MemorySource(file))
      precondition(reader.rowCount == rowCount, "rows were lost")
      let batches = reader.batches()
      while try batches.next() != nil {}
    } catch { preconditionFailure("what was written cannot be read: \(error)") }
  }
}
