// MARK: - Fields of a known type

extension CompactReader {
  /// A boolean field.
  package func boolean(_ field: CompactField, _ name: StaticString) throws(ParquetError) -> Bool {
    guard field.type.isBoolean else { throw unexpected(field.type, name) }
    return field.type == .booleanTrue
  }

  /// An integer field of 64 bits.
  package mutating func int(
    _ field: CompactField, _ name: StaticString
  ) throws(ParquetError) -> Int {
    Int(try integer(field.type, name))
  }

  /// An integer field of 32 bits.
  package mutating func int32(
    _ field: CompactField, _ name: StaticString
  ) throws(ParquetError) -> Int32 {
    try int32(field.type, name)
  }

  private mutating func int32(
    _ type: CompactType, _ name: StaticString
  ) throws(ParquetError) -> Int32 {
    let value = try integer(type, name)
    guard let narrow = Int32(exactly: value) else { throw malformed("\(name) is \(value)") }
    return narrow
  }

  /// A field that counts something, and so is not negative.
  package mutating func count(
    _ field: CompactField, _ name: StaticString
  ) throws(ParquetError) -> Int {
    let value = try integer(field.type, name)
    guard value >= 0 else { throw malformed("\(name) is \(value)") }
    return Int(value)
  }

  /// A field that counts something and is declared to have 32 bits; sums of such counts do not
  /// overflow.
  package mutating func count32(
    _ field: CompactField, _ name: StaticString
  ) throws(ParquetError) -> Int {
    let value = try integer(field.type, name)
    guard value >= 0, value <= Int32.max else { throw malformed("\(name) is \(value)") }
    return Int(value)
  }

  /// A field that counts something; nil where it is negative, as some writers mark what they do not
  /// know.
  package mutating func knownCount(
    _ field: CompactField, _ name: StaticString
  ) throws(ParquetError) -> Int? {
    let value = try integer(field.type, name)
    return value < 0 ? nil : Int(value)
  }

  /// A double field.
  package mutating func double(
    _ field: CompactField, _ name: StaticString
  ) throws(ParquetError) -> Double {
    guard field.type == .double else { throw unexpected(field.type, name) }
    return try double()
  }

  /// A binary field, sharing memory.
  package mutating func binary(
    _ field: CompactField, _ name: StaticString
  ) throws(ParquetError) -> Bytes {
    guard field.type == .binary else { throw unexpected(field.type, name) }
    return try binary()
  }

  /// A field of descriptive text.
  package mutating func text(
    _ field: CompactField, _ name: StaticString
  ) throws(ParquetError) -> String {
    guard field.type == .binary else { throw unexpected(field.type, name) }
    return try text()
  }

  /// A field of text that names something.
  package mutating func nameText(
    _ field: CompactField, _ name: StaticString
  ) throws(ParquetError) -> String {
    guard field.type == .binary else { throw unexpected(field.type, name) }
    return try nameText()
  }

  /// A field that is a struct.
  package mutating func structure<T: CompactStruct>(
    _ field: CompactField, _ name: StaticString, as type: T.Type = T.self
  ) throws(ParquetError) -> T {
    guard field.type == .structure else { throw unexpected(field.type, name) }
    return try T(from: &self)
  }

  /// A field that is a list of structs.
  package mutating func structures<T: CompactStruct>(
    _ field: CompactField, _ name: StaticString, of type: T.Type = T.self
  ) throws(ParquetError) -> [T] {
    try list(field, name, legal: { $0 == .structure }) {
      (reader, _) throws(ParquetError) in try T(from: &reader)
    }
  }

  /// A field that is a list of integers of 64 bits.
  package mutating func ints(
    _ field: CompactField, _ name: StaticString
  ) throws(ParquetError) -> [Int] {
    try list(field, name, legal: \.isInteger) { (reader, type) throws(ParquetError) in
      Int(try reader.integer(type, name))
    }
  }

  /// A field that is a list of integers of 32 bits.
  package mutating func int32s(
    _ field: CompactField, _ name: StaticString
  ) throws(ParquetError) -> [Int32] {
    try list(field, name, legal: \.isInteger) { (reader, type) throws(ParquetError) in
      try reader.int32(type, name)
    }
  }

  /// A field that is a list of booleans.
  package mutating func booleans(
    _ field: CompactField, _ name: StaticString
  ) throws(ParquetError) -> [Bool] {
    try list(field, name, legal: \.isBoolean) { (reader, _) throws(ParquetError) in
      try reader.boolean()
    }
  }

  /// A field that is a list of names.
  package mutating func nameTexts(
    _ field: CompactField, _ name: StaticString
  ) throws(ParquetError) -> [String] {
    try list(field, name, legal: { $0 == .binary }) { (reader, _) throws(ParquetError) in
      try reader.nameText()
    }
  }

  /// A field that is a list of runs of bytes, sharing memory.
  package mutating func binaries(
    _ field: CompactField, _ name: StaticString
  ) throws(ParquetError) -> [Bytes] {
    try list(field, name, legal: { $0 == .binary }) { (reader, _) throws(ParquetError) in
      try reader.binary()
    }
  }

  /// Reads past a struct as if it were decoded, and keeps nothing of it.
  ///
  /// - Throws: ``ParquetError`` where it cannot be decoded.
  mutating func check<T: CompactStruct>(_ type: T.Type) throws(ParquetError) {
    let outer = isChecking
    isChecking = true
    defer { isChecking = outer }
    _ = try T(from: &self)
  }

  /// Begins a field that is a list of structs, which the caller reads; returns their number.
  mutating func beginStructures(
    _ field: CompactField, _ name: StaticString
  ) throws(ParquetError) -> Int {
    try beginList(field, name, legal: { $0 == .structure }).count
  }

  /// Ends the list that ``beginStructures(_:_:)`` began.
  mutating func endStructures() { depth -= 1 }

  @inline(__always)
  private mutating func beginList(
    _ field: CompactField, _ name: StaticString, legal: (CompactType) -> Bool
  ) throws(ParquetError) -> (type: CompactType, count: Int) {
    guard field.type == .list || field.type == .set else { throw unexpected(field.type, name) }
    try descend()
    let (type, count) = try listHeader()
    guard count == 0 || legal(type) else { throw unexpected(type, name) }
    return (type, count)
  }

  private mutating func list<T>(
    _ field: CompactField, _ name: StaticString, legal: (CompactType) -> Bool,
    element: (inout CompactReader, CompactType) throws(ParquetError) -> T
  ) throws(ParquetError) -> [T] {
    let (type, count) = try beginList(field, name, legal: legal)
    if isChecking {
      for _ in 0..<count { _ = try element(&self, type) }
      depth -= 1
      return []
    }
    var elements: [T] = []
    // An element in memory may be larger than its shortest form in the file, and structs hold as much
    // again as they are large.
    try grant?.extend(by: count * MemoryLayout<T>.stride * (type == .structure ? 2 : 1))
    elements.reserveCapacity(grant == nil ? min(count, 1024) : count)
    for _ in 0..<count { elements.append(try element(&self, type)) }
    depth -= 1
    return elements
  }
}

/// The error of a struct that lacks a field it must have.
extension CompactReader {
  package func required<T>(_ value: T?, _ name: StaticString) throws(ParquetError) -> T {
    guard let value else { throw malformed("\(name) is missing") }
    return value
  }
}
