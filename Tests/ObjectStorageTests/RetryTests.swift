import ObjectStorage
import Parquet
import Synchronization
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A store with faults behind retries, and what was waited for.
private struct Bench {
  let inner = MemoryObjectStore()
  let faulty: FaultyObjectStore
  let waits = Collected<Duration>()
  let slices = Collected<Duration>()
  let store: RetryingObjectStore

  init(_ policy: RetryPolicy = RetryPolicy()) {
    faulty = FaultyObjectStore(inner)
    let (slices, waits) = (slices, waits)
    store = RetryingObjectStore(
      faulty,
      retrier: Retrier(
        policy: policy, sleep: { slices.append($0) }, onRetry: { waits.append($0.wait) }))
  }
}

@Suite struct RetryTests {
  @Test func waitsAsThePolicySays() throws {
    let policy = RetryPolicy()
    #expect(
      (1...7).map { policy.wait(before: $0) } == [1, 2, 4, 8, 16, 30, 30].map { .seconds($0) })
    #expect(policy.wait(before: .max) == .seconds(30))
    let short = RetryPolicy(retryCount: 1, firstWait: .seconds(9), longestWait: .seconds(5))
    #expect(short.wait(before: 1) == .seconds(5))
    #expect(RetryPolicy(firstWait: .zero).wait(before: .max) == .zero)

