// Values of the types that Codable knows by itself, into the columns that can hold them.
extension EncodingNode {
  private func leaf(_ found: String) throws -> LeafBuilder {
    guard case .leaf(let leaf) = shape else { throw mismatch(found) }
    return leaf
  }

  func append(flag value: Bool) throws {
    let leaf = try leaf("a Bool")
    guard leaf.physicalType == .boolean else { throw mismatch("a Bool") }
    leaf.append(value)
  }

  func append(text value: String) throws {
    let leaf = try leaf("a String")
    guard leaf.physicalType == .byteArray, leaf.field.logicalType?.isText ?? true else {
      throw mismatch("a String")
    }
    leaf.append(value)
  }

  func append(bytes value: [UInt8], to leaf: LeafBuilder) throws {
    switch leaf.physicalType {
    case .byteArray: break
    case .int96, .fixedLengthByteArray:
      guard leaf.physicalType.byteWidth == value.count else {
        throw mismatch("[UInt8] of \(value.count)")
      }
    default: throw mismatch("[UInt8]")
    }
    guard leaf.field.logicalType?.isText != true else { throw mismatch("[UInt8]") }
    unsafe value.withUnsafeBytes { unsafe leaf.append(bytes: $0) }
  }

  func append<T: BinaryFloatingPoint>(float value: T) throws {
    let leaf = try leaf("a \(T.self)")
    switch leaf.physicalType {
    case .double: leaf.append(Double(value))
    case .float where T.self == Float.self: leaf.append(Float(value))
    case .fixedLengthByteArray where leaf.field.logicalType == .float16:
      // A Float16 encodes itself as a Float.
      let number = Double(value)
      let bits: UInt16 =
        number.isNaN
        ? 0x7E00
        : abs(number) < 0x1p17 || number.isInfinite
          ? number.halfPrecisionBits : 0x7E00
      guard number.isNaN || Double(halfPrecision: bits) == number else {
        throw error("\(value) is no half")
      }
      unsafe withUnsafeBytes(of: bits.littleEndian) { unsafe leaf.append(bytes: $0) }
    default: throw mismatch("a \(T.self)")
    }
  }

  func append<T: FixedWidthInteger>(number value: T) throws {
    let leaf = try leaf("a \(T.self)")
    if case .decimal? = leaf.field.logicalType {
      guard let number = Int128(exactly: value) else { throw mismatch("the number \(value)") }
      return leaf.append(decimal: number)
    }
    func fit<U: FixedWidthInteger>(_ type: U.Type) throws -> U {
      guard let number = U(exactly: value) else { throw mismatch("the number \(value)") }
      return number
    }
    var isUnsigned = false
    if case .integer(_, isSigned: false)? = leaf.field.logicalType { isUnsigned = true }
    switch leaf.physicalType {
    case .int32:
      leaf.append(isUnsigned ? Int32(bitPattern: try fit(UInt32.self)) : try fit(Int32.self))
    case .int64:
      leaf.append(isUnsigned ? Int64(bitPattern: try fit(UInt64.self)) : try fit(Int64.self))
    default: throw mismatch("a \(T.self)")
    }
  }
}
