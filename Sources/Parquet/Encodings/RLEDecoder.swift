/// Reads runs and bit-packed groups, some values at a time: levels, booleans, dictionary indices.
///
/// Specification: Encodings.md, "Run Length Encoding / Bit-Packing Hybrid"; rules E1–E3.
package struct RLEDecoder {
  private let bytes: Bytes
  /// The bits of each value.
  package let bitWidth: Int
  /// Where the next run's header stands.
  private var position = 0
  /// The values left of a run of one value.
  private var runLeft = 0
  private var runValue: UInt32 = 0
  /// The values left of a bit-packed run, and where the next one begins, in bits.
  private var packedLeft = 0
  private var packedBit = 0

  /// A decoder of `bytes`, whose values have `bitWidth` bits.
  ///
  /// - Precondition: `bitWidth` lies in 0...32.
  package init(_ bytes: Bytes, bitWidth: Int) {
    precondition((0...32).contains(bitWidth), "values of 0 to 32 bits")
    self.bytes = bytes
    self.bitWidth = bitWidth
  }

  /// Makes sure that a value is left in a run.
  @inline(__always)
  private mutating func ensureRun() throws(ParquetError) {
    if runLeft == 0, packedLeft == 0 { try nextRun() }
  }

  private mutating func nextRun() throws(ParquetError) {
    repeat {
      guard position < bytes.count else {
        // Values of no bits need no bytes, and some writers leave the run out.
        guard bitWidth == 0 else {
          throw ParquetError(.malformedFile, "a run-length encoded sequence ends too early")
        }
        runLeft = Int.max
        runValue = 0
        return
      }
      let header = try varint()
      let byteCount = bytes.count - position
      if header & 1 == 1 {
        // The last group may be cut short by a writer that did not pad it.
        let groups = Int(header &>> 1)
        let available = min(groups * bitWidth, byteCount)
        packedBit = position * 8
        packedLeft = bitWidth == 0 ? groups * 8 : available * 8 / bitWidth
        position += available
      } else {
        let width = (bitWidth + 7) / 8
        guard width <= byteCount else {
          throw ParquetError(.malformedFile, "a run's value lies past the end of its sequence")
        }
        // Up to four bytes, little-endian; those past the end are not part of it.
        let word = unsafe bytes.pointer.loadUnaligned(fromByteOffset: position, as: UInt32.self)
        runValue = width == 4 ? word : word & ((1 &<< UInt32(width * 8)) &- 1)
        runLeft = Int(header &>> 1)
        position += width
      }
    } while runLeft == 0 && packedLeft == 0
  }

  /// A run's header; more than 32 bits are not legal.
  private mutating func varint() throws(ParquetError) -> UInt32 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      value |= UInt64(byte & 0x7F) &<< shift
      if byte < 0x80 {
        guard let header = UInt32(exactly: value) else { break }
        return header
      }
      shift += 7
      if shift > 28 + 7 { break }
    }
    throw ParquetError(.malformedFile, "a run's header is cut off or has more than 32 bits")
  }

  /// Checks runs of values of no bits, which any bytes could be taken for: every value is 0, whatever was
  /// meant. Eight equal values and more are a run of one value; bit-packed there are at most the seven that
  /// are too few for one. More of them, or bytes past `valueLimit` values, show that a width was lost.
  ///
  /// - Precondition: nothing was read, and values have no bits.
  /// - Throws: ``ParquetError`` with code `malformedFile`.
  func checkBareRuns(valueLimit: Int) throws(ParquetError) {
    precondition(bitWidth == 0, "values of no bits")
    var walk = self
    var count = 0
    while walk.position < bytes.count {
      let header = try walk.varint()
      let isPacked = header & 1 == 1
      let length = Int(header &>> 1) * (isPacked ? 8 : 1)
      count += length
      // The last group of eight is filled up.
      guard length > 0, count < valueLimit + 8, !isPacked || length == 8 else {
        throw ParquetError(
          .malformedFile,
          "the dictionary indices have no bits, and are neither a run of one value nor a group of eight"
        )
      }
    }
  }

  // MARK: Reading

  /// Reads `count` values, each less than 2^bitWidth in packed groups, and of whole bytes in runs.
  ///
  /// - Precondition: values have at most as many bits as `Value`.
  package mutating func decode<Value: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ count: Int, into output: UnsafeMutablePointer<Value>
  ) throws(ParquetError) {
    precondition(bitWidth <= Value.bitWidth, "values of at most \(Value.bitWidth) bits")
    var done = 0
    while done < count {
      try ensureRun()
      if runLeft > 0 {
        let take = min(runLeft, count - done)
        unsafe (output + done).update(repeating: Value(truncatingIfNeeded: runValue), count: take)
        runLeft -= take
        done += take
      } else {
        let take = min(packedLeft, count - done)
        // The bytes hold them all, and the slack takes the last load.
        unsafe BitUnpacking.unpack(
          bytes.pointer, bit: packedBit, width: bitWidth, count: take, into: output + done)
        packedBit += take * bitWidth
        packedLeft -= take
        done += take
      }
    }
  }

  /// Reads `count` values of one bit.
  ///
  /// - Precondition: values have one bit.
  /// - Returns: how many of them are 1.
  package mutating func decode(
    _ count: Int, into output: inout BitmapBuffer
  ) throws(ParquetError) -> Int {
    precondition(bitWidth == 1, "values of one bit")
    var left = count
    var set = 0
    while left > 0 {
      try ensureRun()
      if runLeft > 0 {
        guard runValue <= 1 else {
          throw ParquetError(.malformedFile, "a run of bits has the value \(runValue)")
        }
        let take = min(runLeft, left)
        output.append(repeating: runValue == 1, count: take)
        if runValue == 1 { set &+= take }
        runLeft -= take
        left -= take
      } else {
        let packed = Bitmap(bytes, offset: packedBit, count: packedLeft)
        let take = min(packedLeft, left)
        var done = 0
        while done < take {
          let step = min(64, take - done)
          var word = packed.word(at: done)
          if step < 64 { word &= (1 &<< UInt64(step)) &- 1 }
          output.append(word: word, bitCount: step)
          set &+= word.nonzeroBitCount
          done += step
        }
        packedLeft -= take
        packedBit += take
        left -= take
      }
    }
    return set
  }

  /// Reads past `count` values.
  package mutating func skip(_ count: Int) throws(ParquetError) {
    var left = count
    while left > 0 {
      try ensureRun()
      if runLeft > 0 {
        let take = min(runLeft, left)
        runLeft -= take
        left -= take
      } else {
        let take = min(packedLeft, left)
        packedLeft -= take
        packedBit += take * bitWidth
        left -= take
      }
    }
  }
}
