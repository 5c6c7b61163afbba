/// The values of a column that are there, one after another: nulls take no slot.
public struct ColumnValues: Sendable {
  /// How the values lie in memory. Internal, so that forms can be added.
  package enum Form {
    /// One bit each: BOOLEAN.
    case bits(Bitmap)
    /// `width` bytes each: 4, 8, 12, or what a fixed-length array has; INT32 columns may also come
    /// in 1 or 2 bytes, and are widened by the writer.
    case fixed(width: Int, Bytes)
    /// Value i is `bytes[offsets[i] ..< offsets[i + 1]]`; `offsets` holds count + 1 UInt32.
    case byteArrays(offsets: Bytes, bytes: Bytes, isText: Bool)
    /// Value i is value `indices[i]` of `dictionary`.
    indirect case dictionary(indices: DictionaryIndices, dictionary: ColumnValues)
  }

  package let form: Form
  /// The number of values.
  public let count: Int

  init(form: Form, count: Int) {
    self.form = form
    self.count = count
  }

  /// Booleans.
  public static func bits(_ bits: Bitmap) -> ColumnValues {
    ColumnValues(form: .bits(bits), count: bits.count)
  }

  /// Values of `width` bytes each, little-endian where they are numbers.
  ///
  /// - Precondition: `bytes` holds a whole number of them.
  public static func fixed(width: Int, _ bytes: Bytes) -> ColumnValues {
    precondition(width > 0 && bytes.count % width == 0, "values of \(width) bytes")
    return ColumnValues(form: .fixed(width: width, bytes), count: bytes.count / width)
  }

  /// Byte arrays, by `offsets` (count + 1 UInt32, ascending) into `bytes`.
  ///
  /// - Throws: ``ParquetError`` with code `invalidArgument` where the offsets descend or leave the
  ///   bytes.
  /// - Complexity: O(count).
  public static func byteArrays(
    offsets: Bytes, bytes: Bytes
  ) throws(ParquetError) -> ColumnValues {
    let values = ColumnValues(uncheckedOffsets: offsets, bytes: bytes, isText: false)
    try values.checkOffsets()
    return values
  }

  /// Byte arrays whose offsets are known to ascend within `bytes`, and, where `isText`, whose every
  /// value is known to be UTF-8.
  package init(uncheckedOffsets offsets: Bytes, bytes: Bytes, isText: Bool) {
    precondition(offsets.count >= 4 && offsets.count % 4 == 0)
    self.init(
      form: .byteArrays(offsets: offsets, bytes: bytes, isText: isText),
      count: offsets.count / 4 - 1)
  }

  /// Values given by their places (UInt32) in a dictionary.
  ///
  /// - Throws: ``ParquetError`` with code `invalidArgument` where an index leaves the dictionary, or
  ///   the dictionary is one itself.
  /// - Complexity: O(count).
  public static func dictionary(
    indices: Bytes, dictionary: ColumnValues
  ) throws(ParquetError) -> ColumnValues {
    let values = ColumnValues(
      uncheckedIndices: DictionaryIndices(indices), dictionary: dictionary)
    if case .dictionary = dictionary.form {
      throw ParquetError(.invalidArgument, "a dictionary's values are not a dictionary themselves")
    }
    let pointer = unsafe indices.elements(of: UInt32.self)
    for i in 0..<values.count where unsafe Int(pointer[i]) >= dictionary.count {
      let index = unsafe pointer[i]
      throw ParquetError(
        .invalidArgument,
        "value \(i) has dictionary index \(index); the dictionary has \(dictionary.count) values")
    }
    return values
  }

  /// Dictionary values whose indices are known to lie inside the dictionary.
  package init(uncheckedIndices indices: DictionaryIndices, dictionary: ColumnValues) {
    self.init(form: .dictionary(indices: indices, dictionary: dictionary), count: indices.count)
  }

