@_spi(Adapters) internal import Tables

/// Looks at names of members as they become known: whether any of them must be looked at in each message, as it can be
/// no column's name.
struct OddNames {
  private var checkedCount = 0
  private var known: Set<String> = []
  /// Whether a name is empty, or two are the same text in other bytes.
  private var hasOdd = false

  /// Why the members of a message cannot be columns of one row; nil where they can.
  mutating func fault(_ members: UnsafeMutablePointer<JSONMembers>) -> MessageFault? {
    let names = unsafe members.pointee.names
    while checkedCount < names.count {
      let name = names.text(checkedCount)
      // Names that are canonically equivalent are one name in a schema.
      if name.isEmpty || !known.insert(name).inserted { hasOdd = true }
      checkedCount += 1
    }
    guard hasOdd else { return nil }
    var seen: Set<String> = []
    for index in 0..<(unsafe members.pointee.memberCount) {
      let name = names.text(unsafe members.pointee.name(index))
      if name.isEmpty { return MessageFault(reason: "an empty name, and a column needs one") }
      if !seen.insert(name).inserted {
        return MessageFault(reason: "the name \(name) stands twice, in other bytes")
      }
    }
    return nil
  }
}
