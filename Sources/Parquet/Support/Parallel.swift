import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Runs independent pieces of work on several threads.
package enum Parallel {
  /// The number of processors that are there.
  package static var processorCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  /// Calls `body` once for each of `order`, with the number of the thread that runs it (0 ..< threads).
  ///
  /// Threads take the next of `order` as they become free, so work that takes longest belongs in front.
  /// Where pieces fail, the error of the one with the lowest number is thrown, whatever came first.
  package static func forEach(
    _ order: [Int], threads: Int, _ body: (_ item: Int, _ thread: Int) throws(ParquetError) -> Void
  ) throws(ParquetError) {
    let threads = min(threads, order.count)
    if threads <= 1 {
      var failure: (item: Int, error: ParquetError)?
      for item in order {
        do throws(ParquetError) { try body(item, 0) } catch {
          if failure.map({ item < $0.item }) ?? true { failure = (item, error) }
        }
      }
      if let failure { throw failure.error }
      return
    }
    let next = Atomic(0)
    let failure = Mutex<(item: Int, error: ParquetError)?>(nil)
    // Every piece touches its own state only, and `concurrentPerform` returns when all are done.
    withoutActuallyEscaping(body) { body in
      nonisolated(unsafe) let body = body
      DispatchQueue.concurrentPerform(iterations: threads) { thread in
        while true {
          let i = next.wrappingAdd(1, ordering: .relaxed).oldValue
          guard i < order.count else { return }
          do throws(ParquetError) { unsafe try body(order[i], thread) } catch {
            failure.withLock { first in
              if first.map({ order[i] < $0.item }) ?? true { first = (order[i], error) }
            }
          }
        }
      }
    }
    if let failure = failure.withLock({ $0 }) { throw failure.error }
  }

  /// As ``forEach(_:threads:_:)``, of work that can be shared: `body` may leave parts of its work to threads that have
  /// nothing else to do, which `finish` them.
  ///
  /// - Parameters:
  ///   - order: the items, what takes longest first.
  ///   - threads: how many threads there are.
  ///   - finish: gets a part back, with the item whose work it is of.
  ///   - body: gets what to ask whether a thread waits for work, and to leave a part with.
  /// - Throws: the error of the item with the lowest number.
  package static func forEach<Part: Sendable>(
    _ order: [Int], threads: Int,
    finish: (_ part: Part, _ item: Int, _ thread: Int) throws(ParquetError) -> Void,
    _ body: (_ item: Int, _ thread: Int, _ sharing: Sharing<Part>?) throws(ParquetError) -> Void
  ) throws(ParquetError) {
    guard threads > 1 else {
      return try forEach(order, threads: 1) { (item, thread) throws(ParquetError) in
        try body(item, thread, nil)
      }
    }
    let sharing = Sharing<Part>(order, threads: threads)
    withoutActuallyEscaping(body) { body in
      withoutActuallyEscaping(finish) { finish in
        nonisolated(unsafe) let body = body
        nonisolated(unsafe) let finish = finish
        DispatchQueue.concurrentPerform(iterations: threads) { thread in
          while let turn = sharing.next() {
            do throws(ParquetError) {
              switch turn {
              case .item(let item):
                defer { sharing.itemEnded() }
                unsafe try body(item, thread, sharing)
              case .part(let part, let item): unsafe try finish(part, item, thread)
              }
            } catch { sharing.fail(turn.item, error) }
          }
        }
      }
    }
    if let error = sharing.error { throw error }
  }

  /// Who does what of work that can be shared.
  package final class Sharing<Part: Sendable>: Sendable {
    fileprivate enum Turn {
      case item(Int)
      /// A part that the work on `item` left.
      case part(Part, item: Int)

      var item: Int {
        switch self {
        case .item(let item), .part(_, let item): item
        }
      }
    }

    private struct State {
      var started = 0
      var running = 0
      var waiting = 0
      var parts: [Turn] = []
      var failure: (item: Int, error: ParquetError)?
    }

    private let order: [Int]
    private let state = Mutex(State())
    private let threads: Int
    private let waitingCount = Atomic(0)
    private let partCount = Atomic(0)
    private let news = DispatchSemaphore(value: 0)

    fileprivate init(_ order: [Int], threads: Int) {
      self.order = order
      self.threads = threads
    }

    /// Whether a thread waits for work.
    package var isWanted: Bool { waitingCount.load(ordering: .relaxed) > 0 }

    /// Whether threads will soon be done with the parts that were left.
    package var isShort: Bool { partCount.load(ordering: .relaxed) < 2 * threads }

    /// Leaves `part` of the work on `item` to another thread.
    package func leave(_ part: Part, of item: Int) {
      let isAwaited = state.withLock { state in
        state.parts.append(.part(part, item: item))
        partCount.store(state.parts.count, ordering: .relaxed)
        guard state.waiting > 0 else { return false }
        state.waiting -= 1
        waitingCount.store(state.waiting, ordering: .relaxed)
        return true
      }
      if isAwaited { news.signal() }
    }

    /// What a thread does next; nil when everything is done, or about to be by others.
    fileprivate func next() -> Turn? {
      while true {
        var isOver = false
        let turn = state.withLock { state -> Turn? in
          // Parts first: they are large, and it is small work at the end that lets all threads end together.
          if let part = state.parts.popLast() {
            partCount.store(state.parts.count, ordering: .relaxed)
            return part
          }
          if state.started < order.count {
            state.running += 1
            state.started += 1
            return .item(order[state.started - 1])
          }
          isOver = state.running == 0
          if !isOver {
            state.waiting += 1
            waitingCount.store(state.waiting, ordering: .relaxed)
          }
          return nil
        }
        if turn != nil || isOver { return turn }
        news.wait()
      }
    }

    fileprivate func itemEnded() {
      let count = state.withLock { state in
        state.running -= 1
        guard state.running == 0, state.started == order.count else { return 0 }
        defer { state.waiting = 0 }
        return state.waiting
      }
      for _ in 0..<count { news.signal() }
    }

    fileprivate func fail(_ item: Int, _ error: ParquetError) {
      state.withLock { state in
        if state.failure.map({ item < $0.item }) ?? true { state.failure = (item, error) }
      }
    }

    fileprivate var error: ParquetError? { state.withLock { $0.failure?.error } }
  }
}
