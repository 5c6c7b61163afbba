// swift-tools-version: 6.2
import PackageDescription

// Every target is built under the same rules: no implicit existential, no leaked C import, every
// unsafe expression marked, no warning left standing.
let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "swift-parquet",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Parquet", targets: ["Parquet"]),
    .library(name: "ParquetTables", targets: ["Tables"]),
    .library(name: "ParquetDatasets", targets: ["Datasets"]),
    .library(name: "ParquetObjectStorage", targets: ["ObjectStorage"]),
    .library(name: "MIDAS", targets: ["MIDAS"]),
    .library(name: "Stellar", targets: ["Stellar"]),
    .executable(name: "parquet", targets: ["ParquetCommand"]),
    .executable(name: "bench", targets: ["bench"]),
    // For the package under Fuzz alone.
    .library(name: "FuzzBodies", targets: ["FuzzBodies"]),
  ],
  traits: [
    .trait(name: "LZ4", description: "LZ4_RAW pages, and the deprecated LZ4 when reading (liblz4)"),
    .trait(name: "Brotli", description: "Brotli pages (libbrotli)"),
    .trait(name: "Deflate", description: "Faster gzip pages (libdeflate)"),
    .trait(name: "Crypto", description: "Modular encryption (libcrypto)"),
    .trait(
      name: "Cloud", description: "S3, Google Cloud Storage and Azure Blob (libcurl)",
      enabledTraits: ["Crypto"]),
    .trait(name: "PostgreSQL", description: "Upserts into PostgreSQL (libpq)"),
    .default(enabledTraits: []),
  ],
  targets: [
    .systemLibrary(
      name: "CZstd", pkgConfig: "libzstd",
      providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),
    .systemLibrary(
      name: "CSnappy", pkgConfig: "snappy",
      providers: [.apt(["libsnappy-dev"]), .brew(["snappy"])]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .systemLibrary(
      name: "CLZ4", pkgConfig: "liblz4",
      providers: [.apt(["liblz4-dev"]), .brew(["lz4"])]),
    .systemLibrary(
      name: "CBrotli", pkgConfig: "libbrotlienc",
      providers: [.apt(["libbrotli-dev"]), .brew(["brotli"])]),
    .systemLibrary(
      name: "CDeflate", pkgConfig: "libdeflate",
      providers: [.apt(["libdeflate-dev"]), .brew(["libdeflate"])]),
    .systemLibrary(
      name: "CCrypto", pkgConfig: "libcrypto",
      providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),

    // The engine: one module, so that the optimiser sees everything.
    .target(
      name: "Parquet",
      dependencies: [
        "CZstd", "CSnappy", "CZlib",
        .target(name: "CLZ4", condition: .when(traits: ["LZ4"])),
        .target(name: "CBrotli", condition: .when(traits: ["Brotli"])),
        .target(name: "CDeflate", condition: .when(traits: ["Deflate"])),
        .target(name: "CCrypto", condition: .when(traits: ["Crypto"])),
      ],
      swiftSettings: settings),
    .target(name: "Tables", dependencies: ["Parquet"], swiftSettings: settings),
    .target(name: "ObjectStorage", dependencies: ["Parquet"], swiftSettings: settings),
    .target(
      name: "Datasets", dependencies: ["Parquet", "ObjectStorage"], swiftSettings: settings),
    .target(
      name: "MIDAS", dependencies: ["Parquet", "Tables", "Datasets"], swiftSettings: settings),
    .target(
      name: "Stellar", dependencies: ["Parquet", "Tables", "Datasets", "ObjectStorage"],
      swiftSettings: settings),
    .target(name: "CommandSupport", dependencies: ["Parquet"], swiftSettings: settings),
    .executableTarget(
      name: "ParquetCommand",
      dependencies: [
        "Parquet", "Tables", "Datasets", "ObjectStorage", "MIDAS", "Stellar", "CommandSupport",
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "bench", dependencies: ["Parquet", "Tables", "ObjectStorage", "Stellar"],
      path: "Benchmarks",
      exclude: [
        "baseline.json", "guard.py", "midas", "peers", "requirements.txt", "stellar", "wide.py",
      ],
      swiftSettings: settings),

    // Writes the golden files and the random tables that other readers are held against.
    .target(
      name: "GoldenTables", dependencies: ["Parquet"], path: "Tests/GoldenTables",
      swiftSettings: settings),
    .executableTarget(
      name: "golden-writer", dependencies: ["Parquet", "GoldenTables"], path: "Tests/GoldenWriter",
      swiftSettings: settings),
    // What fuzzing does with an input; shared with the package under Fuzz.
    .target(
      name: "FuzzBodies", dependencies: ["Parquet", "Tables"], path: "Tests/FuzzBodies",
      swiftSettings: settings),
    // Reads damaged files in every way; run by Tests/Mutants/check_mutants.py.
    .executableTarget(
      name: "mutant-reader", dependencies: ["Parquet", "FuzzBodies"], path: "Tests/Mutants",
      exclude: ["check_mutants.py"], swiftSettings: settings),
    .testTarget(
      name: "ParquetTests", dependencies: ["Parquet", "GoldenTables"], swiftSettings: settings),
    .testTarget(
      name: "FuzzTests", dependencies: ["FuzzBodies"], swiftSettings: settings),
    .testTarget(name: "TablesTests", dependencies: ["Parquet", "Tables"], swiftSettings: settings),
    .testTarget(
      name: "DatasetsTests", dependencies: ["Parquet", "Datasets"], swiftSettings: settings),
    .testTarget(
      name: "MIDASTests", dependencies: ["Parquet", "Tables", "MIDAS"], swiftSettings: settings),
    .testTarget(
      name: "ObjectStorageTests", dependencies: ["Parquet", "ObjectStorage"],
      swiftSettings: settings),
    .testTarget(
      name: "StellarTests",
      dependencies: ["Parquet", "Tables", "Datasets", "ObjectStorage", "Stellar"],
      swiftSettings: settings),
    .testTarget(
      name: "CommandTests", dependencies: ["Parquet", "CommandSupport", "ParquetCommand"],
      swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6]
)
