// Values of the types that Codable knows by itself, from the columns that hold them.
extension DecodingNode {
  /// The leaf's values, and which of them is at hand.
  private func value(_ wanted: String) throws -> (LeafValues.Values, Int) {
    guard case .leaf = shape else { throw mismatch(wanted) }
    try checkPresent(wanted)
    let leaf = leaves.lowerBound
    let index = cursor.leaves[leaf].place.value
    return (try cursor.values(ofLeaf: leaf), index)
  }

  func flag() throws -> Bool {
    guard case (.booleans(let values), let index) = try value("a Bool") else {
      throw mismatch("a Bool")
    }
    return values[index]
  }

  func text() throws -> String {
    switch try value("a String") {
    case (.texts(let values), let index): return values[index]
    case (.bytes, let index):
      // Old writers do not say that text is text.
      let leaf = leaves.lowerBound
      guard cursor.leaves[leaf].source.leaf.physicalType == .byteArray,
        cursor.leaves[leaf].source.leaf.logicalType == nil
      else { break }
      return try cursor.texts(ofLeaf: leaf)[index]
    default: break
    }
    throw mismatch("a String")
  }

  func bytes() throws -> [UInt8] {
    guard case (.bytes(let values), let index) = try value("[UInt8]") else {
      throw mismatch("[UInt8]")
    }
    return values[index]
  }

  func float() throws -> Float {
    guard case (.floats(let values), let index) = try value("a Float") else {
      throw mismatch("a Float")
    }
    return values[index]
  }

  func double() throws -> Double {
    switch try value("a Double") {
    case (.doubles(let values), let index): return values[index]
    case (.floats(let values), let index): return Double(values[index])
    default: throw mismatch("a Double")
    }
  }

  func number<T: FixedWidthInteger>(_ type: T.Type = T.self) throws -> T {
    func fit<U: FixedWidthInteger>(_ value: U) throws -> T {
      guard let number = T(exactly: value) else { throw error("\(value) does not fit \(T.self)") }
      return number
    }
    switch try value("a \(T.self)") {
    case (.integers(let values), let index):
      return cursor.leaves[leaves.lowerBound].source.isUnsigned
        ? try fit(UInt64(bitPattern: values[index])) : try fit(values[index])
    case (.decimals(let values), let index): return try fit(values[index])
    default: throw mismatch("a \(T.self)")
    }
  }
}
