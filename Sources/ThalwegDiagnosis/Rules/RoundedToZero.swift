import ThalwegRecord

extension Rule {
  package static let roundedToZero = Rule(
    name: "rounded_to_zero",
    summary: "a gradient is printed as 0, yet its tensor moved",
    needs: "gradient norms of named tensors, and how their norms changed",
    severities: .info ... .info,
    judge: RoundedToZero.judge)
}

enum RoundedToZero {
  static func judge(_ run: RunRecord) -> Rule.Judgement {
    let logged = LoggedTensor.all(in: run).filter { $0.hasGradient && !$0.isFrozen }
    let known = logged.filter { if case .notRecorded = $0.motion { false } else { true } }
    if known.isEmpty {
      return .cannotTell("gradient norms of named tensors, and how their norms changed")
    }
    let digits = PrintedDigits(logged.flatMap(\.gradients))
    let rounded = known.filter { ZeroGradient.isRounded($0, digits) }
    let keys = rounded.filter(\.isKeyBias)
    let others = rounded.filter { !$0.isKeyBias }
    return .init([keys, others].compactMap { finding($0, digits) })
  }

  private static func finding(_ tensors: [LoggedTensor], _ digits: PrintedDigits?) -> Finding? {
    guard let first = tensors.first else { return nil }
    let isKeys = first.isKeyBias
    let more = tensors.count > 1 ? ", and \(tensors.count - 1) like it" : ""
    let moved = first.largestChange.map { " by \($0.value.shown())" } ?? ""
    let why =
      isKeys
      ? "; it is likely a structural zero, the bias of the keys of an attention, which softmax does "
        + "not see: what is left of its gradient is rounding" : ""
    return Finding(
      rule: Rule.roundedToZero.name, .info, isKeys ? .likely : .established,
      subjects: tensors.map(\.path),
      "\(first.path) moved\(moved) though its gradient is printed \(digits?.zero ?? "0")\(more): "
        + "not 0, but below the printed digits\(why)",
      figures: [
        .init("tensors", Double(tensors.count)),
        .init("largest change", first.largestChange?.value),
      ],
      evidence: Array(tensors.flatMap(\.places).prefix(8)),
      unknown: "how large the gradient is: print it with three significant digits",
      remedy: "print gradients with significant digits, not with decimals",
      proof: "the same log then shows a number that is not 0")
  }
}
