internal import Parquet

/// How the values of a leaf look as text: the JSON form of values.
enum LeafFormat {
  case boolean
  /// INT32 and INT64 read as signed numbers of the bytes they lie in.
  case signed
  case unsigned
  case float, double, half
  /// UTF-8 text.
  case text
  case base64
  case decimal(scale: Int), decimalBytes(scale: Int)
  case uuid, date
  case time(perSecond: Int64, decimals: Int)
  case timestamp(perSecond: Int64, decimals: Int, isUTC: Bool)
  case int96, interval
  case alwaysNull

  init(_ leaf: Leaf) {
    self = LeafFormat.logical(leaf) ?? LeafFormat.physical(leaf.physicalType)
  }

  private static func physical(_ type: PhysicalType) -> LeafFormat {
    switch type {
    case .boolean: .boolean
    case .int32, .int64: .signed
    case .int96: .int96
    case .float: .float
    case .double: .double
    case .byteArray, .fixedLengthByteArray: .base64
    }
  }

  private static func logical(_ leaf: Leaf) -> LeafFormat? {
    // A logical type on a carrier it cannot have (only a foreign file can say so) means nothing.
    if let type = leaf.logicalType, type.problem(on: leaf.physicalType) != nil { return nil }
    switch leaf.logicalType {
    case .string, .enumeration, .json: return .text
    case .decimal(_, let scale):
      guard scale <= DecimalText.largestScale else { return nil }
      switch leaf.physicalType {
      case .int32, .int64: return .decimal(scale: scale)
      default: return .decimalBytes(scale: scale)
      }
    case .date: return .date
    case .time(_, let unit): return .time(perSecond: unit.perSecond, decimals: unit.decimals)
    case .timestamp(let isUTC, let unit):
      return .timestamp(perSecond: unit.perSecond, decimals: unit.decimals, isUTC: isUTC)
    case .interval: return .interval
    case .integer(_, let isSigned): return isSigned ? .signed : .unsigned
    case .unknown: return .alwaysNull
    case .uuid: return .uuid
    case .float16: return .half
    case .bson, .geometry, .geography: return .base64
    case nil, .map, .list, .variant, .file, .unrecognized: return nil
    }
  }

  /// Whether the text of a value stands in quotes in JSON; names of non-finite numbers apart.
  var isQuoted: Bool {
    switch self {
    case .boolean, .signed, .unsigned, .float, .double, .half, .interval, .alwaysNull: false
    default: true
    }
  }
}

extension TimeUnit {
  /// The digits of a second's part in text.
  var decimals: Int {
    switch self {
    case .milliseconds: 3
    case .microseconds: 6
    case .nanoseconds: 9
    }
  }
}

/// The values of a column in place, without a check or a reference count for each.
///
/// Holds no memory: whoever makes one keeps the ``ColumnValues`` alive while using it.
@safe
struct ValueView {
  /// Values of fixed width, or the bytes of byte arrays.
  private var base: UnsafeRawPointer
  private var width = 0
  private var offsets: UnsafePointer<UInt32>?
  private var indices: DictionaryIndices?
  private var bits = Bitmap([])
  let count: Int

  init(_ values: ColumnValues) {
    count = values.count
    var values = values
    if case .dictionary(let indices, let dictionary) = values.form {
      self.indices = indices
      values = dictionary
    }
    switch values.form {
    case .bits(let bits):
      self.bits = bits
      unsafe base = UnsafeRawPointer(bitPattern: 1).unsafelyUnwrapped
    case .fixed(let width, let bytes):
      self.width = width
      unsafe base = bytes.pointer
    case .byteArrays(let offsetBytes, let bytes, _):
      unsafe offsets = offsetBytes.elements(of: UInt32.self)
      unsafe base = bytes.pointer
    case .dictionary:
      // A dictionary of a dictionary cannot be made.
      unsafe base = UnsafeRawPointer(bitPattern: 1).unsafelyUnwrapped
    }
  }

  @inline(__always)
  private func place(_ i: Int) -> Int {
    if let indices { return indices[i] }
    return i
  }

  func boolean(_ i: Int) -> Bool { bits[place(i)] }

  func load<T: BitwiseCopyable>(_ i: Int, as type: T.Type) -> T {
    unsafe base.loadUnaligned(fromByteOffset: place(i) &* width, as: T.self)
  }

