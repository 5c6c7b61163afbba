@testable import Parquet

/// A column's levels written out, whatever form it has them in.
struct Levels: Equatable {
  var definition: [UInt8]
  var repetition: [UInt8]

  init(_ column: Column, _ leaf: Leaf) {
    let largest = UInt8(leaf.maxDefinitionLevel)
    repetition = [UInt8](repeating: 0, count: column.slotCount)
    switch column.presence {
    case .allPresent: definition = [UInt8](repeating: largest, count: column.slotCount)
    case .validity(let bitmap): definition = (0..<column.slotCount).map { bitmap[$0] ? largest : 0 }
    case .levels(let definition, let repetition):
      self.definition = definition.array()
      if let repetition { self.repetition = repetition.array() }
    }
  }
}
