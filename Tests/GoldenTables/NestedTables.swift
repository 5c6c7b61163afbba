package import Parquet

/// Schemas and rows with lists, maps and structs inside each other.
extension GoldenSet {
  /// Nested shapes to depth 4, every small state of each: null, empty, of null, of empty, of values.
  static func nested(_ compression: Compression) throws(ParquetError) -> GoldenTable {
    let fields = nestedFields()
    var generator = SeededGenerator(seed: 6)
    // Every field runs through its own small states, then takes random ones.
    let states = fields.map { smallStates(of: $0, limit: 24) }
    var rows: [[Value]] = []
    for row in 0..<48 {
      rows.append(
        zip(fields, states).map { field, states in
          row < states.count ? states[row] : anyValue(of: field, &generator)
        })
    }
    return GoldenTable(
      name: "nested-\(compression.name)", schema: try Schema(fields),
      options: pinnedOptions(compression), rows: rows)
  }

  private static func nestedFields() -> [SchemaField] {
    var fields: [SchemaField] = []
    let repetitions = [Repetition.required, .optional]
    let letters: [Repetition: String] = [.required: "r", .optional: "o"]
    func name(_ prefix: String, _ parts: [Repetition]) -> String {
      prefix + "_" + parts.compactMap { letters[$0] }.joined()
    }
    for outer in repetitions {
      for inner in repetitions {
        fields.append(
          .list(
            name("list", [outer, inner]), outer, of: SchemaField("element", .int32, inner)))
        fields.append(
          SchemaField(
            group: name("struct", [outer, inner]), outer,
            [SchemaField("a", .int64, inner), .string("b", .optional)]))
        for leaf in repetitions {
          fields.append(
            .list(
              name("lists", [outer, inner, leaf]), outer,
              of: .list("element", inner, of: .string("element", leaf))))
        }
        fields.append(
          .map(
            name("map", [outer, inner]), outer, key: .string("key"),
            value: SchemaField("value", .double, inner)))
      }
    }
    let depth3 = SchemaField.list(
      "element", .optional, of: .list("element", .optional, of: SchemaField("e", .int32, .optional))
    )
    fields.append(.list("lists4", .optional, of: .list("element", .optional, of: depth3)))
    fields.append(
      .list(
        "list_struct_list", .optional,
        of: SchemaField(
          group: "element", .optional,
          [
            .string("name"),
            .list(
              "points", .optional,
              of: SchemaField(
                group: "element", .optional,
                [SchemaField("x", .double), SchemaField("y", .double, .optional)])),
          ])))
    fields.append(
      .map(
        "map_of_maps", .optional, key: SchemaField("key", .int32),
        value: .map(
          "value", .optional, key: .string("key"),
          value: .list("value", .optional, of: SchemaField("element", .boolean, .optional)))))
    fields.append(
      SchemaField(
        group: "structs4", .optional,
        [
          SchemaField(
            group: "a", .optional,
            [
              SchemaField(
                group: "b", .required,
                [
                  SchemaField(
                    group: "c", .optional,
                    [SchemaField("d", .int32, .optional), SchemaField("e", .int32)])
                ])
            ])
        ]))
    fields.append(SchemaField("bare", .int32, .repeated))
    fields.append(
      SchemaField(
        group: "bare_group", .repeated, [SchemaField("a", .int32, .optional), .string("b")]))
    return fields
  }

  /// Small states of a field: each null, empty, one-element and two-element pattern, the smallest
  /// first, at most `limit`.
  package static func smallStates(of field: SchemaField, limit: Int) -> [Value] {
    var states: [Value] = []
    if field.repetition == .optional { states.append(.null) }
    if field.repetition == .repeated {
      var element = field
      element.repetition = .required
      states += lists(of: smallStates(of: element, limit: limit), limit: limit)
    } else {
      switch (field.content, field.logicalType) {
      case (.leaf(let type), _): states += samples(type)
      case (.group(let children), .list):
        let element = children[0].children[0]
        states += lists(of: smallStates(of: element, limit: limit), limit: limit)
      case (.group(let children), .map):
        let entries = combinations(children[0].children, limit: limit)
        states.append(.map([]))
        states += entries.map { .map([$0]) }
        if let first = entries.first, var last = entries.last {
          // Keys differ within a map: readers may keep only one of two entries with one key.
          last[0] = last[0] == .int32(7) ? .int32(8) : .text("other")
          states.append(.map([first, last]))
        }
      case (.group(let children), _):
        states += combinations(children, limit: limit).map { .group($0) }
      }
    }
    return Array(states.prefix(limit))
  }

  /// The lists of length 0, 1 and 2 over `elements`.
  private static func lists(of elements: [Value], limit: Int) -> [Value] {
    var lists: [Value] = [.list([])]
    lists += elements.map { .list([$0]) }
    for first in elements {
      for second in elements where lists.count < 4 * limit { lists.append(.list([first, second])) }
    }
    return lists
  }

  /// The ways to fill the fields of a group.
  private static func combinations(_ fields: [SchemaField], limit: Int) -> [[Value]] {
    var combinations: [[Value]] = [[]]
    for field in fields {
      let states = smallStates(of: field, limit: limit)
      combinations = combinations.flatMap { start in states.map { start + [$0] } }
    }
    return Array(combinations.prefix(4 * limit))
  }

  /// One or two values of a physical type.
  private static func samples(_ type: PhysicalType) -> [Value] {
    switch type {
    case .boolean: [.boolean(true), .boolean(false)]
    case .int32: [.int32(7)]
    case .int64: [.int64(-8)]
    case .float: [.float(Float(1.5))]
    case .double: [.double(-2.5)]
    case .byteArray: [.text("text")]
    case .int96: [.bytes([UInt8](repeating: 0, count: 8) + [0x8C, 0x3D, 0x25, 0])]
    case .fixedLengthByteArray(let byteCount): [.bytes([UInt8](repeating: 9, count: byteCount))]
    }
  }

  /// A random value of `field`, leaves as their physical type has them.
  private static func anyValue(
    of field: SchemaField, _ generator: inout SeededGenerator
  ) -> Value {
    if field.repetition == .optional, generator.oneIn(4) { return .null }
    if field.repetition == .repeated {
      var element = field
      element.repetition = .required
      return .list((0..<generator.pick(0...3)).map { _ in anyValue(of: element, &generator) })
    }
    switch (field.content, field.logicalType) {
    case (.leaf(.int32), _): return .int32(Int32(generator.pick(-50...50)))
    case (.leaf(let type), _): return generator.pick(samples(type))
    case (.group(let children), .list):
      return .list(
        (0..<generator.pick(0...3)).map { _ in anyValue(of: children[0].children[0], &generator) })
    case (.group(let children), .map):
      // Keys differ within a map: readers may keep only one of two entries with one key.
      return .map(
        (0..<generator.pick(0...3)).map { entry in
          let key: Value =
            children[0].children[0].physicalType == .int32
            ? .int32(Int32(entry)) : .text("key \(entry)")
          return [key] + children[0].children.dropFirst().map { anyValue(of: $0, &generator) }
        })
    case (.group(let children), _): return .group(children.map { anyValue(of: $0, &generator) })
    }
  }
}