    let bench = Bench()
    bench.faulty.failNext(3)
    try bench.store.put("x", "a")
    #expect(try bench.inner.text("a") == "x")
    #expect(bench.faulty.calls == [.put, .put, .put, .put])
    #expect(bench.waits.elements == [.seconds(1), .seconds(2), .seconds(4)])
    #expect(bench.slices.elements == [Duration](repeating: .milliseconds(100), count: 70))
  }

  @Test func givesUp() throws {
    let bench = Bench()
    bench.faulty.failNext(.max)
    let refused = try #require(error { try bench.store.put("x", "a") })
    #expect(refused.message == "the store has a fault (after 3 retries)")
    #expect(refused.isTransient)
    #expect(bench.faulty.calls.count == 4)

    let once = Bench(RetryPolicy(retryCount: 1))
    once.faulty.failNext(.max)
    #expect(error { try once.store.put("x", "a") }?.message.hasSuffix("(after 1 retry)") == true)
    let never = Bench(.never)
    never.faulty.failNext(.max)
    #expect(error { try never.store.put("x", "a") }?.message == "the store has a fault")
    #expect(never.faulty.calls.count == 1)
  }

  @Test func retriesNothingThatWouldFailAgain() throws {
    let bench = Bench()
    try bench.store.put("x", "a")
    #expect(error { try bench.store.put("x", "a") }?.isConflict == true)
    #expect(error { _ = try bench.store.read(ObjectKey("b")) }?.isMissingObject == true)
    for code in [ParquetError.Code.invalidArgument, .cancelled, .malformedFile] {
      let cause = SystemError(number: EIO)
      bench.faulty.failNext(1, with: ParquetError(code, "no", cause: cause))
      #expect(error { _ = try bench.store.read(ObjectKey("a")) }?.message == "no")
    }
    for number in [EACCES, ENOENT, ENOTDIR, EROFS, ENAMETOOLONG, EEXIST] {
      let cause = SystemError(number: number)
      bench.faulty.failNext(1, with: ParquetError(.inputOutput, "no", cause: cause))
      #expect(error { try bench.store.put("x", "c") }?.message == "no")
    }
    #expect(bench.waits.elements == [])
    for number in [EIO, EAGAIN, EINTR, ENOSPC, EDQUOT] {
      let cause = SystemError(number: number)
      bench.faulty.failNext(1, with: ParquetError(.inputOutput, "no", cause: cause))
      #expect(try bench.store.text("a") == "x")
    }
    #expect(bench.waits.elements.count == 5)
  }

  @Test func cancellingEndsAWait() throws {
    let faulty = FaultyObjectStore(MemoryObjectStore())
    faulty.failNext(.max)
    let slept = Collected<Duration>()
    let retrier = Retrier(
      check: { () throws(ParquetError) in
        if slept.elements.count >= 5 { throw ParquetError(.cancelled, "interrupted") }
      }, sleep: { slept.append($0) })
    let store = RetryingObjectStore(faulty, retrier: retrier)
    let refused = error { try store.put("x", "a") }
    #expect(refused?.code == .cancelled)
    #expect(refused?.message == "interrupted")
    #expect(slept.elements.count == 5)
    #expect(faulty.calls == [.put])
  }

  /// Without a sleeper of the test's own.
  @Test func timePasses() throws {
    let faulty = FaultyObjectStore(MemoryObjectStore())
    faulty.failNext(2)
    let store = RetryingObjectStore(
      faulty, retrier: Retrier(policy: RetryPolicy(firstWait: .milliseconds(60))))
    let time = try ContinuousClock().measure { try store.put("x", "a") }
    #expect(time >= .milliseconds(175))
    #expect(time < .seconds(20))
  }

  // MARK: Answers that are lost

  @Test func aPutWhoseAnswerIsLostSucceeds() throws {
    let bench = Bench()
    bench.faulty.failNext(1, of: [.put], .after)
    let put = try bench.store.put("x", "a")
    #expect(put.tag == "1")
    #expect(bench.waits.elements.count == 1)
    // The questions about what is there may fail too.
    bench.faulty.failNext(1, of: [.put], .after)
    bench.faulty.failNext(1, of: [.describe, .read])
    try bench.store.put("y", "b")
    #expect(try bench.store.text("b") == "y")
    #expect(try bench.inner.description(of: ObjectKey("b"))?.tag == "2")
  }

  @Test(arguments: ["other", "longer or shorter"])
  func aPutThatAnotherWonMeanwhileIsAConflict(text: String) throws {
    let inner = MemoryObjectStore()
    let faulty = FaultyObjectStore(inner)
    faulty.failNext(1)
    let retrier = Retrier(
      sleep: { _ in },
      onRetry: { _ in _ = try? inner.put(text, "a") })
    let store = RetryingObjectStore(faulty, retrier: retrier)
    let refused = try #require(error { try store.put("whole", "a") })
    #expect(refused.isConflict)
    #expect(refused.message.hasSuffix("(after 1 retry)"))
    #expect(try inner.text("a") == text)
  }

  // MARK: Other calls

  @Test func everyCallIsRetried() throws {
    let bench = Bench()
    try bench.store.put("0123", "a")
    let key = try ObjectKey("a")
    bench.faulty.failNext(1, of: [.describe])
    #expect(try bench.store.description(of: key)?.byteCount == 4)
    bench.faulty.failNext(1, of: [.openSource])
    let source = try bench.store.source(at: key)
    bench.faulty.failNext(3, of: [.read])
    #expect(try source.read(1..<3) == bytes("12"))
    #expect(source.byteCount == 4)
    #expect(source.name == "memory:/a")
    bench.faulty.failNext(1, of: [.delete])
    #expect(try bench.store.delete(key))
    #expect(bench.waits.elements.count == 6)
  }

  @Test func aListingGoesOnWhereItStopped() throws {
    let bench = Bench()
    for key in ["a", "b/c", "b/d", "e"] { try bench.store.put("x", key) }
    bench.faulty.failNext(3, of: [.list], .after)
    #expect(try bench.store.keys() == ["a", "b/c", "b/d", "e"])
    bench.faulty.failNext(1, of: [.list], .after)
    #expect(try bench.store.keys(below: "b", after: "b/c") == ["b/d"])
    #expect(bench.waits.elements.count == 4)
    // What the caller throws is the caller's, even if it looks as if it could be tried again.
    let thrown = error {
      try bench.store.list { (_) throws(ParquetError) in throw .transient("the caller's") }
    }
    #expect(thrown?.message == "the caller's")
    #expect(bench.waits.elements.count == 4)
  }

  @Test func ofASinkOnlyTheOpeningIsRetried() throws {
    let bench = Bench()
    bench.faulty.failNext(2, of: [.openSink])
    let sink = try bench.store.sink(at: ObjectKey("a"))
    #expect(bench.waits.elements.count == 2)
    try sink.write([65])
    bench.faulty.failNext(1, of: [.write])
    #expect(throws: ParquetError.self) { try sink.write([66]) }
    bench.faulty.failNext(1, of: [.finish])
    #expect(throws: ParquetError.self) { try sink.finish() }
    sink.abandon()
    #expect(bench.waits.elements.count == 2)
    #expect(try bench.inner.keys() == [])
  }
}
