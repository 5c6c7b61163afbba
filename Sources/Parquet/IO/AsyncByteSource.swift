/// Bytes that are read by range and waited for: those of an object store, by an asynchronous client.
///
/// ``AsyncParquetReader`` reads them. A source that makes its caller wait is a ``RangeSource``.
public protocol AsyncByteSource: Sendable {
  /// What to call the source in an error.
  var name: String { get }
  /// How reads are put together; by default ``ReadCoalescing/init()``. Its ``ReadCoalescing/byteLimit`` is not
  /// looked at: what is needed is held whole.
  var coalescing: ReadCoalescing { get }
  /// The last `count` bytes, or all where there are fewer, and how many there are altogether.
  ///
  /// - Throws: ``ParquetError`` with code `inputOutput` where they cannot be read.
  nonisolated(nonsending) func readSuffix(
    _ count: Int
  ) async throws(ParquetError) -> (bytes: Bytes, byteCount: Int)
  /// The bytes of `range`, all of them and no more. Called from several tasks at a time.
  ///
  /// - Throws: ``ParquetError`` with code `inputOutput` where they cannot be read.
  nonisolated(nonsending) func read(_ range: Range<Int>) async throws(ParquetError) -> Bytes
}

extension AsyncByteSource {
  /// Gaps of 1 MiB are read along, four reads at a time.
  public var coalescing: ReadCoalescing { ReadCoalescing() }

  /// The bytes of `ranges`, which are put together first; in order.
  ///
  /// - Throws: ``ParquetError`` where one cannot be read; the others are cancelled.
  nonisolated(nonsending) func readAll(
    _ ranges: [Range<Int>]
  ) async throws(ParquetError) -> [HeldBytes] {
    let runs = coalescing.merged(ranges)
    let results = await withTaskGroup(
      of: (Int, Result<HeldBytes, ParquetError>).self,
      returning: [Result<HeldBytes, ParquetError>?].self
    ) { group in
      var results: [Result<HeldBytes, ParquetError>?] = Array(repeating: nil, count: runs.count)
      var next = 0
      func start() {
        guard next < runs.count else { return }
        let number = next
        next += 1
        group.addTask { (number, await self.held(runs[number])) }
      }
      for _ in 0..<min(max(1, coalescing.concurrentReads), runs.count) { start() }
      while let (number, result) = await group.next() {
        results[number] = result
        if case .failure = result {
          group.cancelAll()
          break
        }
        start()
      }
      return results
    }
    var held: [HeldBytes] = []
    for case .failure(let error)? in results { throw error }
    for case .success(let bytes)? in results { held.append(bytes) }
    return held
  }

  private nonisolated(nonsending) func held(
    _ range: Range<Int>
  ) async -> Result<HeldBytes, ParquetError> {
    do throws(ParquetError) {
      let bytes = try await read(range)
      guard bytes.count == range.count else {
        throw .wrongByteCount(bytes.count, of: range, in: name)
      }
      return .success(HeldBytes(bytes, at: range.lowerBound))
    } catch {
      return .failure(error.adding(file: name, byteOffset: range.lowerBound))
    }
  }
}
