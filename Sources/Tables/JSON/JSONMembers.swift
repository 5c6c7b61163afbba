internal import Parquet

/// Finds the members of a JSON object in one pass over its text, by the numbers of ``MemberNames``: where each value
/// is and what kind it is. Nothing is decoded or built.
///
/// Members of some objects in the object are found, too: those that are opened. The whole text is held to RFC 8259, and
/// no object that is looked into may have a name twice.
///
/// What is scanned must be followed by ``slack`` readable bytes, and stay where it is while it is asked about.
/// For the package's own modules: it is public because nothing else is inlined in other modules.
@safe
@_spi(Adapters)
public struct JSONMembers: ~Copyable {
  /// Readable bytes that must follow those scanned.
  public static let slack = 64

  /// What a value is.
  @frozen
  public enum Kind: UInt8, Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case boolean
    /// A number.
    case number
    /// A string whose bytes are its text.
    case string
    /// A string with escapes.
    case escapedString
    /// An array.
    case array
    /// An object.
    case object

    /// Whether both are the same.
    @inlinable @inline(__always)
    public static func == (a: Kind, b: Kind) -> Bool {
      unsafe unsafeBitCast(a, to: UInt8.self) == unsafeBitCast(b, to: UInt8.self)
    }
  }

  /// A value: what it is, and where; of strings what stands between the quotes.
  @frozen
  public struct Member {
    /// In which text it was seen last.
    @usableFromInline var stamp: UInt32
    /// What it is.
    public var kind: Kind
    /// Its first byte, from the start of the text.
    public var start: UInt32
    /// The byte behind its last.
    public var end: UInt32
  }

  /// The members that were found in a text, to be looked up again and again; valid until the next text is scanned.
  @frozen @unsafe
  public struct Found {
    @usableFromInline let members: UnsafePointer<Member>
    @usableFromInline let stamp: UInt32
    @usableFromInline let text: UnsafePointer<UInt8>

    @inline(__always)
    fileprivate init(
      _ members: UnsafePointer<Member>, _ stamp: UInt32, _ text: UnsafePointer<UInt8>
    ) {
      unsafe self.members = unsafe members
      unsafe self.stamp = stamp
      unsafe self.text = unsafe text
    }

    /// The member at a place, which ``JSONMembers/place(_:in:)`` says; nil where there is none.
    @inlinable @inline(__always)
    public func member(at place: Int) -> Member? {
      let member = unsafe members[place]
      return unsafe member.stamp == stamp ? member : nil
    }

    /// The member of a name in a group; nil where there is none.
    @inlinable @inline(__always)
    public func member(_ number: Int, in group: Int) -> Member? {
      unsafe member(at: JSONMembers.place(number, in: group))
    }

    /// The bytes of a value as they stand in the text; of strings what is between the quotes.
    @inlinable @inline(__always)
    public func bytes(_ member: Member) -> UnsafeRawBufferPointer {
      unsafe UnsafeRawBufferPointer(
        start: text + Int(member.start), count: Int(member.end &- member.start))
    }

    /// The number that a value is.
    @inline(__always)
    public func number(_ member: Member) -> JSONNumber { unsafe JSONNumber(bytes(member)) }
  }

  /// What was found in the text scanned last. It is stored, so that other modules need not call for it.
  @unsafe
  public private(set) var found: Found

  /// The place of the member of a name in a group.
  @inlinable @inline(__always)
  public static func place(_ number: Int, in group: Int) -> Int {
    group &* MemberNames.largestCount &+ number
  }

  /// The numbers of names.
  public let names: MemberNames
  private var scanner = unsafe JSONScanner(UnsafeRawBufferPointer(start: nil, count: 0))
  /// Decodes strings with escapes, apart from what is being scanned.
  private var decoder = unsafe JSONScanner(UnsafeRawBufferPointer(start: nil, count: 0))
  private var stamp: UInt32 = 0
  private let groupCount: Int
  /// For each group, a member for each name.
  private let members: UnsafeMutablePointer<Member>
  /// For each group, the name that last followed each name; behind them the one that came first.
  private let successors: UnsafeMutablePointer<Int32>
  /// The group that an object of a name is; 0 for those that are not opened.
  private let opened: UnsafeMutablePointer<UInt8>
  /// The names of the object itself, in order.
  private let order: UnsafeMutablePointer<Int32>
  /// The number of members of the object itself, of those whose names are numbered.
  public private(set) var memberCount = 0
  /// Whether a member was passed over because there is no room for its name.
  public private(set) var hasUnnumbered = false

  private static let names = MemberNames.largestCount

  /// A finder of members by `names`, which opens the objects that are members of the names `opened`: the first of these
  /// is group 1, the object itself is group 0.
  public init(names: MemberNames, opening opened: [Int]) {
    self.names = names
    let count = JSONMembers.names
    groupCount = opened.count + 1
    unsafe members = .allocate(capacity: groupCount * count)
    unsafe members.initialize(
      repeating: Member(stamp: 0, kind: .null, start: 0, end: 0), count: groupCount * count)
    unsafe successors = .allocate(capacity: groupCount * (count + 1))
    unsafe successors.initialize(repeating: -1, count: groupCount * (count + 1))
    unsafe self.opened = .allocate(capacity: count)
    unsafe self.opened.initialize(repeating: 0, count: count)
    for (index, name) in opened.enumerated() { unsafe self.opened[name] = UInt8(index + 1) }
    unsafe order = .allocate(capacity: count)
    unsafe found = Found(members, 0, scanner.base)
  }

  deinit {
    unsafe members.deallocate()
    unsafe successors.deallocate()
    unsafe opened.deallocate()
    unsafe order.deallocate()
  }

  /// Finds the members of the object that `text` is; those of the text before are forgotten.
  ///
  /// - Throws: ``RowFault`` of kind `syntax` for a text that is no JSON object; nothing can be asked then.
  public mutating func scan(_ text: UnsafeRawBufferPointer) throws(RowFault) {
    unsafe scanner.reset(text, endsWithLine: false)
    begin()
    guard try scanner.next() == .object else {
      throw scanner.fault("a message is a JSON object")
    }
    try readMembers(0)
    try scanner.expectEnd()
  }

  /// As ``scan(_:)``, of the line that `text` begins with.
  ///
  /// - Returns: the bytes of the line, with its end; nil where it is no JSON object, or goes on past `text` without
  ///   ``isAtEnd``: which of them ``scan(_:)`` says, once the end of the line is found.
  public mutating func scanLine(_ text: UnsafeRawBufferPointer, isAtEnd: Bool) -> Int? {
    unsafe scanner.reset(text, endsWithLine: true)
    begin()
    do throws(RowFault) {
      guard try scanner.next() == .object else { return nil }
      try readMembers(0)
      return scanner.passLineEnd(isAtEnd: isAtEnd)
    } catch { return nil }
  }

  private mutating func begin() {
    stamp &+= 1
    if stamp == 0 {
      for i in 0..<groupCount * JSONMembers.names { unsafe members[i].stamp = 0 }
      stamp = 1
    }
    memberCount = 0
    hasUnnumbered = false
    unsafe found = Found(members, stamp, scanner.base)
  }

  /// Reads the members of the object at hand.
  private mutating func readMembers(_ group: Int) throws(RowFault) {
    let members = unsafe self.members + group * JSONMembers.names
    let successors = unsafe self.successors + group * (JSONMembers.names + 1)
    let stamp = stamp
    var isFirst = true
    var last = JSONMembers.names
    while try scanner.nextMember(&isFirst) {
      // After a name mostly comes the one that came the last time.
      var number = unsafe Int(successors[last])
      if number < 0 || !names.pass(number, &scanner) {
        number = unsafe try find(successors + last)
        guard number >= 0 else {
          hasUnnumbered = true
          try scanner.skipValue(depth: 1)
          continue
        }
      }
      last = number
      let member = unsafe members + number
      guard unsafe member.pointee.stamp != stamp else { throw twice(number) }
      unsafe member.pointee.stamp = stamp
      if group == 0 {
        unsafe order[memberCount] = Int32(truncatingIfNeeded: number)
        memberCount &+= 1
      }
      let start = scanner.place()
      if unsafe scanner.plainString() != nil {
        unsafe member.pointee.kind = .string
        unsafe member.pointee.start = UInt32(truncatingIfNeeded: start &+ 1)
        unsafe member.pointee.end = UInt32(truncatingIfNeeded: scanner.at &- 1)
        continue
      }
      unsafe member.pointee.start = UInt32(truncatingIfNeeded: start)
      if scanner.shortInteger() != nil {
        unsafe member.pointee.kind = .number
      } else {
        unsafe member.pointee.kind = try readOther(group, number)
      }
      unsafe member.pointee.end = UInt32(truncatingIfNeeded: scanner.at)
      unsafe JSONMembers.leaveQuotes(member)
    }
  }

  /// Of a string, what stands between the quotes.
  @inline(__always)
  private static func leaveQuotes(_ member: UnsafeMutablePointer<Member>) {
    switch unsafe member.pointee.kind {
    case .string, .escapedString:
      unsafe member.pointee.start &+= 1
      unsafe member.pointee.end &-= 1
    default: break
    }
  }

  /// Passes a value that is not written in the commonest way; what it is.
  @inline(never)
  private mutating func readOther(_ group: Int, _ number: Int) throws(RowFault) -> Kind {
    let start = scanner.at
    switch try scanner.next() {
    case .null: return .null
    case .boolean: return .boolean
    case .number:
      _ = try scanner.number()
      return .number
    case .string:
      let count = unsafe try scanner.string().count
      return count == scanner.at - start - 2 ? .string : .escapedString
    case .array:
      try scanner.skipValue(depth: 1)
      return .array
    case .object:
      let inner = group == 0 ? unsafe Int(opened[number]) : 0
      if inner > 0 { try readMembers(inner) } else { try scanner.skipValue(depth: 1) }
      return .object
    }
  }

  /// The number of the name that comes next, which is noted as the one that follows here.
  @inline(never)
  private mutating func find(_ successor: UnsafeMutablePointer<Int32>) throws(RowFault) -> Int {
    let name = unsafe try scanner.key()
    let number = unsafe names.find(name)
    unsafe successor.pointee = Int32(number)
    return number
  }

  @inline(never)
  private func twice(_ number: Int) -> RowFault {
    scanner.fault("the name \(Excerpt.text(names.text(number))) stands twice in one object")
  }

  // MARK: Asking

  /// The member of a name in a group; nil where there is none.
  @inlinable @inline(__always)
  public func member(_ number: Int, in group: Int) -> Member? {
    unsafe found.member(number, in: group)
  }

  /// The number of the name of the object's member `index`.
  @inline(__always)
  public func name(_ index: Int) -> Int { unsafe Int(order[index]) }

  /// The bytes of a value as they stand in the text; of strings what is between the quotes.
  @inlinable @inline(__always) @unsafe
  public func bytes(_ member: Member) -> UnsafeRawBufferPointer { unsafe found.bytes(member) }

  /// The bytes of a part of the text.
  @unsafe
  public func bytes(_ range: Range<Int>) -> UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: scanner.base + range.lowerBound, count: range.count)
  }

  /// The text of a string with escapes, decoded; valid until the next one is.
  @unsafe
  public mutating func decoded(_ member: Member) -> UnsafeRawBufferPointer {
    unsafe decoder.reset(
      UnsafeRawBufferPointer(
        start: scanner.base + Int(member.start) - 1, count: Int(member.end - member.start) + 2),
      endsWithLine: false)
    // It was scanned before, so that nothing can be wrong with it.
    let text = unsafe try? decoder.string()
    return unsafe text ?? UnsafeRawBufferPointer(start: nil, count: 0)
  }

  /// The number that a value is.
  @inline(__always)
  public func number(_ member: Member) -> JSONNumber {
    unsafe JSONNumber(bytes(member))
  }

  /// The place of the text of an array's first element; nil where it is empty.
  public mutating func firstElement(_ member: Member) -> Range<Int>? {
    unsafe decoder.reset(bytes(member), endsWithLine: false)
    var isFirst = true
    do throws(RowFault) {
      guard try decoder.nextElement(&isFirst) else { return nil }
      let start = decoder.place()
      try decoder.skipValue(depth: 1)
      return Int(member.start) + start..<Int(member.start) + decoder.at
    } catch { return nil }
  }

  /// The elements of an array, as the places of their texts; of objects and of everything else.
  ///
  /// - Returns: nil where more than `limit` are there.
  public mutating func elements(_ member: Member, limit: Int) -> [Range<Int>]? {
    let whole = unsafe bytes(member)
    unsafe decoder.reset(whole, endsWithLine: false)
    var elements: [Range<Int>] = []
    var isFirst = true
    do throws(RowFault) {
      while try decoder.nextElement(&isFirst) {
        guard elements.count < limit else { return nil }
        let start = decoder.place()
        try decoder.skipValue(depth: 1)
        elements.append(Int(member.start) + start..<Int(member.start) + decoder.at)
      }
    } catch { return nil }
    return elements
  }
}
