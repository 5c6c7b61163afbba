import Parquet

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A piece of work whose instructions and allocations are counted, apart from what prepares it.
///
/// `guard.py` runs a process for each under callgrind, which counts `bench_measured` apart from the rest.
struct Kernel {
  /// What a kernel does once it is prepared; it says how many rows that were.
  typealias Work = () throws(ParquetError) -> Int

  let name: String
  /// The rows that are taken where nothing else is asked for.
  let rowCount: Int
  let prepare: (_ rowCount: Int) throws(ParquetError) -> Work
}

/// What the measured call does; a function of C takes no closure.
nonisolated(unsafe) private var measuredWork: Kernel.Work?
nonisolated(unsafe) private var measuredFailure: ParquetError?
nonisolated(unsafe) private var measuredRowCount = 0

/// Does the prepared work. The symbol is what callgrind looks for.
@_silgen_name("bench_measured")
@inline(never)
func benchMeasured() {
  do throws(ParquetError) { unsafe measuredRowCount = try measuredWork?() ?? 0 } catch {
    unsafe measuredFailure = error
  }
}

/// Runs one kernel, or lists them.
struct KernelBenchmark {
  private let options: BenchOptions

  init(_ options: BenchOptions) { self.options = options }

  func list() {
    for kernel in Kernels.all { print(kernel.name) }
  }

  func run() throws(ParquetError) {
    guard let kernel = Kernels.named(options.kernel) else {
      throw ParquetError(
        .invalidArgument, "there is no kernel \(options.kernel); `bench --kernels` lists them")
    }
    unsafe measuredWork = try kernel.prepare(options.rows ?? kernel.rowCount)
    let start = ContinuousClock.now
    benchMeasured()
    let time = seconds(since: start)
    unsafe measuredWork = nil
    if let failure = unsafe measuredFailure { throw failure }
    print("\(kernel.name) \(unsafe measuredRowCount) rows \(fixed(time * 1e3, 3)) ms")
  }
}
