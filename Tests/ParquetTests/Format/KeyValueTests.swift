import Testing

@testable import Parquet

/// Pairs are kept byte for byte.
@Suite struct KeyValueTests {
  private func stored(_ key: [UInt8], _ value: [UInt8]?) -> Bytes {
    var writer = CompactWriter()
    let outer = writer.beginStruct()
    writer.field(1, Bytes(copying: key))
    if let value { writer.field(2, Bytes(copying: value)) }
    writer.endStruct(outer)
    return writer.freeze()
  }

  private func encoded(_ pair: KeyValue) -> Bytes {
    var writer = CompactWriter()
    pair.encode(to: &writer)
    return writer.freeze()
  }

  @Test(
    arguments: [
      (Array("k".utf8), Array("v".utf8)), ([], []), (Array("k".utf8), nil), ([0xFF], [0xFE, 0x41]),
      (Array("é".utf8), [0xC3]), ([0xEF, 0xBF, 0xBD], [0xEF, 0xBF, 0xBD]),
    ] as [([UInt8], [UInt8]?)])
  func comesBackAsItWas(_ key: [UInt8], _ value: [UInt8]?) throws {
    let bytes = stored(key, value)
    var reader = CompactReader(bytes)
    let pair = try KeyValue(from: &reader)
    #expect(encoded(pair) == bytes)
    #expect(pair.key == String(decoding: key, as: UTF8.self))
    #expect(pair.value == value.map { String(decoding: $0, as: UTF8.self) })
  }

  @Test func changesCount() throws {
    var reader = CompactReader(stored([0xFF], [0xFE]))
    var pair = try KeyValue(from: &reader)
    #expect(pair != KeyValue(pair.key, pair.value))
    pair.key = "a"
    pair.value = nil
    #expect(pair == KeyValue("a", nil))
    #expect(encoded(pair) == encoded(KeyValue("a", nil)))
  }
}
