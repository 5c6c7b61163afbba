import Parquet

/// Orders with their lines: lists of structs in lists of structs, three levels deep, and a map.
struct NestedOrders: BuiltDataSet {
  static let name = "nested"
  static let summary = "lists of structs, three levels deep"
  static let usualRowCount = 256 << 10

  static let fields: [SchemaField] = [
    SchemaField("order_id", .int64),
    SchemaField(
      group: "customer", .optional, [.string("name"), .string("country", .optional)]),
    .list(
      "lines",
      of: SchemaField(
        group: "line",
        [
          .string("article"), SchemaField("quantity", .int32),
          SchemaField("price", .double, .optional),
          .list(
            "discounts", .optional,
            of: SchemaField(
              group: "discount",
              [
                .string("code"), SchemaField("percent", .double),
                .list("reasons", of: .string("reason")),
              ])),
        ])),
    .map("attributes", .optional, key: .string("key"), value: .string("value", .optional)),
  ]

  private static let keys = ["channel", "gift", "priority", "warehouse", "campaign", "note"]
  private static let reasons = ["loyal customer", "end of season", "damaged box", "bulk", "staff"]

  private var random = Random(seed: 31)
  private var order = 0

  init(rows rowCount: Int) {}

  mutating func append(rows rowCount: Int, to builder: ColumnBatchBuilder) {
    guard let customer = builder.fields[1] as? StructBuilder,
      let lines = builder.fields[2] as? ListBuilder,
      let attributes = builder.fields[3] as? ListBuilder
    else { preconditionFailure("the builders are those of the fields") }
    let line = LineBuilder(lines)
    let orderID = builder.leaf(0)
    let name = customer.fields[0].leaf
    let country = customer.fields[1].leaf
    let key = attributes.element.group.fields[0].leaf
    let value = attributes.element.group.fields[1].leaf
    for _ in 0..<rowCount {
      order += random.within(1...3)
      orderID.append(Int64(order))
      if random.chance(50) {
        customer.appendNull()
      } else {
        name.append("customer \(random.skewed(20_000))")
        if random.chance(200) {
          country.appendNull()
        } else {
          country.append(random.chance(500) ? "GB" : "IE")
        }
        customer.append()
      }
      for _ in 0..<random.within(0...6) { line.append(&random) }
      lines.endList()
      if random.chance(300) {
        attributes.appendNull()
      } else {
        let first = random.within(0...Self.keys.count - 1)
        for i in 0..<random.within(0...3) {
          key.append(Self.keys[(first + i) % Self.keys.count])
          if random.chance(100) {
            value.appendNull()
          } else {
            value.append("\(random.skewed(500))")
          }
          attributes.element.group.append()
        }
        attributes.endList()
      }
    }
  }

  /// The builders of a line, found once.
  private struct LineBuilder {
    private let line: StructBuilder
    private let article: LeafBuilder
    private let quantity: LeafBuilder
    private let price: LeafBuilder
    private let discounts: ListBuilder
    private let discount: StructBuilder
    private let code: LeafBuilder
    private let percent: LeafBuilder
    private let reasons: ListBuilder
    private let reason: LeafBuilder

    init(_ lines: ListBuilder) {
      line = lines.element.group
      article = line.fields[0].leaf
      quantity = line.fields[1].leaf
      price = line.fields[2].leaf
      discounts = line.fields[3].list
      discount = discounts.element.group
      code = discount.fields[0].leaf
      percent = discount.fields[1].leaf
      reasons = discount.fields[2].list
      reason = reasons.element.leaf
    }

    func append(_ random: inout Random) {
      let number = random.skewed(30_000)
      var text = Text()
      text.add("ART-")
      text.add(number, width: 7)
      article.append(text)
      quantity.append(Int32(1 + random.skewed(12)))
      if random.chance(30) {
        price.appendNull()
      } else {
        price.append((Double(number % 900) * 1.25 + 0.99).rounded(decimals: 2))
      }
      if random.chance(600) {
        discounts.appendNull()
      } else {
        for _ in 0..<random.within(0...2) {
          code.append("D\(random.skewed(60))")
          percent.append(Double(random.within(1...8)) * 2.5)
          for _ in 0..<random.within(0...2) { reason.append(random.pick(NestedOrders.reasons)) }
          reasons.endList()
          discount.append()
        }
        discounts.endList()
      }
      line.append()
    }
  }
}

extension FieldBuilder {
  /// This builder as that of a leaf, which the schema says it is.
  var leaf: LeafBuilder {
    guard let leaf = self as? LeafBuilder else { preconditionFailure("\(field.name) is no leaf") }
    return leaf
  }
  fileprivate var list: ListBuilder {
    guard let list = self as? ListBuilder else { preconditionFailure("\(field.name) is no list") }
    return list
  }
  fileprivate var group: StructBuilder {
    guard let group = self as? StructBuilder else {
      preconditionFailure("\(field.name) is no group")
    }
    return group
  }
}
