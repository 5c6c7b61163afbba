import Foundation
import Testing

/// What a run of the command came to.
struct CommandResult {
  /// The exit status; nil where a signal ended the run.
  var status: Int32?
  /// The signal that ended the run.
  var signal: Int32?
  var output: String
  var errors: String
}

/// The built command in a directory of its own, which is removed with it.
final class BuiltCommand {
  /// The directory that runs happen in.
  let directory: String
  /// Where streams of runs are kept, so that the directory holds nothing but what runs leave.
  private let streams: String

  init() throws {
    let root = NSTemporaryDirectory() + "parquet-command-\(UUID().uuidString)"
    directory = root + "/work"
    streams = root + "/streams"
    for path in [directory, streams] {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
  }

  deinit {
    try? FileManager.default.removeItem(
      atPath: URL(fileURLWithPath: directory).deletingLastPathComponent().path)
  }

  /// The executable, beside the tests' own.
  static let executable: String = {
    let places =
      [URL(fileURLWithPath: CommandLine.arguments[0]), Bundle.main.bundleURL]
      + Bundle.allBundles.map(\.bundleURL)
    let paths = places.map { $0.deletingLastPathComponent().appendingPathComponent("parquet").path }
    return paths.first { FileManager.default.isExecutableFile(atPath: $0) } ?? "parquet not found"
  }()

  /// Runs `parquet` with `arguments`.
  func callAsFunction(
    _ arguments: String..., input: String = "", environment: [String: String] = [:]
  ) throws -> CommandResult {
    try run(BuiltCommand.executable, arguments, input: input, environment: environment)
  }

  /// Runs `parquet` with `arguments`.
  func callAsFunction(_ arguments: [String], environment: [String: String] = [:]) throws
    -> CommandResult
  {
    try run(BuiltCommand.executable, arguments, environment: environment)
  }

  /// Runs a line of shell, in which `$parquet` is the command.
  func shell(_ line: String) throws -> CommandResult {
    try run("/bin/sh", ["-c", line], environment: ["parquet": BuiltCommand.executable])
  }

  /// Runs any program in the directory.
  func run(
    _ program: String, _ arguments: [String], input: String = "",
    environment: [String: String] = [:]
  ) throws -> CommandResult {
    let running = try start(program, arguments, input: input, environment: environment)
    return try running.wait()
  }

  /// A run that goes on while the test does.
  struct Running {
    let process: Process
    let outputPath: String
    let errorPath: String

    func wait() throws -> CommandResult {
      process.waitUntilExit()
      let isExit = process.terminationReason == .exit
      return CommandResult(
        status: isExit ? process.terminationStatus : nil,
        signal: isExit ? nil : process.terminationStatus,
        output: try String(contentsOfFile: outputPath, encoding: .utf8),
        errors: try String(contentsOfFile: errorPath, encoding: .utf8))
    }
  }

  /// Starts any program in the directory. Streams are files, so that no run waits for its reader.
  func start(
    _ program: String, _ arguments: [String], input: String = "",
    environment: [String: String] = [:]
  ) throws -> Running {
    let name = "\(streams)/\(UUID().uuidString)"
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: directory)
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    try Data(input.utf8).write(to: URL(fileURLWithPath: name + ".in"))
    for suffix in [".out", ".err"] {
      try Data().write(to: URL(fileURLWithPath: name + suffix))
    }
    process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: name + ".in"))
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: name + ".out"))
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: name + ".err"))
    try process.run()
    return Running(process: process, outputPath: name + ".out", errorPath: name + ".err")
  }

  // MARK: Files

  func path(_ name: String) -> String { "\(directory)/\(name)" }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path(name)))
  }

  func bytes(of name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path(name)))
  }

  func text(of name: String) throws -> String {
    try String(contentsOfFile: path(name), encoding: .utf8)
  }

  func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path(name)) }

  /// The names in the directory, hidden ones too.
  func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
  }
}

/// Expects a run that failed as the contract has it: the status, nothing on standard output, one line.
func expectFailure(
  _ result: CommandResult, _ status: Int32, _ line: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(result.status == status, "signal \(result.signal ?? 0)", sourceLocation: sourceLocation)
  #expect(result.output == "", sourceLocation: sourceLocation)
  #expect(result.errors == line + "\n", sourceLocation: sourceLocation)
}
