import ThalwegRecord

/// What a figure measures, judged by all the names that lead to it.
enum TermNames {
  /// The role and the split of the figure; a group of parts of the loss makes its members terms.
  static func meaning(of path: [String]) -> (role: Role?, split: Split?) {
    let whole = FigureNames.meaning(of: path.joined(separator: "/"))
    guard let leaf = path.last else { return whole }
    let words = path.map { NameWords.split($0) }
    guard let group = words.dropLast().lastIndex(where: isGroup) else {
      return whole
    }
    if sums.contains(leaf.lowercased()) { return (.loss, whole.split) }
    let last = words[words.count - 1]
    // The weight of a part, not the part.
    if words[group...].joined().contains(where: weights.contains) { return (nil, whole.split) }
    if last.contains(where: shares.contains) { return (.termShare, whole.split) }
    let isWeighted = words[group...].joined().contains("weighted")
    return (isWeighted ? .weightedTerm : .term, whole.split)
  }

  /// `terms`, `train_loss_components`, `losses`: what stands in it are parts of the loss.
  private static func isGroup(_ words: [String]) -> Bool {
    if words.contains("losses") || words.contains("terms") { return true }
    let isOfLoss = words.contains("loss") || words.count == 1
    return isOfLoss && (words.contains("components") || words.contains("parts"))
  }

  private static let weights: Set<String> = ["weight", "weights", "coefficient", "coefficients"]
  private static let shares: Set<String> = ["share", "shares", "fraction", "ratio"]
  private static let sums: Set<String> = ["total", "sum", "loss", "total_loss"]
}
