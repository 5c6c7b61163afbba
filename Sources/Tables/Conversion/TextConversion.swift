public import Parquet

/// How far a conversion is.
public struct TextProgress: Hashable, Sendable {
  /// The rows handed to the sink.
  public var rowCount: Int
  /// The bytes of input read.
  public var byteCount: Int
  /// The bytes of input there are, where that is known.
  public var totalByteCount: Int?
}

/// What a conversion did.
public struct TextConversionSummary: Sendable {
  /// The rows handed to the sink.
  public var rowCount: Int
  /// The rows that could not be stored.
  public var rejectedCount: Int
  /// The schema of the output.
  public var schema: Schema
  /// How often the output was begun anew because a row did not fit the schema inferred before.
  public var restartCount: Int
}

/// Reads CSV or NDJSON into a sink of column batches.
///
/// Without a schema one is inferred from the first rows (1 MiB or 10 000 rows). Where a later row does
/// not fit, the output is abandoned, a schema inferred from the whole input, and the output written
/// anew: no value is ever lost or changed to fit.
///
/// | CSV column holds nothing but | type |
/// |---|---|
/// | `true` and `false` | BOOLEAN |
/// | integers as they are written back (no leading zeros, no plus sign) of 64 bits | INT64, or unsigned |
/// | numbers that a double gives back digit for digit | DOUBLE |
/// | other numbers of at most 38 digits in all | DECIMAL |
/// | `2024-02-29` | DATE |
/// | `2024-02-29T23:59:59.123`, or with a blank for the T | TIMESTAMP; in UTC where all have `Z` or an offset; in nanoseconds where one has more than 6 decimals, else microseconds |
/// | anything else, or nothing | text |
///
/// A number is given back by a double if it has at most 15 significant digits, or is the shortest text
/// of that double. NDJSON knows numbers in the same way, strings as text, and lists and structs; where
/// values of different kinds stand under one key, the column holds their JSON text.
public struct TextConversion {
  /// What is read.
  public var input: TextInput
  /// How it is written.
  public var format: TextFormat
  /// What the rows must be; inferred where nil. A value that does not fit is rejected.
  public var schema: Schema?
  /// Opens the destination of rows that cannot be stored; without it the first one is an error.
  ///
  /// The rows come as NDJSON: `line`, `byteOffset`, `column` (or null), `reason`, and `row`, the text
  /// (`rowBase64` where it is not UTF-8). Called once for each time the output is begun.
  public var openRejects: (() throws(ParquetError) -> any ByteSink)?
  /// Called after each batch; throwing stops the conversion.
  public var progress: ((TextProgress) throws(ParquetError) -> Void)?
  /// How many threads parse the input; the batches are the same for every number.
  public var threads = 1
  var limits = ReadLimits()

  /// A conversion of `input`.
  public init(_ input: TextInput, format: TextFormat, schema: Schema? = nil) {
    self.input = input
    self.format = format
    self.schema = schema
  }

  /// Converts the input into the sink that `open` makes for the schema; it is not finished yet.
  ///
  /// `open` is called again when the schema must be widened, after the sink before was abandoned.
  ///
  /// - Throws: ``ParquetError`` with code `rejectedData` for a row that cannot be stored, with file,
  ///   line, byte offset and column; what the input and the sink throw. The sink is abandoned then.
  /// - Complexity: O(bytes), each read at most three times.
  public func run<S: BatchSink>(
    into open: (Schema) throws(ParquetError) -> S
  ) throws(ParquetError) -> (sink: S, summary: TextConversionSummary) {
    if let schema {
      guard let done = try pass(schema, .given, restarts: 0, open) else {
        throw ParquetError(.invalidArgument, "a given schema is never widened")
      }
      return done
    }
    let sampled = try inferSchema(wholly: false)
    if let done = try pass(
      sampled.schema, .inferred(unseen: sampled.unseen), restarts: 0, open)
    {
      return done
    }
    let widened = try inferSchema(wholly: true)
    if let done = try pass(
      widened.schema, .inferred(unseen: []), restarts: 1, open)
    {
      return done
    }
    throw ParquetError(.inputOutput, "the input changed while it was read").adding(file: input.name)
  }

  private func window(again: Bool) throws(ParquetError) -> InputBuffer {
    try InputBuffer(
      try input.stream(again: again), name: input.name, capacity: limits.windowBytes)
  }

  /// The schema of the whole input, or of its sample.
  func inferSchema(wholly: Bool) throws(ParquetError) -> InferredSchema {
    let buffer = try window(again: true)
    switch format {
    case .ndjson:
      return try NDJSONInference.schema(buffer, name: input.name, limits: limits, wholly: wholly)
    case .csv(let dialect):
      return try CSVInference.schema(
        buffer, dialect, name: input.name, limits: limits, wholly: wholly)
    }
  }

  /// A reader of the input from its start, with a log of rejects of its own.
  private func reader(
    _ schema: Schema, _ origin: SchemaOrigin
  ) throws(ParquetError) -> SegmentedReader {
    var buffer = try window(again: origin.isInferred)
    let log = RejectLog(name: input.name, sink: try openRejects?())
    var lines = 0
    var parsers: [any SegmentParser] = []
    let threads = min(max(threads, 1), SegmentedReader.largestThreadCount)
    switch format {
    case .ndjson:
      for _ in 0..<threads {
        parsers.append(NDJSONParser(schema: schema, origin: origin, limits: limits))
      }
    case .csv(let dialect):
      try dialect.check()
      var scanner = CSVScanner(delimiter: dialect.delimiter)
      let names = try CSVHeader.names(&buffer, &scanner, dialect, name: input.name)
      lines = scanner.line - 1
      for _ in 0..<threads {
        parsers.append(
          try CSVParser(
            names: names, dialect, name: input.name, schema: schema, origin: origin,
            limits: limits))
      }
    }
    return SegmentedReader(
      buffer, lines: lines, parsers: parsers, segmentByteCount: limits.windowBytes,
      inputByteCount: input.byteCount, log: log)
  }

  /// Reads the input once; nil where the schema must be widened.
  private func pass<S: BatchSink>(
    _ schema: Schema, _ origin: SchemaOrigin, restarts: Int,
    _ open: (Schema) throws(ParquetError) -> S
  ) throws(ParquetError) -> (sink: S, summary: TextConversionSummary)? {
    let reader = try reader(schema, origin)
    let sink: S
    do throws(ParquetError) { sink = try open(schema) } catch {
      reader.abandonRejects()
      throw error
    }
    do throws(ParquetError) {
      var rowCount = 0
      while true {
        switch try reader.next() {
        case .batch(let batch):
          try sink.write(batch)
          rowCount += batch.rowCount
          try progress?(
            TextProgress(
              rowCount: rowCount, byteCount: reader.byteOffset, totalByteCount: input.byteCount))
        case .end:
          try reader.finishRejects()
          return (
            sink,
            TextConversionSummary(
              rowCount: rowCount, rejectedCount: reader.rejectedCount, schema: schema,
              restartCount: restarts)
          )
        case .misfit:
          sink.abandon()
          reader.abandonRejects()
          return nil
        }
      }
    } catch {
      sink.abandon()
      reader.abandonRejects()
      throw error
    }
  }
}
