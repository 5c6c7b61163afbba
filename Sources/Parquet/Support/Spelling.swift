/// What a name that nobody knows may have been meant to be.
package enum Spelling {
  /// The candidate that is closest to `word`, if one is close enough to be meant.
  package static func nearest(to word: String, in candidates: [String]) -> String? {
    let best = candidates.map { (distance: editDistance(word, $0), name: $0) }
      .min { $0.distance < $1.distance }
    guard let best, best.distance <= max(2, min(word.count, 64) / 4) else { return nil }
    return best.name
  }

  /// The number of letters to insert, remove, replace or swap to make `b` of `a`.
  private static func editDistance(_ a: String, _ b: String) -> Int {
    let a = Array(a.prefix(64))
    let b = Array(b.prefix(64))
    var rows = [Array(0...b.count)]
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var cost = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          cost = min(cost, rows[i - 1][j - 1] + 1)
        }
        row.append(cost)
      }
      rows.append(row)
    }
    return rows[a.count][b.count]
  }
}