  /// The integer in as many bytes as the values have.
  func signed(_ i: Int) -> Int64 {
    switch width {
    case 4: Int64(load(i, as: Int32.self))
    case 8: load(i, as: Int64.self)
    case 2: Int64(load(i, as: Int16.self))
    default: Int64(load(i, as: Int8.self))
    }
  }

  func unsigned(_ i: Int) -> UInt64 {
    switch width {
    case 4: UInt64(load(i, as: UInt32.self))
    case 8: load(i, as: UInt64.self)
    case 2: UInt64(load(i, as: UInt16.self))
    default: UInt64(load(i, as: UInt8.self))
    }
  }

  func bytes(_ i: Int) -> UnsafeRawBufferPointer {
    let at = place(i)
    guard let offsets = unsafe offsets else {
      return unsafe UnsafeRawBufferPointer(start: base + at &* width, count: width)
    }
    let first = unsafe Int(offsets[at])
    return unsafe UnsafeRawBufferPointer(
      start: base + first, count: Int(offsets[at &+ 1]) &- first)
  }
}

extension LeafFormat {
  /// Appends value `i` of `values` without quotes around it.
  ///
  /// - Returns: what is wrong with the value where it has no text form.
  func append(_ i: Int, of values: ValueView, to buffer: inout TextBuffer, quotingNames: Bool)
    -> String?
  {
    switch self {
    case .boolean: buffer.append(values.boolean(i) ? "true" : "false")
    case .signed: buffer.append(decimal: values.signed(i))
    case .unsigned: buffer.append(decimal: values.unsigned(i))
    case .float:
      FloatText.append(
        values.load(i, as: Float.self), quotingNames: quotingNames, to: &buffer)
    case .double:
      FloatText.append(
        values.load(i, as: Double.self), quotingNames: quotingNames, to: &buffer)
    case .half:
      FloatText.append(
        halfBits: values.load(i, as: UInt16.self), quotingNames: quotingNames, to: &buffer)
    case .text: unsafe buffer.append(values.bytes(i))
    case .base64: unsafe Base64.append(values.bytes(i), to: &buffer)
    case .decimal(let scale):
      DecimalText.append(values.signed(i), scale: scale, to: &buffer)
    case .decimalBytes(let scale):
      let bytes = unsafe DecimalText.significant(values.bytes(i))
      guard bytes.count <= DecimalText.largestByteCount else {
        return "a decimal of \(bytes.count) bytes, more than \(DecimalText.largestByteCount)"
      }
      unsafe DecimalText.append(bigEndian: bytes, scale: scale, to: &buffer)
    case .uuid: unsafe LeafFormat.append(uuid: values.bytes(i), to: &buffer)
    case .date: buffer.append(date: values.signed(i))
    case .time(let perSecond, let decimals):
      let value = values.signed(i)
      guard value >= 0, value < 86_400 * perSecond else {
        return "the time of day \(value) lies outside a day"
      }
      buffer.append(timeOfDay: value, perSecond: perSecond, decimals: decimals)
    case .timestamp(let perSecond, let decimals, let isUTC):
      buffer.append(
        timestamp: values.signed(i), perSecond: perSecond, decimals: decimals, isUTC: isUTC)
    case .int96: unsafe LeafFormat.append(int96: values.bytes(i), to: &buffer)
    case .interval:
      let bytes = unsafe values.bytes(i)
      for (index, name) in ["{\"months\":", ",\"days\":", ",\"milliseconds\":"].enumerated() {
        buffer.append(name)
        unsafe buffer.append(
          decimal: UInt64(bytes.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)))
      }
      buffer.append(UInt8(ascii: "}"))
    case .alwaysNull: buffer.append("null")
    }
    return nil
  }

  static func append(uuid bytes: UnsafeRawBufferPointer, to buffer: inout TextBuffer) {
    for i in 0..<bytes.count {
      if i == 4 || i == 6 || i == 8 || i == 10 { buffer.append(.minus) }
      for digit in unsafe [bytes[i] >> 4, bytes[i] & 15] {
        buffer.append(digit < 10 ? 48 + digit : 87 + digit)
      }
    }
  }

  private static func append(int96 bytes: UnsafeRawBufferPointer, to buffer: inout TextBuffer) {
    let time = unsafe INT96Timestamp(bytes)
    buffer.append(date: time.day)
    buffer.append(UInt8(ascii: "T"))
    buffer.append(timeOfDay: time.nanoseconds, perSecond: 1_000_000_000, decimals: 9)
  }
}
