import Dispatch
import Synchronization

/// Runs independent pieces of work on several threads.
package enum Parallel {
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
}
