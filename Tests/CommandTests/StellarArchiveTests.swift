import Foundation
import Testing

/// `parquet stellar archive`, `schema` and `check`.
@Suite struct StellarArchiveTests {
  let parquet: BuiltCommand

  init() throws { parquet = try BuiltCommand() }

  private func message(_ ledger: Int, type: String = "t", day: Int = 13) -> String {
    #"{"message_type":"\#(type)","ledger_sequence":\#(ledger),"closed_at":"2025-07-\#(day)T10:00:00Z"}"#
  }

  private func lines(_ range: Range<Int>) -> String {
    range.map { message($0) + "\n" }.joined()
  }

  /// Files of the archive in `name`, without the seconds in their names.
  private func files(_ name: String = "out") -> [String] {
    let found = FileManager.default.enumerator(atPath: parquet.path(name))?.allObjects
    let paths = (found as? [String] ?? []).filter { $0.hasSuffix(".parquet") }
    return paths.map { path in
      let parts = path.split(separator: "-")
      return parts.dropLast().joined(separator: "-")
    }.sorted()
  }

  private func count(_ name: String = "out") throws -> Int {
    let result = try parquet.shell(
      "find \(name) -name '*.parquet' | xargs -r $parquet count --quiet")
    return Int(result.output.trimmingCharacters(in: .whitespacesAndNewlines)) ?? -1
  }

  /// Waits until something is so, for at most ten seconds.
  private func wait(_ isSo: () throws -> Bool) throws -> Bool {
    for _ in 0..<1000 {
      if try isSo() { return true }
      usleep(10_000)
    }
    return false
  }

  @Test func filesAndStandardInput() throws {
    try parquet.write(lines(1..<6), to: "a.ndjson")
    try parquet.write(lines(6..<8), to: "b.ndjson")
    let result = try parquet(
      "stellar", "archive", "a.ndjson", "-", "b.ndjson", "--local-path", "out", "--quiet",
      "--path-prefix", "p/{message_type}", input: lines(100..<101))
    #expect(result.status == 0)
    #expect(result.output == "")
    #expect(result.errors == "")
    #expect(files() == ["p/t/year=2025/month=07/day=13/stellar-data-1-100"])
    #expect(try count() == 8)
    let piped = try parquet.shell(
      "cat a.ndjson | $parquet stellar archive --local-path piped --buffer-size 2 --quiet")
    #expect(piped.status == 0)
    #expect(try count("piped") == 5)
    #expect(files("piped").count == 3)
    let missing = try parquet("stellar", "archive", "none", "--local-path", "out", "--quiet")
    #expect(missing.status == 1)
    #expect(missing.errors.hasPrefix("parquet: none: "))
  }

