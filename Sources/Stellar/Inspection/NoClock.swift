internal import Datasets

/// The time for those who look at messages and do not archive them.
struct NoClock: StreamClock {
  var wallMicroseconds: Int64 { 0 }
  var monotonicMicroseconds: Int64 { 0 }
}