  private func checkOffsets() throws(ParquetError) {
    guard case .byteArrays(let offsets, let bytes, _) = form else { return }
    let pointer = unsafe offsets.elements(of: UInt32.self)
    for i in 0..<count where unsafe pointer[i] > pointer[i + 1] {
      throw ParquetError(
        .invalidArgument, "the offset after value \(i) is smaller than the one before")
    }
    guard unsafe Int(pointer[count]) <= bytes.count else {
      throw ParquetError(.invalidArgument, "the last offset lies past the end of the bytes")
    }
  }

  /// The values of `range`, sharing memory. O(1).
  public func slice(_ range: Range<Int>) -> ColumnValues {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= count, "a slice lies inside its values")
    let form: Form =
      switch self.form {
      case .bits(let bits): .bits(bits.slice(range))
      case .fixed(let width, let bytes):
        .fixed(
          width: width, bytes.slice(range.lowerBound * width..<range.upperBound * width))
      case .byteArrays(let offsets, let bytes, let isText):
        .byteArrays(
          offsets: offsets.slice(range.lowerBound * 4..<(range.upperBound + 1) * 4), bytes: bytes,
          isText: isText)
      case .dictionary(let indices, let dictionary):
        .dictionary(indices: indices.slice(range), dictionary: dictionary)
      }
    return ColumnValues(form: form, count: range.count)
  }
}

// MARK: - Looking at values

extension ColumnValues {
  /// The boolean at `index`.
  ///
  /// - Precondition: the values are booleans.
  public func boolean(at index: Int) -> Bool {
    switch form {
    case .bits(let bits): return bits[index]
    case .dictionary(let indices, let values):
      return values.boolean(at: indices[index])
    default: preconditionFailure("the values are not booleans")
    }
  }

  /// The value at `index` as `type`, bit for bit: `Int32` for INT32, `Double` for DOUBLE.
  ///
  /// - Precondition: the values have the width of `type`.
  public func number<T: BitwiseCopyable>(at index: Int, as type: T.Type = T.self) -> T {
    switch form {
    case .fixed(let width, let bytes):
      precondition(width == MemoryLayout<T>.size, "the values are \(width) bytes wide")
      precondition(index >= 0 && index < count, "index out of range")
      return unsafe bytes.pointer.loadUnaligned(fromByteOffset: index * width, as: T.self)
    case .dictionary(let indices, let values):
      return values.number(at: indices[index], as: type)
    default: preconditionFailure("the values have no fixed width")
    }
  }

  /// The bytes of the value at `index`, of a byte array or a value of fixed width, sharing memory.
  public func bytes(at index: Int) -> Bytes {
    precondition(index >= 0 && index < count, "index out of range")
    switch form {
    case .fixed(let width, let bytes): return bytes.slice(index * width..<(index + 1) * width)
    case .byteArrays(let offsets, let bytes, _):
      let pointer = unsafe offsets.elements(of: UInt32.self)
      return unsafe bytes.slice(Int(pointer[index])..<Int(pointer[index + 1]))
    case .dictionary(let indices, let values):
      return values.bytes(at: indices[index])
    case .bits: preconditionFailure("booleans have no bytes")
    }
  }

  /// Calls `body` with the bytes of the value at `index`, as ``bytes(at:)`` without reference counts.
  @inline(__always)
  package func withBytes<R>(at index: Int, _ body: (UnsafeRawBufferPointer) -> R) -> R {
    switch form {
    case .fixed(let width, let bytes):
      unsafe body(UnsafeRawBufferPointer(start: bytes.pointer + index * width, count: width))
    case .byteArrays(let offsets, let bytes, _):
      {
        let pointer = unsafe offsets.elements(of: UInt32.self)
        let start = unsafe Int(pointer[index])
        let end = unsafe Int(pointer[index + 1])
        return unsafe body(
          UnsafeRawBufferPointer(start: bytes.pointer + start, count: end - start))
      }()
    case .dictionary(let indices, let values):
      unsafe values.withBytes(at: indices[index], body)
    case .bits: preconditionFailure("booleans have no bytes")
    }
  }
}
