import Parquet
import Testing

@testable import Tables

extension LeafBuilder {
  func append(array: [UInt8]) { unsafe append(bytes: array.span.bytes) }
}

/// Writes what it is given as NDJSON into memory, and counts how it ends.
final class Converted {
  var text = ""
  var schema: Schema?
  var summary: TextConversionSummary?
  var rejects = ""
  var opened = 0

  /// The logical or physical types of the leaves, by name.
  var types: [String: String] {
    var types: [String: String] = [:]
    for leaf in schema?.leaves ?? [] {
      types[leaf.path.description] = leaf.logicalType?.name ?? leaf.physicalType.name
    }
    return types
  }

  var lines: [String] { text.split(separator: "\n").map(String.init) }
}

/// Converts `text` in chunks of `chunk` bytes, through windows of `window` bytes.
func convert(
  _ text: String, _ format: TextFormat = .csv, schema: String? = nil, chunk: Int = .max,
  window: Int = 1 << 16, batchRows: Int = 65_536, sampleRows: Int = 10_000, rejecting: Bool = false,
  threads: Int = 1
) throws -> Converted {
  try convert(
    bytes: Array(text.utf8), format, schema: schema, chunk: chunk, window: window,
    batchRows: batchRows, sampleRows: sampleRows, rejecting: rejecting, threads: threads)
}

func convert(
  bytes: [UInt8], _ format: TextFormat = .csv, schema: String? = nil, chunk: Int = .max,
  window: Int = 1 << 16, batchRows: Int = 65_536, sampleRows: Int = 10_000, rejecting: Bool = false,
  threads: Int = 1
) throws -> Converted {
  let converted = Converted()
  var conversion = TextConversion(
    .memory(bytes, name: "input", chunkByteCount: chunk), format: format,
    schema: try schema.map { try SchemaFile.decode($0) })
  conversion.limits.windowBytes = window
  conversion.threads = threads
  conversion.limits.batchRows = batchRows
  conversion.limits.sampleRows = sampleRows
  var rejects: MemorySink?
  if rejecting {
    conversion.openRejects = { () throws(ParquetError) in
      let sink = MemorySink()
      rejects = sink
      return sink
    }
  }
  let memory = MemorySink()
  let (sink, summary) = try conversion.run { schema throws(ParquetError) in
    converted.opened += 1
    return try TextSink(memory, schema: schema, format: .ndjson)
  }
  _ = try sink.finish()
  converted.text = String(decoding: memory.bytes.array(), as: UTF8.self)
  converted.schema = summary.schema
  converted.summary = summary
  converted.rejects = String(decoding: rejects?.bytes.array() ?? [], as: UTF8.self)
  return converted
}

/// The error of a conversion that must fail.
func conversionError(
  _ text: String, _ format: TextFormat = .csv, schema: String? = nil
) -> ParquetError? {
  do {
    _ = try convert(text, format, schema: schema)
    return nil
  } catch { return error as? ParquetError }
}
