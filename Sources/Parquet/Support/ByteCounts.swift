/// How many of the `count` bytes at `bytes` are `wanted`.
///
/// - Complexity: O(count), sixteen bytes at a time.
@unsafe
func countBytes(_ bytes: UnsafePointer<UInt8>, _ count: Int, equalTo wanted: UInt8) -> Int {
  let needle = SIMD16<UInt8>(repeating: wanted)
  var total = 0
  var i = 0
  while i &+ 16 <= count {
    // A lane counts to 255.
    var lanes = SIMD16<UInt8>(repeating: 0)
    let end = min(i &+ 16 &* 255, count &- 15)
    while i < end {
      let found = unsafe UnsafeRawPointer(bytes + i).loadUnaligned(as: SIMD16<UInt8>.self)
      lanes &+= SIMD16<UInt8>(repeating: 0).replacing(with: 1, where: found .== needle)
      i &+= 16
    }
    for k in 0..<16 { total &+= Int(lanes[k]) }
  }
  while i < count {
    total &+= unsafe bytes[i] == wanted ? 1 : 0
    i &+= 1
  }
  return total
}
