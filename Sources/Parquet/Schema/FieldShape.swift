/// What a field is to whoever looks at rows: the groups that only carry levels are left out, however the
/// writer laid them.
///
/// Specification: LogicalTypes.md, "Lists" and "Maps" with their backward-compatibility rules.
public indirect enum FieldShape: Hashable, Sendable {
  /// One value of a physical type.
  case leaf(PhysicalType)
  /// Fields side by side: a group, and a LIST or MAP that has not its form.
  case structure([SchemaField])
  /// Any number of elements. What repeats is no field of its own any more: it is given as required.
  case list(element: SchemaField)
  /// Any number of entries. The key may be optional in the files of old writers; the value may be left out.
  case map(key: SchemaField, value: SchemaField?)
}

extension SchemaField {
  /// What the field is to whoever looks at rows; whether it is optional stays for ``repetition`` to say.
  ///
  /// A field that repeats without a LIST around it is a list that is always there.
  public var shape: FieldShape {
    if repetition == .repeated { return .list(element: asElement) }
    switch content {
    case .leaf(let type): return .leaf(type)
    case .group(let children):
      guard children.count == 1, children[0].repetition == .repeated else {
        return .structure(children)
      }
      let repeated = children[0]
      switch logicalType {
      case .list:
        return .list(
          element: isElementOfList(repeated) ? repeated.asElement : repeated.children[0])
      case .map where hasFormOfMap:
        // By place: old writers had other names.
        return .map(
          key: repeated.children[0],
          value: repeated.children.count == 2 ? repeated.children[1] : nil)
      default: return .structure(children)
      }
    }
  }

  /// Whether this group holds one that repeats, with a key and at most a value.
  var hasFormOfMap: Bool {
    children.count == 1 && children[0].repetition == .repeated
      && (1...2).contains(children[0].children.count)
  }

  /// One of the elements of a field that repeats.
  private var asElement: SchemaField {
    var element = self
    element.repetition = .required
    return element
  }
}

extension Schema {
  /// For each leaf its place as rows show it: `tags.element`, where the file may have `tags.list.element`,
  /// `tags.bag.array_element` or `tags.array`; `map.key` and `map.value`.
  public var logicalPaths: [ColumnPath] {
    var paths: [ColumnPath] = []
    for field in fields { Schema.collect(field, [field.name], into: &paths) }
    return paths
  }

  private static func collect(
    _ field: SchemaField, _ path: [String], into paths: inout [ColumnPath]
  ) {
    switch field.shape {
    case .leaf: paths.append(ColumnPath(path))
    case .structure(let fields):
      for field in fields { collect(field, path + [field.name], into: &paths) }
    case .list(let element): collect(element, path + ["element"], into: &paths)
    case .map(let key, let value):
      collect(key, path + ["key"], into: &paths)
      if let value { collect(value, path + ["value"], into: &paths) }
    }
  }

  /// The leaves, by number, at `path` or below: as the file has it, or, where it has none, as rows show it.
  public func leaves(under path: String) -> [Int] {
    func isUnder(_ place: ColumnPath) -> Bool {
      let place = place.description
      return place == path || place.hasPrefix(path + ".")
    }
    let stored = leaves.filter { isUnder($0.path) }.map(\.index)
    guard stored.isEmpty else { return stored }
    return logicalPaths.enumerated().filter { isUnder($0.element) }.map(\.offset)
  }
}
