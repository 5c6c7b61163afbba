internal import Dispatch

/// Calls something every second, by a thread of the system's.
final class RotationTimer: @unchecked Sendable {
  private let source: any DispatchSourceTimer

  init(_ body: @escaping @Sendable () -> Void) {
    source = DispatchSource.makeTimerSource(queue: .global())
    source.schedule(deadline: .now() + 1, repeating: 1)
    source.setEventHandler(handler: body)
    source.resume()
  }

  deinit { source.cancel() }

  /// Ends the calls; one that has begun may still be at work.
  func stop() { source.cancel() }
}
