import Foundation
import Testing

/// Standard streams, readers that go away, and the user's wish to stop.
@Suite struct StreamTests {
  let parquet: BuiltCommand

  init() throws {
    parquet = try BuiltCommand()
    try parquet.write("id,name\n1,a\n2,\"b, c\"\n3,\n", to: "in.csv")
  }

  @Test func everyFormatThroughPipes() throws {
    let result = try parquet.shell(
      "cat in.csv | $parquet convert - - --from csv --to parquet --quiet"
        + " | $parquet convert - - --from parquet --to ndjson --quiet"
        + " | $parquet convert - - --from ndjson --to parquet --quiet"
        + " | $parquet cat - --format csv")
    #expect(result.output == "id,name\n1,a\n2,\"b, c\"\n3,\n")
    #expect(result.errors == "")
    #expect(try parquet.names() == ["in.csv"])
  }

  /// What must be begun anew for a wider type does not show twice in a stream.
  @Test func aStreamIsWrittenOnce() throws {
    let rows = (0..<200_000).map { String($0) } + ["x"]
    try parquet.write("a\n" + rows.joined(separator: "\n") + "\n", to: "late.csv")
    let result = try parquet("convert", "late.csv", "-", "--to", "ndjson", "--quiet")
    #expect(result.status == 0)
    #expect(result.output == rows.map { "{\"a\":\"\($0)\"}\n" }.joined())
  }

  @Test func dataAndWordsStayApart() throws {
    let result = try parquet("convert", "in.csv", "-", "--to", "ndjson")
    #expect(
      result.output
        == "{\"id\":1,\"name\":\"a\"}\n{\"id\":2,\"name\":\"b, c\"}\n{\"id\":3,\"name\":null}\n")
    #expect(result.errors == "standard output: 3 rows, 2 columns, 64 B\n")
    let quiet = try parquet("convert", "in.csv", "-", "--to", "ndjson", "--quiet")
    #expect(quiet.output == result.output)
    #expect(quiet.errors == "")
  }

  @Test(arguments: [
    "cat file.parquet", "cat file.parquet --format csv", "inspect file.parquet --pages",
    "convert file.parquet - --to ndjson --quiet", "convert many.csv - --to parquet --quiet",
  ])
  func aReaderThatGoesAwayEndsTheRunQuietly(_ command: String) throws {
    let rows = (0..<100_000).map { "\($0),name \($0 &* 7_919 % 100_003)" }
    try parquet.write("id,name\n" + rows.joined(separator: "\n") + "\n", to: "many.csv")
    let made = try parquet(
      "convert", "many.csv", "file.parquet", "--page-rows", "50", "--row-group-rows", "5000")
    #expect(made.status == 0)
    let result = try parquet.shell(
      "{ $parquet \(command) 2>errors; echo $? >status; } | head -c 10 | wc -c | tr -d ' '")
    #expect(result.output == "10\n")
    #expect(result.errors == "")
    #expect(try parquet.text(of: "errors") == "")
    #expect(try parquet.text(of: "status") == "0\n")
  }

  @Test func aFullStandardOutputIsAnError() throws {
    guard FileManager.default.fileExists(atPath: "/dev/full") else {
      // Only one system has it; the others have other means to fill a disk.
      #expect(!ProcessInfo.processInfo.operatingSystemVersionString.contains("Linux"))
      return
    }
    let result = try parquet.shell("$parquet convert in.csv - --to ndjson --quiet >/dev/full")
    expectFailure(
      result, 1, "parquet: standard output: cannot be written: No space left on device")
  }

  @Test(arguments: [SIGINT, SIGTERM], [false, true])
  func stopsWhenAsked(_ signal: Int32, named: Bool) throws {
    let rows = (0..<100_000).map { "\($0)" }
    try parquet.write("id\n" + rows.joined(separator: "\n") + "\n", to: "in.csv")
    // It waits before the first of its writes, with its signal handlers in place.
    let running = try parquet.start(
      BuiltCommand.executable,
      ["convert", "in.csv", "out.parquet", "--quiet"]
        + ["--row-group-rows", "1000", "--compression", "none", "--encoding", "plain"],
      environment: ["PARQUET_TEST_FILE_CALLS": named ? "named,stop:3" : "stop:2"])
    let id = running.process.processIdentifier
    defer { kill(id, SIGCONT) }
    try waitForState("T", of: running)
    kill(id, signal)
    kill(id, SIGCONT)
    let result = try running.wait()
    #expect(result.status == 130, "signal \(result.signal ?? 0)")
    #expect(result.output == "")
    #expect(result.errors == "")
    #expect(try parquet.names() == ["in.csv"])
  }

  @Test func aRunThatWaitsForInputStopsToo() throws {
    #expect(unsafe mkfifo(parquet.path("slow.csv"), 0o600) == 0)
    let running = try parquet.start(
      BuiltCommand.executable, ["convert", "slow.csv", "out.parquet", "--from", "csv", "--quiet"])
    // Opening waits until the run reads. Once it has taken what there is, it sleeps in its next read.
    let pipe = try FileHandle(forWritingTo: URL(fileURLWithPath: parquet.path("slow.csv")))
    try pipe.write(contentsOf: Data("a\n1\n".utf8))
    var unread: Int32 = 1
    while unread > 0 {
      #expect(unsafe ioctl(pipe.fileDescriptor, UInt(FIONREAD), &unread) == 0)
      usleep(1000)
    }
    try waitForState("S", of: running)
    kill(running.process.processIdentifier, SIGINT)
    let result = try running.wait()
    try pipe.close()
    #expect(result.status == 130, "signal \(result.signal ?? 0)")
    #expect(result.errors == "")
    #expect(try parquet.names() == ["in.csv", "slow.csv"])
  }

  /// Waits until the run is stopped (T) or sleeps (S).
  private func waitForState(_ state: String, of running: BuiltCommand.Running) throws {
    let id = String(running.process.processIdentifier)
    while running.process.isRunning {
      let found = try parquet.run("/bin/ps", ["-o", "stat=", "-p", id]).output
      if found.hasPrefix(state) { return }
      usleep(1000)
    }
    Issue.record("the run ended before it was to wait")
  }
}
