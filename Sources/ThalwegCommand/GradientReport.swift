package import ThalwegAutodiff
package import ThalwegFormats
package import ThalwegRecord

/// A gradient check as text and as JSON.
package struct GradientReport {
  private let check: GradientCheck

  package init(_ check: GradientCheck) { self.check = check }

  /// error: a derivative or a gradient is wrong. warning: a tensor that a gradient comes to, or all of
  /// them, could not be checked.
  package var findings: [(severity: Severity, text: String)] {
    check.errors.map { (.error, $0) }
      + (check.errors.isEmpty && !check.isRight ? [(.warning, check.summary)] : [])
      + check.tensors.compactMap { tensor in
        guard let reason = tensor.unchecked, tensor.gradientNorm != nil else { return nil }
        return (.warning, "the gradient of \(tensor.path) is unchecked: \(reason)")
      }
  }

  package var lines: [String] {
    let width = (check.tensors.map(\.path.count).max() ?? 0) + 2
    var lines = [
      "", "gradients in Double against central differences:",
      Text.left("parameter", width) + "   checked    kinks  unsettled     error  of allowed",
    ]
    lines += check.tensors.map { tensor in
      let name = Text.left(tensor.path, width)
      if let reason = tensor.unchecked { return "\(name)unchecked: \(reason)" }
      return name + Text.right("\(tensor.checked)/\(tensor.elements)", 10)
        + Text.right("\(tensor.kinks)", 9) + Text.right("\(tensor.unsettled)", 11)
        + Text.short(tensor.error, 2, width: 10)
        + Text.short(tensor.worstShare, 2, width: 12) + (tensor.isWrong ? "  WRONG" : "")
    }
    lines.append("")
    lines += check.terms.map { "term \($0.name): \(GradientReport.words($0.remainder))" }
    lines += derivatives
    if !check.hiddenTerms.isEmpty {
      lines.append(
        "held fixed, as no gradient comes from it: what \(check.hiddenTerms.joined(separator: ", "))"
          + " takes from parameters past a cut or past the tape")
    }
    return lines + [check.summary]
  }

  private var derivatives: [String] {
    let all = check.derivatives
    let unchecked = all.compactMap { derivative -> String? in
      guard case .unchecked(let reason) = derivative.verdict else { return nil }
      let place = derivative.path.isEmpty ? "outside any module" : "in \(derivative.path)"
      return "unchecked: \(derivative.operation) \(place), operand \(derivative.operand): \(reason)"
    }
    let right = all.count { $0.verdict == .right }
    let wrong = all.count { $0.verdict.isWrong }
    let kinks = all.reduce(0) { $0 + $1.kinks }
    let line =
      "derivatives of operations, each alone: \(right) right, \(wrong) wrong, "
      + "\(unchecked.count) unchecked, \(kinks) entries at a kink"
    return [line] + unchecked.map { "  " + $0 }
  }

  private static func words(_ remainder: GradientCheck.Remainder) -> String {
    switch remainder {
    case .ofOrder(let order): "Taylor remainder of order " + Text.fixed(order, 2)
    case .belowRounding: "no Taylor remainder stands out of rounding, exempt"
    case .kinks: "kinks on every direction that was tried, no order can be told"
    case .noPath: "no gradient comes from it"
    }
  }

  package var json: JSON {
    .object([
      .init("right", .bool(check.isRight)),
      .init("summary", .string(check.summary)),
      .init("errors", .array(check.errors.map(JSON.string))),
      .init("kinks", .integer(check.kinks)),
      .init("tensors", .array(check.tensors.map(GradientReport.json))),
      .init("terms", .array(check.terms.map(GradientReport.json))),
      .init("derivatives", .array(check.derivatives.map(GradientReport.json))),
      .init("conditioning", conditioning),
      .init("hidden_terms", .array(check.hiddenTerms.map(JSON.string))),
    ])
  }

  private static func json(_ tensor: GradientCheck.Tensor) -> JSON {
    let wrong = tensor.wrong.map { entry in
      JSON.object([
        .init("index", .integer(entry.index)), .init("gradient", .number(entry.gradient)),
        .init("difference", .number(entry.difference)),
      ])
    }
    return .object([
      .init("path", .string(tensor.path)),
      .init("elements", .integer(tensor.elements)),
      .init("checked", .integer(tensor.checked)),
      .init("kinks", .integer(tensor.kinks)),
      .init("unsettled", .integer(tensor.unsettled)),
      .init("unchecked", tensor.unchecked.map(JSON.string) ?? .null),
      .init("error", tensor.checked > 0 ? .number(tensor.error) : .null),
      .init("worst_of_allowed", tensor.checked > 0 ? .number(tensor.worstShare) : .null),
      .init("gradient_norm", tensor.gradientNorm.map(JSON.number) ?? .null),
      .init("wrong", .array(wrong)),
    ])
  }

  private static func json(_ term: GradientCheck.Term) -> JSON {
    var (state, order) = ("order", JSON.null)
    switch term.remainder {
    case .ofOrder(let number): order = .number(number)
    case .belowRounding: state = "below_rounding"
    case .kinks: state = "kinks"
    case .noPath: state = "no_path"
    }
    return .object([
      .init("name", .string(term.name)), .init("remainder", .string(state)), .init("order", order),
    ])
  }

  private static func json(_ derivative: GradientCheck.Derivative) -> JSON {
    var (verdict, factor, reason) = ("right", JSON.null, JSON.null)
    switch derivative.verdict {
    case .right: break
    case .wrong(let number):
      verdict = "wrong"
      factor = number.map(JSON.number) ?? .null
    case .notAdded: verdict = "not_added"
    case .notRepeatable: verdict = "not_repeatable"
    case .unchecked(let text): (verdict, reason) = ("unchecked", .string(text))
    }
    return .object([
      .init("operation", .string(derivative.operation)),
      .init("module", .string(derivative.path)),
      .init("operand", .integer(derivative.operand)),
      .init("verdict", .string(verdict)),
      .init("factor", factor),
      .init("reason", reason),
      .init("kinks", .integer(derivative.kinks)),
    ])
  }

  private var conditioning: JSON {
    let found = check.conditioning
    func tensor(_ tensor: (path: String, norm: Double)?) -> JSON {
      guard let tensor else { return .null }
      return .object([.init("path", .string(tensor.path)), .init("norm", .number(tensor.norm))])
    }
    return .object([
      .init("largest_gradient", tensor(found.largest)),
      .init("smallest_gradient", tensor(found.smallest)),
      .init(
        "curvature_along_gradient", found.curvatureAlongGradient.map(JSON.number) ?? .null),
      .init("curvature_at_random", found.curvatureAtRandom.map(JSON.number) ?? .null),
    ])
  }
}
