import ThalwegRecord

/// Whether a path leads from a term of the loss to the tensors, which is recorded in every step,
/// whether or not the gradient of each term is taken apart.
enum TermGraph {
  /// What becomes of terms of which no gradient is recorded.
  static func judge(_ run: RunRecord) -> Rule.Judgement {
    let terms = run.ranked(.attachedTerm).filter { $0.count > 0 }
    if terms.isEmpty { return .cannotTell(Rule.termGradient.needs) }
    let none = terms.filter { $0.zeros == $0.count && TermGradient.hasValue($0, run) }
    if none.isEmpty { return .quiet }
    let names = none.map(\.termName)
    let records = none.map(\.count).max() ?? 0
    // What backward starts from has a graph: where no term has one, it is made of other things.
    let isAll = none.count == terms.count
    let verb = names.count == 1 ? "is" : "are"
    let what = names.count == 1 ? "a number" : "numbers"
    let other = isAll ? ", as all terms are: numbers for the record" : ", and give no gradient"
    return .found([
      Finding(
        rule: Rule.termGradient.name, isAll ? .info : .warning, .likely, subjects: names,
        "\(names.joined(separator: ", ")) \(verb) detached or \(what) in \(records) of \(records) "
          + "records\(other)",
        figures: [.init("terms", Double(none.count)), .init("records", Double(records))],
        evidence: none.flatMap(\.ends).unique,
        unknown: "whether the loss is made of the tensors that were handed over",
        remedy: "look for detach, item, argmax or no_grad on the way to the term",
        proof: "the term's requires_grad is true")
    ])
  }

  /// Why terms without gradient have none; nil: not recorded, or not the same for all.
  static func reason(_ none: [Series], _ run: RunRecord) -> String? {
    let names = none.map(\.termName)
    let attached = run.ranked(.attachedTerm).filter { names.contains($0.termName) }
    let reached = run.ranked(.reachedTensors).filter { names.contains($0.termName) }
    let isOne = names.count == 1
    if attached.count == names.count, attached.allSatisfy({ $0.zeros == $0.count }) {
      return isOne ? "it is detached or a number" : "they are detached or numbers"
    }
    if attached.isEmpty || attached.contains(where: { $0.zeros > 0 }) { return nil }
    if reached.count != names.count { return nil }
    if reached.allSatisfy({ $0.zeros == $0.count }) {
      return "\(isOne ? "it has" : "they have") a graph, which leads to none of the tensors"
    }
    if reached.allSatisfy({ $0.zeros == 0 }) {
      return "\(isOne ? "its" : "their") graph leads to tensors and carries 0"
    }
    return nil
  }
}
