import Parquet

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Hands over to the scripts of the folder `peers`.
func runPeers(_ options: BenchOptions) throws(ParquetError) {
  try runScript("peers", options.scriptArguments)
}

/// Hands over to the scripts of the folder `midas`.
func runMIDAS(_ options: BenchOptions) throws(ParquetError) {
  try runScript("midas", options.scriptArguments)
}

/// Hands over to the scripts of the folder `stellar`.
func runStellar(_ options: BenchOptions) throws(ParquetError) {
  try runScript("stellar", options.scriptArguments)
}

/// Hands over to `wide.py`.
func runWide(_ options: BenchOptions) throws(ParquetError) {
  var arguments = ["--columns", "\(options.columns)"]
  if let runs = options.runs { arguments += ["--runs", "\(runs)"] }
  if let limit = options.limit { arguments += ["--limit", "\(limit)"] }
  if let atMost = options.atMost { arguments += ["--at-most", "\(atMost)"] }
  try runScript("wide.py", arguments)
}

/// Hands over to `guard.py`, which does `what` and needs no other engine.
func runGuard(_ what: String) throws(ParquetError) {
  try runScript("guard.py", [what], python: "python3")
}

/// Becomes the script `name` of this folder, which is told where this executable lies.
private func runScript(
  _ name: String, _ options: [String], python: String? = nil
) throws(ParquetError) {
  let folder = #filePath.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
  let package = folder.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
  let prepared = unsafe getenv("PARQUET_PYTHON").map { unsafe String(cString: $0) }
  let arguments = [
    python ?? prepared ?? "\(package)/.venv/bin/python", "\(folder)/\(name)", "--bench",
    executablePath(),
  ]
  let number = execute(arguments + options)
  throw ParquetError(
    .inputOutput,
    "\(arguments[0]) cannot be started (\(unsafe String(cString: strerror(number))));"
      + " `make packages python` prepares it")
}

/// Becomes `swift run -c release bench` of the same package with the same arguments and traits.
func runInRelease(arguments: [String]) -> Never {
  let package = #filePath.split(separator: "/").dropLast(2).reduce("") { $0 + "/" + $1 }
  var command = ["swift", "run", "-c", "release", "--package-path", package]
  // .../SCRATCH/TRIPLE/debug/bench
  let scratch = executablePath().split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
  if scratch.utf8.count > 1 { command += ["--scratch-path", scratch] }
  let traits = builtTraits()
  if !traits.isEmpty { command += ["--traits", traits.joined(separator: ",")] }
  let number = execute(command + ["bench"] + arguments.dropFirst())
  printError("bench: swift cannot be started: \(unsafe String(cString: strerror(number)))")
  exit(1)
}

private func builtTraits() -> [String] {
  var traits: [String] = []
  #if LZ4
    traits.append("LZ4")
  #endif
  #if Brotli
    traits.append("Brotli")
  #endif
  #if Deflate
    traits.append("Deflate")
  #endif
  #if Crypto
    traits.append("Crypto")
  #endif
  #if Cloud
    traits.append("Cloud")
  #endif
  #if PostgreSQL
    traits.append("PostgreSQL")
  #endif
  return traits
}

private func executablePath() -> String {
  #if canImport(Glibc)
    var bytes = [CChar](repeating: 0, count: 4096)
    let count = unsafe readlink("/proc/self/exe", &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(0, count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
  #else
    return CommandLine.arguments[0]
  #endif
}

/// Replaces this process; comes back with the system's error number only where it cannot.
private func execute(_ arguments: [String]) -> Int32 {
  var pointers = unsafe arguments.map { unsafe strdup($0) } + [nil]
  guard let program = unsafe pointers[0] else { return ENOMEM }
  unsafe execvp(program, &pointers)
  return errno
}
