import Foundation
import Testing

/// A run into a folder that dies at any moment leaves what was there, or, while files get their names, whole files of
/// both runs; the next run that overwrites leaves its own files alone.
///
/// The command ends itself, as SIGKILL does, in place of the k-th call that changes files; k grows until a run ends
/// undisturbed.
@Suite struct FolderCrashTests {
  let parquet: BuiltCommand

  init() throws {
    parquet = try BuiltCommand()
    for (name, count) in [("old", 600), ("new", 300)] {
      let rows = (0..<count).map { "\($0),\(name)\($0 % (name == "old" ? 3 : 2))" }
      try parquet.write("id,kind\n" + rows.joined(separator: "\n") + "\n", to: "\(name).csv")
    }
    // One folder that both have.
    try parquet.write(try parquet.text(of: "new.csv") + "1,old1\n", to: "new.csv")
  }

  private func convert(
    _ name: String, _ folder: String, _ options: [String], faults: String = ""
  ) throws -> CommandResult {
    try parquet(
      ["convert", "\(name).csv", folder, "--partition-by", "kind", "--file-rows", "90", "--quiet"]
        + options,
      environment: faults.isEmpty ? [:] : ["PARQUET_TEST_FILE_CALLS": faults])
  }

  /// The bytes of the files in a folder, those that readers see and the hidden ones apart.
  private func files(_ folder: String) throws -> (seen: [String: Data], hidden: [String]) {
    let all = FileManager.default.enumerator(atPath: parquet.path(folder))?.allObjects
    var seen: [String: Data] = [:]
    var hidden: [String] = []
    for name in (all as? [String] ?? []).sorted() where name.hasSuffix(".parquet") {
      seen[name] = try parquet.bytes(of: "\(folder)/\(name)")
    }
    for name in all as? [String] ?? [] where name.contains("/.") { hidden.append(name) }
    return (seen, hidden)
  }

  @Test(arguments: [false, true], ["", "--overwrite", "--append"])
  func everyMomentOfDeath(named: Bool, option: String) throws {
    let suffix = named ? ",named" : ""
    #expect(try convert("old", "before", []).status == 0)
    #expect(try convert("new", "after", []).status == 0)
    let (old, new) = (try files("before").seen, try files("after").seen)
    #expect(old.count == 9 && new.count == 5)
    let stale = Set(old.keys).subtracting(new.keys)
    #expect(stale.count == 8)

    var (deaths, untouched, mixed, left) = (0, 0, 0, 0)
    for k in 1...300 {
      try? parquet.remove("out")
      if option != "" {
        let paths = ["before", "out"].map(parquet.path)
        try FileManager.default.copyItem(atPath: paths[0], toPath: paths[1])
      }
      let start = option == "" ? [:] : old
      let options = option == "" ? [] : [option]
      let result = try convert("new", "out", options, faults: "die:\(k)\(suffix)")
      let (seen, hidden) = try files("out")
      let foreign = seen.filter { name, bytes in
        let isNew = new.values.contains(bytes)
        return bytes != start[name] && (option == "--append" ? !isNew : bytes != new[name])
      }
      #expect(foreign.isEmpty, "after call \(k): \(foreign.keys)")
      if option == "--append" {
        #expect(start.allSatisfy { seen[$0.key] == $0.value }, "after call \(k)")
      }
      // What has no successor goes when all that is new is there.
      let isComplete = new.allSatisfy { seen[$0.key] == $0.value }
      if option == "--overwrite", !isComplete {
        #expect(stale.allSatisfy { seen[$0] != nil }, "after call \(k)")
      }
      if result.status == 0 {
        #expect(hidden.isEmpty)
        if option == "--append" {
          #expect(seen.count == old.count + new.count)
        } else {
          #expect(seen == new)
        }
        break
      }
      #expect(result.signal == SIGKILL)
      deaths += 1
      if seen == start { untouched += 1 } else { mixed += 1 }
      if !hidden.isEmpty { left += 1 }
      let next = try convert("new", "out", ["--overwrite"])
      #expect(next.status == 0, "\(next.errors)")
      let (again, rest) = try files("out")
      #expect(again == new && rest.isEmpty, "after call \(k): \(rest)")
    }
    // Each file is made and synchronised before the first one gets its name.
    #expect(untouched >= 5 * 3 && mixed >= 5 && left > 5)
    #expect(deaths == untouched + mixed && deaths < 250)
  }
}
