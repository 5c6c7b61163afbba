import CommandSupport
import Parquet
import Testing

@Suite struct WriterArgumentsTests {
  func parse(_ words: String...) throws -> WriterArguments {
    try WriterArguments(Arguments(words, options: WriterArguments.options))
  }

  @Test func defaultsAreTheEngines() throws {
    let written = try parse()
    let engine = WriterOptions()
    #expect(written.options.compression == engine.compression)
    #expect(written.options.encoding == engine.encoding)
    #expect(written.options.rowGroupRows == engine.rowGroupRows)
    #expect(written.options.rowGroupBytes == engine.rowGroupBytes)
    #expect(written.options.pageVersion == engine.pageVersion)
    #expect(written.options.pageRows == engine.pageRows)
    #expect(written.options.pageBytes == engine.pageBytes)
    #expect(written.options.dictionaryBytes == engine.dictionaryBytes)
    #expect(written.options.statistics == engine.statistics)
    #expect(written.options.memoryLimit == nil)
    #expect(written.options.keyValues == [])
    #expect(written.options.threads == WriterArguments.processorCount)
    #expect(!written.overwrites)
  }

  @Test func takesEveryOption() throws {
    let written = try parse(
      "--compression", "zstd:19", "--compression", "a=b=gzip:1", "--compression=c=none",
      "--encoding", "plain", "--encoding", "c=dictionary", "--row-group-rows", "1000",
      "--row-group-bytes", "64Mi", "--page-version", "2", "--page-rows", "10",
      "--page-bytes=8Ki",
      "--dictionary-bytes", "512Ki", "--statistics", "chunk", "--threads", "3", "--memory", "1Gi",
      "--metadata", "k=v=w", "--metadata", "k=", "--bloom", "a,b.c", "--bloom-fpp", "0.001",
      "--overwrite")
    let options = written.options
    #expect(options.compression == .zstd(level: 19))
    // A column's name may hold the sign that ends it.
    #expect(options.columnCompression == ["a=b": .gzip(level: 1), "c": .none])
    #expect(options.encoding == .always(.plain))
    #expect(options.columnEncodings == ["c": .always(.rleDictionary)])
    #expect(options.rowGroupRows == 1000)
    #expect(options.rowGroupBytes == 64 << 20)
    #expect(options.pageVersion == .v2)
    #expect(options.pageRows == 10)
    #expect(options.pageBytes == 8 << 10)
    #expect(options.dictionaryBytes == 512 << 10)
    #expect(options.statistics == .chunk)
    #expect(options.bloomColumns == ["a", "b.c"])
    #expect(options.bloomFalsePositiveRate == 0.001)
    #expect(options.threads == 3)
    #expect(options.memoryLimit == 1 << 30)
    #expect(options.keyValues == [KeyValue("k", "v=w"), KeyValue("k", "")])
    #expect(written.overwrites)
  }

  @Test(arguments: [
    ("snappy", Compression.snappy), ("none", .none), ("gzip", .gzip()), ("gzip:9", .gzip(level: 9)),
    ("zstd", .zstd()), ("zstd:22", .zstd(level: 22)), ("lz4", .lz4Raw), ("lz4_raw", .lz4Raw),
    ("brotli", .brotli()), ("brotli:0", .brotli(level: 0)),
  ])
  func readsCompressions(_ text: String, _ compression: Compression) throws {
    #expect(try parse("--compression", text).options.compression == compression)
  }

  @Test(arguments: [
    ["--compression", "zstd:23"], ["--compression", "gzip:0"], ["--compression", "brotli:12"],
    ["--compression", "snappy:1"], ["--compression", "lzo"], ["--compression", "zstd:"],
    ["--compression", "c=zip"], ["--compression="], ["--encoding", "fancy"], ["--encoding", "c="],
    ["--row-group-rows", "0"], ["--page-bytes", "3Gi"], ["--page-rows", "x"], ["--threads", "0"],
    ["--memory", "-1"], ["--statistics", "all"],
    ["--bloom-fpp", "1"], ["--bloom-fpp", "nan"], ["--bloom-fpp", "1e-300"], ["--bloom", "a,,b"],
    ["--page-version", "3"], ["--metadata", "novalue"], ["--metadata", "=v"],
  ])
  func refusesBadValues(_ words: [String]) throws {
    let arguments = try Arguments(words, options: WriterArguments.options)
    let error = #expect(throws: UsageError.self) { try WriterArguments(arguments) }
    // One line, which begins with the option it is about.
    let option = String(words[0].prefix { $0 != "=" })
    #expect(error?.message.hasPrefix(option) == true)
    #expect(error?.message.contains("\n") == false)
  }

  @Test func namesColumnsThatAreNotThere() throws {
    let schema = try Schema([SchemaField("fare", .double), SchemaField("zone", .int32)])
    let error = #expect(throws: UsageError.self) {
      try parse("--compression", "fair=none").check(against: schema)
    }
    #expect(
      error?.message
        == "--compression: there is no column fair, did you mean fare? (valid: fare, zone)")
    #expect(throws: UsageError.self) {
      try parse("--encoding", "x=plain").check(against: schema)
    }
    try parse("--encoding", "zone=plain").check(against: schema)
  }

  @Test func anEncodingThatATypeDoesNotAllowIsAUsageError() throws {
    let schema = try Schema([SchemaField("zone", .int32)])
    let error = #expect(throws: ParquetError.self) {
      try parse("--encoding", "zone=rle").writer(to: MemorySink(), schema: schema)
    }
    #expect(error?.cause is UsageError)
    #expect(error?.message == "column zone: RLE does not encode INT32")
    let unknown = #expect(throws: ParquetError.self) {
      try parse("--compression", "x=none").writer(to: MemorySink(), schema: schema)
    }
    #expect(unknown?.cause is UsageError)
    // For all columns it holds where it can.
    _ = try parse("--encoding", "rle").writer(to: MemorySink(), schema: schema)
  }
}
