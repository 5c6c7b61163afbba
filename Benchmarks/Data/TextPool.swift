/// A long text of grammatical nonsense, of which comments are cut.
///
/// Sentences are made as TPC-H's are: noun phrase, verb phrase, perhaps a prepositional phrase and
/// another noun phrase, and a mark at the end; words are chosen evenly from lists of about as many
/// words of about the same lengths.
struct TextPool {
  let bytes: [UInt8]

  init(byteCount: Int, seed: UInt64) {
    var random = Random(seed: seed)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(byteCount + 256)
    func add(_ words: [[UInt8]], _ last: UInt8 = 32) {
      bytes.append(contentsOf: random.pick(words))
      bytes.append(last)
    }
    func nounPhrase() {
      switch random.within(0...9) {
      case 0...2: break
      case 3...5: add(Self.adjectives)
      case 6...7:
        add(Self.adjectives, 44)
        bytes.append(32)
        add(Self.adjectives)
      default:
        add(Self.adverbs)
        add(Self.adjectives)
      }
      add(Self.nouns)
    }
    func verbPhrase() {
      switch random.within(0...9) {
      case 0...2: break
      case 3: add(Self.auxiliaries)
      case 4...6:
        add(Self.verbs)
        add(Self.adverbs)
        return
      default:
        add(Self.auxiliaries)
        add(Self.verbs)
        add(Self.adverbs)
        return
      }
      add(Self.verbs)
    }
    while bytes.count < byteCount {
      nounPhrase()
      verbPhrase()
      switch random.within(0...9) {
      case 0...2: break
      case 3...6:
        add(Self.prepositions)
        bytes.append(contentsOf: Array("the ".utf8))
        nounPhrase()
      default: nounPhrase()
      }
      bytes.removeLast()
      add(Self.marks)
    }
    self.bytes = bytes
  }

  private static func words(_ text: String) -> [[UInt8]] {
    text.split(whereSeparator: { $0 == " " || $0 == "\n" }).map { Array($0.utf8) }
  }

  private static let nouns = words(
    """
    lanterns harbours orchards kettles sparrows ledgers tariffs bridges cobblers thistles magnets
    parcels mountains invoices beacons carpenters voyages clerks ferries granaries pigeons weavers
    chimneys barrels gardens quarries almanacs receipts sailors meadows engines windmills ropes
    compasses barometers tunnels crates statues embers rivers puzzles canyons tailors anchors
    """)
  private static let verbs = words(
    """
    wander gather whistle borrow settle measure mend carry drift polish count hurry linger march
    rattle sort stumble trade travel vanish wait wobble climb deliver fold glide hammer juggle knit
    listen nap observe paint question rest sing tumble unpack weigh yawn
    """)
  private static let adjectives = words(
    """
    brisk amber hollow modest curious gentle rapid stubborn tidy distant plain crooked patient
    sturdy narrow cheerful dusty frozen humble lively mellow odd pale rustic shy tender vast weary
    """)
  private static let adverbs = words(
    """
    softly briskly never loosely warmly often barely gladly oddly plainly nearly calmly boldly
    rarely sternly evenly idly kindly meekly promptly solemnly tightly vaguely wisely eagerly
    bitterly coolly daily
    """)
  private static let prepositions = words(
    """
    about above across after along among around before behind below beneath beside between beyond
    despite during except for from inside into near of off on outside over past since through
    toward under until upon within without against amid
    """)
  private static let auxiliaries = words(
    "do may might shall will would can could should must does did has have had ought need dare")
  private static let marks = words(". ; : ? ! --")
}
