import ThalwegRecord

/// What the recorder for PyTorch says of the gradients of single terms of the loss.
enum RecordedTermShares {
  /// - Parameter terms: what a step says of the terms; `requires_grad` is false for a number too.
  static func reportAttached(_ terms: JSON, at line: Int, to collector: RunCollector) {
    for term in terms.array ?? [] {
      guard let name = term["name"]?.string, let flag = term["requires_grad"]?.bool else {
        continue
      }
      collector.figure(
        "terms/\(name)/requires_grad", flag ? 1 : 0, role: .attachedTerm, at: line)
    }
  }

  /// - Parameter shares: for each term its name, the norm of its gradient, and the norms of the
  ///   tensors, in which a text says that no path leads there.
  static func report(_ shares: JSON, at line: Int, to collector: RunCollector) {
    let terms = (shares.array ?? []).map { term in
      (
        name: term["name"]?.string ?? "", norm: term["norm"]?.double,
        tensors: (term["tensors"]?.array ?? []).map(\.double)
      )
    }
    let count = terms.map(\.tensors.count).max() ?? 0
    let shared = (0..<count).filter { tensor in
      terms.count { $0.tensors.count > tensor && $0.tensors[tensor] != nil } > 1
    }
    for term in terms {
      guard let norm = term.norm else { continue }
      let path = "term_shares/\(term.name)/"
      collector.figure(path + "norm", norm, role: .termGradient, at: line)
      let reached = term.tensors.count { $0 != nil }
      collector.figure(path + "reached", Double(reached), role: .reachedTensors, at: line)
      if terms.count < 2 || count == 0 { continue }
      let squares = shared.compactMap { $0 < term.tensors.count ? term.tensors[$0] : nil }
        .reduce(0) { $0 + $1 * $1 }
      collector.figure(
        path + "shared", squares.squareRoot(), role: .sharedTermGradient, at: line)
    }
  }
}
