import ThalwegRecord

extension Rule {
  package static let termGradient = Rule(
    name: "term_gradient",
    summary: "a term gives no gradient, none that meets another's, or over 80 % where they meet",
    needs: "the norm of each term's gradient, or whether each term has a graph behind it",
    severities: .info ... .error,
    judge: TermGradient.judge)
}

/// A part of the loss moves what its gradient reaches, whatever its value is.
enum TermGradient {
  static let share = 0.8
  /// Beside it the others hardly steer what they have in common.
  static let overwhelming = 0.99
  /// By how much the norm of a sum may exceed the sum of the norms, where norms are sampled.
  private static let slack = 1.2
  /// One record may be of a first step in which much is 0.
  private static let sureRecords = 2

  static func judge(_ run: RunRecord) -> Rule.Judgement {
    let terms = run.ranked(.termGradient).filter { !$0.samples.isEmpty }
    if terms.isEmpty { return TermGraph.judge(run) }
    let none = terms.filter { $0.zeros == $0.count && hasValue($0, run) }
    var findings = none.isEmpty ? [] : [withoutGradient(none, terms, run)]
    let shared = run.ranked(.sharedTermGradient).filter { series in
      // What gives nothing at all is told above.
      terms.contains { $0.termName == series.termName && $0.zeros < $0.count }
    }
    let apart = shared.filter { $0.zeros == $0.count }
    if !apart.isEmpty && shared.count > 1 { findings.append(detached(apart)) }
    return .init(findings + dominating(shared.filter { $0.zeros < $0.count }))
  }

  /// Whether the term's value is not 0 where its gradient is; true where it is not recorded.
  static func hasValue(_ term: Series, _ run: RunRecord) -> Bool {
    let values = run.ranked(.weightedTerm).filter { $0.termName == term.termName }
    guard let value = values.first else { return true }
    let rows = Moments.rows([term, value])
    return rows.isEmpty ? value.zeros < value.count : rows.contains { $0[1].value != 0 }
  }

  private static func withoutGradient(
    _ none: [Series], _ terms: [Series], _ run: RunRecord
  ) -> Finding {
    // A gradient that the terms do not make comes from something that was not handed over, or only
    // as a number. Of several backward passes the terms' gradients are those of the first, the
    // whole one is that of all.
    let passes = max(1, run.ranked(.backwardPasses).first?.highest?.value ?? 1)
    let rows = run.ranked(.normBeforeClip).first.map { Moments.rows([$0] + terms) } ?? []
    let isUnexplained =
      !rows.isEmpty
      && rows.allSatisfy { row in
        row[0].value > slack * passes * row.dropFirst().reduce(0) { $0 + $1.value }
      }
    let names = none.map(\.termName)
    let records = none.map(\.count).max() ?? 0
    let isSure = records >= sureRecords
    let verb = names.count == 1 ? "gives" : "give"
    let reason = TermGraph.reason(none, run)
    let other =
      isUnexplained
      ? ", while the whole gradient is larger than all recorded terms make: the loss is made of "
        + "something else, and these are numbers for the record"
      : reason.map { ": \($0)" } ?? ""
    return Finding(
      rule: Rule.termGradient.name, isUnexplained ? .info : isSure ? .error : .warning,
      isSure && !isUnexplained ? .established : .likely, subjects: names,
      "\(names.joined(separator: ", ")) \(verb) no gradient to any tensor in \(records) of "
        + "\(records) records\(other)",
      figures: [.init("terms", Double(none.count)), .init("records", Double(records))],
      evidence: none.flatMap(\.ends).unique,
      unknown: reason == nil ? "whether it is detached or a number, or its gradient is 0" : nil,
      remedy: isUnexplained
        ? "hand over the tensors that the loss is added up from"
        : "look for detach, item, argmax or no_grad on the way to the term",
      proof: "the norm of the term's gradient is above 0")
  }

  private static func detached(_ apart: [Series]) -> Finding {
    let names = apart.map(\.termName)
    return Finding(
      rule: Rule.termGradient.name, .info, .established, subjects: names,
      "\(names.joined(separator: ", ")): gradient only in tensors that no other term reaches",
      figures: [.init("terms", Double(names.count))],
      evidence: apart.flatMap(\.ends).unique,
      unknown: "whether it is meant to be detached from what the other terms train",
      remedy: "where it is not meant so, take out the detach before its head",
      proof: "term_shares then has a norm for it in tensors of the other terms")
  }

  private static func dominating(_ shared: [Series]) -> [Finding] {
    let rows = shared.count > 1 ? Moments.rows(shared) : []
    let wholes = rows.map { row in row.reduce(0) { $0 + $1.value } }
    return shared.indices.compactMap { term in
      let parts = zip(rows, wholes).filter { $1 > 0 }.map { $0[term].value / $1 }
      if parts.isEmpty { return nil }
      let part = parts.reduce(0, +) / Double(parts.count)
      if part <= share { return nil }
      let isAlone = part > overwhelming
      return Finding(
        rule: Rule.termGradient.name, isAlone ? .warning : .info,
        isAlone ? .likely : .established, subjects: [shared[term].termName],
        "\(shared[term].termName) is \(part.percent) of the gradient in the tensors that several "
          + "terms reach, the mean over \(parts.count) records",
        figures: [.init("share", part)], evidence: shared[term].ends,
        unknown: "whether the others are meant to weigh so little, as a penalty may be",
        remedy: "lower its weight, or scale each term by the norm of its gradient",
        proof: "the shares are then near those that the weights are meant to give")
    }
  }
}

extension Series {
  /// Of `term_shares/kl/norm` and `terms/kl/weighted` the term.
  var termName: String {
    let parts = key.name.split(separator: "/")
    return parts.count > 2 ? parts[1..<parts.count - 1].joined(separator: "/") : key.name
  }
}
