// Reads damaged files in every way there is. The driver, check_mutants.py, runs it in processes of their
// own, so that a trap is seen, and watches that each file is done in time.
//
//   mutant-reader run LIST SEED START STEP END   mutants START, START + STEP, … below END of the files
//                                                named in LIST, one a line; told on standard output:
//                                                'at N' before each, 'finding N TEXT', 'sum JSON'
//   mutant-reader recipe LIST SEED N             which file, donor and seed mutant N is made of
//   mutant-reader write FILE DONOR SEED OUT      makes the mutant
//   mutant-reader read FILE… [--seed SEED]       reads files as mutants are read

import FuzzBodies
import Parquet

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

func fail(_ message: String) -> Never {
  say("mutant-reader: \(message)\n", to: STDERR_FILENO)
  exit(2)
}

func say(_ text: String, to file: Int32 = STDOUT_FILENO) {
  let bytes = [UInt8](text.utf8)
  _ = unsafe write(file, bytes, bytes.count)
}

func load(_ path: String) -> [UInt8] {
  do throws(ParquetError) {
    let source = try FileSource(path: path)
    return try source.read(0..<source.byteCount).array()
  } catch { fail("\(error)") }
}

func seedFile(_ path: String) -> SeedFile { SeedFile(name: path, bytes: load(path)) }

/// What mutant number `number` is made of.
struct Recipe {
  let file: Int
  let donor: Int
  let seed: UInt64

  /// Small files are chosen more often: a large one takes as long as many of them.
  init(_ number: Int, seed: UInt64, byteCounts: [Int]) {
    var random = Random(seed: seed &* 0x1_0000_0001 &+ UInt64(number))
    var file = 0
    for _ in 0..<64 {
      file = random.within(0..<byteCounts.count)
      let weight = max(12, min(1024, 1024 * 12_288 / max(byteCounts[file], 1)))
      if random.within(0..<1024) < weight { break }
    }
    self.file = file
    donor = random.within(0..<byteCounts.count)
    self.seed = random.next()
  }
}

struct Runner {
  /// What a process needs beside what was read: text being made, codecs, pages of the heap.
  static let slackByteCount = 32 << 20

  let files: [SeedFile]
  let seed: UInt64
  private var outcomes: [String: Int] = [:]
  private var worstMemory = 0.0
  private var slowest = (milliseconds: 0, number: 0)

  init(_ list: String, seed: UInt64) {
    files = String(decoding: load(list), as: UTF8.self).split(separator: "\n")
      .map { seedFile(String($0)) }
    self.seed = seed
    guard !files.isEmpty else { fail("\(list): no files") }
  }

  mutating func run(_ numbers: StrideTo<Int>) {
    let byteCounts = files.map(\.bytes.count)
    for number in numbers {
      say("at \(number)\n")
      let recipe = Recipe(number, seed: seed, byteCounts: byteCounts)
      let bytes = Mutator.mutant(
        of: files[recipe.file], donor: files[recipe.donor], seed: recipe.seed
      ).bytes
      for finding in read(bytes, recipe.seed, number) { say("finding \(number) \(finding)\n") }
    }
    let counts = outcomes.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value)" }
    say(
      "sum {\"outcomes\": {\(counts.joined(separator: ", "))}, \"memory\": \(worstMemory),"
        + " \"slowest\": [\(slowest.milliseconds), \(slowest.number)]}\n")
  }

  /// Reads a mutant; what must not be.
  mutating func read(_ bytes: [UInt8], _ seed: UInt64, _ number: Int) -> [String] {
    let allowance = (64 << 20) + 64 * bytes.count
    let limit = allowance + bytes.count + Runner.slackByteCount
    let before = ProcessMemory.now
    ProcessMemory.limitAddresses(before.addresses + limit)
    ProcessMemory.forgetPeak()
    let clock = ContinuousClock()
    let start = clock.now
    var reading = MutantReading(bytes, seed: seed)
    reading.run()
    let time = Int((clock.now - start) / .milliseconds(1))
    let memory = ProcessMemory.peak - before.resident
    var findings = reading.findings.map { $0.replacing("\n", with: " ") }
    if memory > limit { findings.append("\(memory) bytes of memory; \(limit) are allowed") }
    worstMemory = max(worstMemory, Double(memory) / Double(allowance))
    if time > slowest.milliseconds { slowest = (time, number) }
    for (code, count) in reading.outcomes { outcomes[code, default: 0] += count }
    return findings
  }
}

extension String {
  fileprivate func replacing(_ old: Character, with new: Character) -> String {
    String(map { $0 == old ? new : $0 })
  }
}

func number(_ text: String) -> UInt64 {
  guard let number = UInt64(text) else { fail("\(text): a number is needed") }
  return number
}

let arguments = Array(CommandLine.arguments.dropFirst())
switch (arguments.first, arguments.count) {
case ("run", 6):
  var runner = Runner(arguments[1], seed: number(arguments[2]))
  let (start, step) = (Int(number(arguments[3])), Int(number(arguments[4])))
  runner.run(stride(from: start, to: Int(number(arguments[5])), by: step))
case ("recipe", 4):
  let runner = Runner(arguments[1], seed: number(arguments[2]))
  let recipe = Recipe(
    Int(number(arguments[3])), seed: runner.seed, byteCounts: runner.files.map(\.bytes.count))
  let (file, donor) = (runner.files[recipe.file], runner.files[recipe.donor])
  say("\(file.name)\n\(donor.name)\n\(recipe.seed)\n")
case ("write", 5):
  let (bytes, log) = Mutator.mutant(
    of: seedFile(arguments[1]), donor: seedFile(arguments[2]), seed: number(arguments[3]))
  guard let file = unsafe fopen(arguments[4], "wb") else { fail("\(arguments[4]): cannot be made") }
  _ = unsafe fwrite(bytes, 1, bytes.count, file)
  unsafe fclose(file)
  say(log.joined(separator: "\n") + "\n")
case ("read", 4...) where arguments[arguments.count - 2] == "--seed":
  for path in arguments[1..<arguments.count - 2] {
    var reading = MutantReading(load(path), seed: number(arguments[arguments.count - 1]))
    reading.run()
    say("\(path): \(reading.outcomes.sorted { $0.key < $1.key }) \(reading.findings)\n")
  }
default:
  fail(
    "usage: run LIST SEED START STEP END | recipe LIST SEED N | write FILE DONOR SEED OUT"
      + " | read FILE… --seed SEED")
}
