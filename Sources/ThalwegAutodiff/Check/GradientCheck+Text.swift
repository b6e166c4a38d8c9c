private import ThalwegTensor

extension GradientCheck.Verdict {
  /// What differences give is lost in rounding.
  static let hiddenByRounding = GradientCheck.Verdict.unchecked("rounding hides it")

  /// Whether the derivative is not what differences give.
  public var isWrong: Bool {
    switch self {
    case .wrong, .notAdded, .notRepeatable: true
    case .right, .unchecked: false
    }
  }
}

extension GradientCheck.Remainder {
  /// Whether the remainder is of an order that no right gradient has.
  public var isWrong: Bool {
    if case .ofOrder(let order) = self { !(order >= 1.9) } else { false }
  }
}

extension GradientCheck {
  /// Whether something was compared, and nothing that was is out of tolerance.
  public var isRight: Bool { errors.isEmpty && tensors.contains { $0.checked > 0 } }

  /// Entries at a kink, of parameters and of operands, that were left out.
  public var kinks: Int {
    tensors.reduce(0) { $0 + $1.kinks } + derivatives.reduce(0) { $0 + $1.kinks }
  }

  /// The paths of tensors of which no entry was compared.
  public var uncheckedTensors: [String] {
    tensors.filter { $0.unchecked != nil }.map(\.path)
  }

  /// What is wrong, one sentence each: wrong derivatives first, as they explain the rest.
  public var errors: [String] {
    var sentences: [(text: String, count: Int)] = []
    for derivative in derivatives where derivative.verdict.isWrong {
      let text = GradientCheck.sentence(derivative)
      if let known = sentences.firstIndex(where: { $0.text == text }) {
        sentences[known].count += 1
      } else {
        sentences.append((text, 1))
      }
    }
    let blamed = sentences.map { $0.count == 1 ? $0.text : "\($0.text) (\($0.count) times)" }
    let own = tensors.filter(\.isWrong).map { tensor -> String in
      let example = tensor.wrong.first.map {
        ": entry \($0.index) is \(GradientCheck.short($0.gradient)), differences give "
          + GradientCheck.short($0.difference)
      }
      return "the gradient of \(tensor.path) is wrong" + (example ?? "")
    }
    let orders = terms.compactMap { term -> String? in
      guard term.remainder.isWrong, case .ofOrder(let order) = term.remainder else { return nil }
      return "the Taylor remainder of \(term.name) is of order "
        + GradientCheck.fixed(order, digits: 2) + ", not 2"
    }
    return blamed + own + orders
  }

  private static func sentence(_ derivative: Derivative) -> String {
    let place = derivative.path.isEmpty ? "outside any module" : "in \(derivative.path)"
    let whose = "the derivative of \(derivative.operation) \(place)"
    let which = derivative.operand == 0 ? "" : ", operand \(derivative.operand),"
    return switch derivative.verdict {
    case .wrong(let factor?): "\(whose)\(which) is wrong by a factor " + told(factor)
    case .wrong: "\(whose)\(which) is wrong, and not by a factor"
    case .notAdded: "\(whose)\(which) overwrites what other uses of the operand have brought"
    case .notRepeatable: "\(derivative.operation) \(place) gives another value when computed again"
    case .right, .unchecked: ""
    }
  }

  /// The fork in one sentence: which derivative is wrong, or that the gradient is right, with what
  /// was measured of the conditioning.
  public var summary: String {
    if let first = errors.first { return first }
    if terms.isEmpty { return "nothing was minimized, so that nothing could be checked" }
    if !tensors.contains(where: { $0.checked > 0 }) {
      return "no entry of a gradient could be checked"
    }
    let figures = self.figures
    let hidden =
      hiddenTerms.isEmpty
      ? "" : "; past the tape the parameters reach \(hiddenTerms.joined(separator: ", ")) as well"
    return "the gradient is right\(extent); the problem is conditioning, if there is one: "
      + (figures.isEmpty ? "nothing of it could be measured" : figures.joined(separator: "; "))
      + hidden + sampled
  }

  /// How far the check came, where it left something out.
  private var extent: String {
    let compared = tensors.count { $0.unchecked == nil }
    let alone = derivatives.count { $0.verdict == .right }
    if compared == tensors.count && alone == derivatives.count { return "" }
    return " where it was checked (\(compared) of \(tensors.count) tensors, \(alone) of "
      + "\(derivatives.count) derivatives alone)"
  }

  /// How many entries were compared, where they were not all.
  private var sampled: String {
    let reached = tensors.filter { $0.gradientNorm != nil }
    let (checked, all) = reached.reduce((0, 0)) { ($0.0 + $1.checked, $0.1 + $1.elements) }
    return checked == all ? "" : "; \(checked) of \(all) entries were compared"
  }

  private var figures: [String] {
    var figures: [String] = []
    if let most = conditioning.largest, let least = conditioning.smallest {
      let spread =
        "gradient norms from \(GradientCheck.short(least.norm)) (\(least.path)) to "
        + "\(GradientCheck.short(most.norm)) (\(most.path))"
      figures.append(spread + ", a factor " + GradientCheck.short(most.norm / least.norm))
    }
    let random = conditioning.curvatureAtRandom.map {
      ", along a random direction " + GradientCheck.short($0)
    }
    if let along = conditioning.curvatureAlongGradient {
      figures.append(
        "curvature along the gradient \(GradientCheck.short(along))" + (random ?? ""))
    }
    return figures
  }

  /// Three digits after the point, or as many as tell the factor from 1.
  private static func told(_ factor: Double) -> String {
    let digits = (3...9).first { fixed(factor, digits: $0) != fixed(1, digits: $0) } ?? 9
    return fixed(factor, digits: digits)
  }

  /// Three significant digits or so.
  private static func short(_ number: Double) -> String {
    let size = abs(number)
    if number == 0 || !number.isFinite { return "\(number)" }
    if size >= 1e-3 && size < 1e5 {
      var (digits, bound) = (2, 10.0)
      while digits > 0 && size >= bound { (digits, bound) = (digits - 1, bound * 10) }
      var small = 1.0
      while size < small { (digits, small) = (digits + 1, small / 10) }
      return fixed(number, digits: digits)
    }
    var (scaled, exponent) = (size, 0)
    while scaled >= 9.995 { (scaled, exponent) = (scaled / 10, exponent + 1) }
    while scaled < 0.9995 { (scaled, exponent) = (scaled * 10, exponent - 1) }
    return (number < 0 ? "-" : "") + fixed(scaled, digits: 2) + "e\(exponent)"
  }

  /// So many digits after the point.
  private static func fixed(_ number: Double, digits: Int) -> String {
    let scale = 10.0.power(digits)
    let scaled = (abs(number) * scale).rounded()
    guard scaled < 1e15 else { return "\(number)" }
    let whole = Int(scaled)
    let sign = number < 0 && whole > 0 ? "-" : ""
    let unit = Int(scale)
    if digits == 0 { return sign + String(whole) }
    let rest = String(whole % unit)
    let zeros = String(repeating: "0", count: digits - rest.count)
    return sign + "\(whole / unit)." + zeros + rest
  }
}
