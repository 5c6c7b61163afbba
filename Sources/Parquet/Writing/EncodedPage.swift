/// A page as it will stand in the file, but for its header.
struct EncodedPage {
  /// What kind of page it is.
  enum Kind: Equatable { case dictionary, data }

  var kind: Kind
  var encoding: Encoding
  /// Slots: values, nulls, and empty lists.
  var slotCount: Int
  var rowCount: Int
  var nullCount: Int
  /// The bytes before compression.
  var rawByteCount: Int
  /// The bytes after it.
  var body: Bytes
  /// The CRC of ``body``.
  var crc: UInt32
}
