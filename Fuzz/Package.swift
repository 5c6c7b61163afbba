// swift-tools-version: 6.2
import PackageDescription

// The libFuzzer targets: a package of its own, as its executables have no main and would break the build of
// the one around it. Each is one line that calls a body of Tests/FuzzBodies.
//
//   swift build -c release --sanitize=fuzzer --sanitize=address --product fuzz-file
let targets = ["file", "thrift", "encoding", "csv", "ndjson"]

let package = Package(
  name: "fuzz",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(
      name: "swift-parquet", path: "..", traits: ["LZ4", "Brotli", "Deflate", "Crypto"])
  ],
  targets: targets.map { name in
    .executableTarget(
      name: "fuzz-\(name)",
      dependencies: [.product(name: "FuzzBodies", package: "swift-parquet")],
      path: "Targets/\(name)",
      swiftSettings: [.strictMemorySafety(), .treatAllWarnings(as: .error)])
  },
  swiftLanguageModes: [.v6]
)