  @Test func configurationAndOptions() throws {
    let yaml = """
      storage_type: FS
      local_path: ${OUT:-nowhere}
      partition_by: ledger_range
      ledgers_per_file: 10.0
      buffer_size: 1
      include_metadata: true

      """
    try parquet.write(yaml, to: "c.yaml")
    try parquet.write(lines(8..<12), to: "a.ndjson")
    let result = try parquet(
      ["stellar", "archive", "a.ndjson", "-c", "c.yaml", "--buffer-size", "100", "--quiet"],
      environment: ["OUT": "there"])
    #expect(result.errors == "")
    #expect(result.status == 0)
    #expect(
      files("there") == ["ledgers/0-9/stellar-data-8-9", "ledgers/10-19/stellar-data-10-11"])
    try parquet.write("buffer_size: 0\n", to: "bad.yaml")
    let bad = try parquet("stellar", "archive", "a.ndjson", "--config", "bad.yaml")
    #expect(bad.status != 0)
    #expect(bad.errors.contains("bad.yaml") && bad.errors.contains("line 1"))
  }

  @Test func rejectedLines() throws {
    try parquet.write(message(1) + "\nbad\n\n" + message(2) + "\n[1]\n", to: "a.ndjson")
    let result = try parquet(
      "stellar", "archive", "a.ndjson", "--local-path", "out", "--dead-letter-path", "dead",
      "--quiet")
    #expect(result.status == 0)
    let told = result.errors.split(separator: "\n")
    #expect(told.count == 3)
    #expect(told[0].hasPrefix("parquet: a.ndjson: line 2: "))
    #expect(told[1].hasPrefix("parquet: a.ndjson: line 5: "))
    #expect(told[2].contains("2 rejected, in dead"))
    #expect(try count() == 2)
    #expect(try parquet.text(of: "dead").split(separator: "\n").count == 2)
    let strict = try parquet(
      "stellar", "archive", "a.ndjson", "--local-path", "strict", "--strict", "--quiet")
    #expect(strict.status == 1)
    #expect(strict.errors.contains("a.ndjson: line 2"))
    // What came before is stored.
    #expect(try count("strict") == 1)
  }

  @Test func manyRejectedLinesAreCounted() throws {
    try parquet.write(String(repeating: "x\n", count: 50) + message(1), to: "a.ndjson")
    let result = try parquet("stellar", "archive", "a.ndjson", "--local-path", "out", "--quiet")
    #expect(result.status == 0)
    #expect(result.errors.split(separator: "\n").count == 22)
    #expect(result.errors.contains("50 rejected"))
  }

  @Test func acknowledging() throws {
    try parquet.write(lines(1..<4) + message(4), to: "a.ndjson")
    let result = try parquet(
      "stellar", "archive", "a.ndjson", "--local-path", "out", "--acknowledge", "--quiet",
      "--write-ahead-log", "log")
    #expect(result.status == 0)
    #expect(result.output == "4\n")
    #expect(try parquet.names() == ["a.ndjson", "log", "out"])
  }

  @Test func metricsAndDryRun() throws {
    try parquet.write(lines(1..<4), to: "a.ndjson")
    let result = try parquet(
      "stellar", "archive", "a.ndjson", "--local-path", "out", "--metrics-file", "m.prom", "--quiet"
    )
    #expect(result.status == 0)
    let metrics = try parquet.text(of: "m.prom")
    #expect(metrics.contains("\nstellar_archive_records_written_total 3\n"))
    #expect(metrics.contains("\nstellar_archive_current_ledger 3\n"))
    let dry = try parquet(
      "stellar", "archive", "a.ndjson", "--local-path", "none", "--dry-run", "--quiet")
    #expect(dry.status == 0)
    #expect(
      dry.errors.hasPrefix(
        "parquet: would write none/year=2025/month=07/day=13/stellar-data-1-3-"))
    #expect(try parquet.names() == ["a.ndjson", "m.prom", "out"])
  }

  @Test func wrongCommandLines() throws {
    for (arguments, words) in [
      ([], "storage_type is required: --local-path"), (["--storage-type", "S3"], "bucket_name"),
      (["--storage-type", "fs"], "unsupported storage_type: fs (valid: FS, GCS, S3)"),
      (["in", "--local-path", "out", "--metrics-file", "./in"], "--metrics-file ./in"),
      (["in", "--local-path", "out", "--dead-letter-path", "in"], "same file as in"),
      (["--local-path", "out", "--dead-letter-path", "b", "--metrics-file", "./b"], "-path b"),
      (["--local-path", "out", "--socket", "s", "--metrics-file", "s"], "--socket s"),
      (["--local-path", "out", "--buffer-size", "0"], "--buffer-size 0"),
      (["--local-path", "out", "--partition-by", "week"], "--partition-by week"),
      (["--local-path", "out", "--path-prefix", "../up"], "--path-prefix ../up"),
      (["--local-path", "out", "--compression", "best"], "--compression best"),
      (["--local-path", "out", "--socket", "s", "input"], "--socket s"),
      (["--local-path", "out", "--no-such"], "--no-such"),
    ] {
      let result = try parquet(["stellar", "archive"] + arguments)
      #expect(result.status == 2, "\(arguments)")
      #expect(result.errors.contains(words), "\(result.errors)")
      #expect(result.errors.split(separator: "\n").count <= 2)
    }
    #expect(try parquet.names() == [])
  }

  // MARK: Streams

  /// SIGTERM and SIGINT end a run that waits: what it has taken is stored.
  @Test(arguments: [SIGTERM, SIGINT]) func signals(_ signal: Int32) throws {
    let fifo = parquet.path("fifo")
    let isMade = unsafe mkfifo(fifo, 0o600) == 0
    #expect(isMade)
    let running = try parquet.start(
      "/bin/sh",
      [
        "-c",
        "exec \"$parquet\" stellar archive --local-path out --acknowledge --quiet <fifo",
      ], environment: ["parquet": BuiltCommand.executable])
    let writer = unsafe open(fifo, O_WRONLY)
    defer { close(writer) }
    let text = lines(1..<4) + "{\"cut"
    _ = unsafe text.withCString { unsafe write(writer, $0, text.utf8.count) }
    let isTaken = try wait {
      try String(contentsOfFile: running.outputPath, encoding: .utf8) == "3\n"
    }
    #expect(isTaken)
    kill(running.process.processIdentifier, signal)
    let result = try running.wait()
    #expect(result.status == 0)
    #expect(result.errors == "")
    #expect(try count() == 3)
  }

  /// A signal does not hide what goes wrong while what waits is stored.
  @Test func signalsAndFailures() throws {
    let fifo = parquet.path("fifo")
    let isMade = unsafe mkfifo(fifo, 0o600) == 0
    #expect(isMade)
    // A file where the folder of the year should be.
    try FileManager.default.createDirectory(
      atPath: parquet.path("out"), withIntermediateDirectories: true)
    try parquet.write("x", to: "out/year=2025")
    let running = try parquet.start(
      "/bin/sh",
      [
        "-c",
        "exec \"$parquet\" stellar archive --local-path out --acknowledge --retries 0 --quiet <fifo",
      ], environment: ["parquet": BuiltCommand.executable])
    let writer = unsafe open(fifo, O_WRONLY)
    defer { close(writer) }
    let text = lines(1..<4)
    _ = unsafe text.withCString { unsafe write(writer, $0, text.utf8.count) }
    let isTaken = try wait {
      try String(contentsOfFile: running.outputPath, encoding: .utf8) == "3\n"
    }
    #expect(isTaken)
    kill(running.process.processIdentifier, SIGTERM)
    let result = try running.wait()
    #expect(result.status == 1)
    #expect(result.errors.contains("3 messages could not be stored"))
  }

  @Test func unixSocket() throws {
    let path = "/tmp/parquet-\(UUID().uuidString.prefix(8)).sock"
    let running = try parquet.start(
      BuiltCommand.executable,
      ["stellar", "archive", "--socket", path, "--local-path", "out", "--acknowledge", "--quiet"])
    #expect(try wait { FileManager.default.fileExists(atPath: path) })
    let client = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    let isConnected = try wait {
      unsafe withUnsafePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe connect(client, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
        }
      }
    }
    #expect(isConnected)
    let text = lines(1..<6)
    _ = unsafe text.withCString { unsafe write(client, $0, text.utf8.count) }
    #expect(
      try wait { try String(contentsOfFile: running.outputPath, encoding: .utf8).contains("5\n") })
    close(client)
    kill(running.process.processIdentifier, SIGTERM)
    let result = try running.wait()
    #expect(result.status == 0)
    #expect(try count() == 5)
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  /// Killed at once, and run again with its log: every message once.
  @Test func killedAndRunAgain() throws {
    let fifo = parquet.path("fifo")
    let isMade = unsafe mkfifo(fifo, 0o600) == 0
    #expect(isMade)
    let running = try parquet.start(
      "/bin/sh",
      [
        "-c",
        "exec \"$parquet\" stellar archive --local-path out --write-ahead-log log --acknowledge"
          + " --buffer-size 4 --quiet <fifo",
      ], environment: ["parquet": BuiltCommand.executable])
    let writer = unsafe open(fifo, O_WRONLY)
    let text = lines(1..<11)
    _ = unsafe text.withCString { unsafe write(writer, $0, text.utf8.count) }
    #expect(
      try wait { try String(contentsOfFile: running.outputPath, encoding: .utf8).contains("10\n") })
    kill(running.process.processIdentifier, SIGKILL)
    close(writer)
    let killed = try running.wait()
    #expect(killed.signal == SIGKILL)
    let again = try parquet(
      "stellar", "archive", "--local-path", "out", "--write-ahead-log", "log", "--quiet")
    #expect(again.status == 0)
    #expect(again.errors.contains("of a run that was killed"))
    #expect(try count() == 10)
    let check = try parquet("stellar", "check", "out", "--quiet")
    #expect(check.status == 0)
    let names = try FileManager.default.contentsOfDirectory(atPath: parquet.path("log"))
    #expect(names == [])
  }
}
