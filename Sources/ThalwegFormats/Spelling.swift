/// Finds the word that was meant where one was misspelt.
package enum Spelling {
  /// The nearest of `words`, the first of equals; nil where none is near enough to be meant.
  package static func nearest(_ word: String, in words: [String]) -> String? {
    // A third of the letters may be wrong, three at most: beyond that it is another word.
    let limit = min(3, max(1, word.count / 3))
    var best: (word: String, distance: Int)?
    for candidate in words {
      let distance = distance(word, candidate)
      if distance <= limit && distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.word
  }

  /// Letters put in, left out, replaced or swapped with their neighbour
  /// (Damerau 1964; Wagner, Fischer 1974).
  package static func distance(_ first: String, _ second: String) -> Int {
    let (first, second) = (Array(first), Array(second))
    var beforePrevious: [Int] = []
    var previous = Array(0...second.count)
    for (row, letter) in first.enumerated() {
      var current = [row + 1]
      for (column, other) in second.enumerated() {
        let replaced = previous[column] + (letter == other ? 0 : 1)
        var least = min(replaced, previous[column + 1] + 1, current[column] + 1)
        if row > 0 && column > 0 && letter == second[column - 1] && other == first[row - 1] {
          least = min(least, beforePrevious[column - 1] + 1)
        }
        current.append(least)
      }
      (beforePrevious, previous) = (previous, current)
    }
    return previous[second.count]
  }
}
