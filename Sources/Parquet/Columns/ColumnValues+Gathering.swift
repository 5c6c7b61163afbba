extension ColumnValues {
  /// The values at `indices`, which lie inside; in plain form where these values are.
  package func gathered(_ indices: DictionaryIndices) -> ColumnValues {
    switch indices.width {
    case 1: unsafe gathered(indices.bytes.elements(of: UInt8.self), indices.count)
    case 2: unsafe gathered(indices.bytes.elements(of: UInt16.self), indices.count)
    default: unsafe gathered(indices.bytes.elements(of: UInt32.self), indices.count)
    }
  }

  @unsafe
  private func gathered<Index: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ index: UnsafePointer<Index>, _ count: Int
  ) -> ColumnValues {
    switch form {
    case .bits(let bits):
      var buffer = BitmapBuffer()
      for i in 0..<count { buffer.append(bits[unsafe Int(index[i])]) }
      return .bits(buffer.freeze())
    case .fixed(let width, let bytes):
      var buffer = ByteBuffer(capacity: count * width)
      switch width {
      case 4: unsafe buffer.gather(bytes.elements(of: UInt32.self), index, count)
      case 8: unsafe buffer.gather(bytes.elements(of: UInt64.self), index, count)
      case 16: unsafe buffer.gather(bytes.elements(of: SIMD2<UInt64>.self), index, count)
      default:
        for i in 0..<count {
          unsafe copyIntoSlack(
            bytes.pointer + Int(index[i]) &* width, to: buffer.end, count: width)
          buffer.advance(by: width)
        }
      }
      return .fixed(width: width, buffer.freeze())
    case .byteArrays(let offsets, let bytes, let isText):
      return unsafe gathered(
        index, count, offsets.elements(of: UInt32.self), bytes.pointer, isText: isText)
    case .dictionary(let inner, let dictionary):
      var through = ByteBuffer(capacity: count * 4)
      for i in 0..<count {
        through.append(UInt32(truncatingIfNeeded: unsafe inner[Int(index[i])]))
      }
      return dictionary.gathered(DictionaryIndices(through.freeze()))
    }
  }

  /// Byte arrays, given by where each entry ends.
  @unsafe
  private func gathered<Index: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ index: UnsafePointer<Index>, _ count: Int, _ from: UnsafePointer<UInt32>,
    _ source: UnsafeRawPointer, isText: Bool
  ) -> ColumnValues {
    var ends = ByteBuffer(capacity: count * 4 + 4)
    let end = unsafe ends.start.assumingMemoryBound(to: UInt32.self)
    var total: UInt32 = 0
    unsafe end[0] = 0
    for i in 0..<count {
      let entry = unsafe Int(index[i])
      unsafe total += from[entry &+ 1] &- from[entry]
      unsafe end[i &+ 1] = total
    }
    ends.advance(by: count * 4 + 4)
    var gathered = ByteBuffer(capacity: Int(total))
    let target = unsafe gathered.start
    for i in 0..<count {
      let start = unsafe end[i]
      unsafe copyIntoSlack(
        source + Int(from[Int(index[i])]), to: target + Int(start), count: Int(end[i &+ 1] &- start)
      )
    }
    gathered.advance(by: Int(total))
    return ColumnValues(uncheckedOffsets: ends.freeze(), bytes: gathered.freeze(), isText: isText)
  }
}

extension ByteBuffer {
  /// Appends `values[indices[i]]` for `count` indices.
  @unsafe
  package mutating func gather<
    T: BitwiseCopyable, Index: FixedWidthInteger & UnsignedInteger & BitwiseCopyable
  >(
    _ values: UnsafePointer<T>, _ indices: UnsafePointer<Index>, _ count: Int
  ) {
    let byteCount = count * MemoryLayout<T>.stride
    reserve(byteCount)
    // Not necessarily aligned, neither here nor there.
    let source = unsafe UnsafeRawPointer(values)
    let target = unsafe end
    for i in 0..<count {
      let value = unsafe source.loadUnaligned(
        fromByteOffset: Int(indices[i]) &* MemoryLayout<T>.stride, as: T.self)
      unsafe target.storeBytes(of: value, toByteOffset: i &* MemoryLayout<T>.stride, as: T.self)
    }
    advance(by: byteCount)
  }
}
