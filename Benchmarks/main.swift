import Parquet

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

// Figures of a debug build mean nothing, so that is not what `swift run bench` gives.
#if DEBUG
  runInRelease(arguments: CommandLine.arguments)
#else
  exit(run(arguments: Array(CommandLine.arguments.dropFirst())))
#endif

/// Does what the arguments ask; the exit status.
func run(arguments: [String]) -> Int32 {
  let options: BenchOptions
  do throws(BenchOptions.Problem) { options = try BenchOptions(arguments) } catch {
    printError("bench: \(error.message)")
    return 2
  }
  do throws(ParquetError) {
    switch options.mode {
    case .help: print(BenchOptions.help)
    case .write: try WriteBenchmark(options).run()
    case .read: try ReadBenchmark(options).run()
    case .encodings: try EncodingBenchmark(options).run()
    case .serve:
      var server = PeerServer()
      try server.run()
    case .peers: try runPeers(options)
    case .midas: try runMIDAS(options)
    case .stellar: try runStellar(options)
    case .archive: try ArchiveBenchmark(options).run()
    case .ledgerMessages: try ContractDataMessages(options).make()
    case .weatherArchive: try WeatherArchive(options).make()
    case .memory: try MemoryBenchmark(options).run()
    case .wide: try runWide(options)
    case .kernels: KernelBenchmark(options).list()
    case .kernel: try KernelBenchmark(options).run()
    case .check: try runGuard("check")
    case .baseline: try runGuard("baseline")
    case .growth: try runGuard("growth")
    case .stream: try StreamBenchmark(options).run()
    case .rows: try RowsBenchmark(options).run()
    case .wideStep: try WideTable(options).run(options.wideStep)
    }
    return 0
  } catch {
    printError("bench: \(error)")
    return 1
  }
}
