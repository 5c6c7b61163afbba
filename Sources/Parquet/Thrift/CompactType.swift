/// The types of the compact protocol, as they stand in field and list headers.
///
/// Specification: Apache Thrift, "Thrift Compact protocol encoding".
package struct CompactType: RawRepresentable, Hashable, Sendable {
  /// The four bits of a header.
  package let rawValue: UInt8

  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The end of a struct.
  package static let stop = CompactType(rawValue: 0)
  /// A field that is true; in a list, any boolean.
  package static let booleanTrue = CompactType(rawValue: 1)
  /// A field that is false; in a list, any boolean.
  package static let booleanFalse = CompactType(rawValue: 2)
  /// One byte.
  package static let i8 = CompactType(rawValue: 3)
  /// A zigzag varint of at most 16 bits.
  package static let i16 = CompactType(rawValue: 4)
  /// A zigzag varint of at most 32 bits.
  package static let i32 = CompactType(rawValue: 5)
  /// A zigzag varint of at most 64 bits.
  package static let i64 = CompactType(rawValue: 6)
  /// Eight bytes, little-endian.
  package static let double = CompactType(rawValue: 7)
  /// A length and as many bytes; text too.
  package static let binary = CompactType(rawValue: 8)
  /// A run of elements of one type.
  package static let list = CompactType(rawValue: 9)
  /// As a list.
  package static let set = CompactType(rawValue: 10)
  /// A run of pairs.
  package static let map = CompactType(rawValue: 11)
  /// Fields up to a stop.
  package static let structure = CompactType(rawValue: 12)
  /// Sixteen bytes.
  package static let uuid = CompactType(rawValue: 13)

  /// Whether a field or element of this type is a boolean.
  var isBoolean: Bool { self == .booleanTrue || self == .booleanFalse }

  /// Whether a field or element of this type is an integer of any size.
  var isInteger: Bool {
    rawValue >= CompactType.i8.rawValue && rawValue <= CompactType.i64.rawValue
  }

  /// Whether a field or element of this type is a list or a set.
  var isList: Bool { self == .list || self == .set }

  /// The name for messages.
  var name: String {
    switch self {
    case .stop: "stop"
    case .booleanTrue, .booleanFalse: "bool"
    case .i8: "i8"
    case .i16: "i16"
    case .i32: "i32"
    case .i64: "i64"
    case .double: "double"
    case .binary: "binary"
    case .list: "list"
    case .set: "set"
    case .map: "map"
    case .structure: "struct"
    case .uuid: "uuid"
    default: "type \(rawValue)"
    }
  }
}

/// A struct of parquet.thrift: it writes and reads itself, its stop included.
package protocol CompactStruct {
  /// Writes the struct, its stop included.
  func encode(to writer: inout CompactWriter)
  /// Reads the struct, its stop included; fields that are not known are skipped.
  ///
  /// - Throws: ``ParquetError`` with code `malformedFile` and the byte offset.
  init(from reader: inout CompactReader) throws(ParquetError)
}

extension CompactStruct {
  /// The struct's bytes; `capacity` is about as many as they are.
  package func encoded(capacity: Int = 128) -> Bytes {
    var writer = CompactWriter(capacity: capacity)
    encode(to: &writer)
    return writer.freeze()
  }
}
