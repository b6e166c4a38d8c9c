import ThalwegRecord

extension Rule {
  package static let gradientLeftOver = Rule(
    name: "gradient_left_over",
    summary: "gradients of steps before are still there in more than half of the steps",
    needs: "whether gradients were there before the first backward pass of at least 3 steps",
    severities: .error ... .error,
    judge: GradientLeftOver.judge)
}

/// A backward pass adds to the gradients that are there, so that without clearing them an update
/// uses the sum over all steps before.
enum GradientLeftOver {
  private static let fewestSteps = 3
  private static let share = 0.5
  /// Of steps without an update: then gradients are added up over several steps.
  private static let accumulating = 0.1

  static func judge(_ run: RunRecord) -> Rule.Judgement {
    guard let flags = run.ranked(.gradientLeftOver).first, flags.count >= fewestSteps else {
      return .cannotTell(Rule.gradientLeftOver.needs)
    }
    let count = flags.flagged(.whole)
    guard Double(count) > share * Double(flags.count),
      let first = flags.points?.first(where: { $0.value > 0 }) ?? flags.highest
    else { return .quiet }
    let accumulated = run.settings(of: .accumulation).compactMap(\.numeric).max() ?? 1
    let isAccumulating =
      Double(run.stepsWithoutUpdate) >= accumulating * Double(flags.count) || accumulated > 1
    if isAccumulating { return .cannotTell("steps that do not accumulate gradients") }
    // The optimizer clears what it holds; what it does not is told by another rule.
    let isOutside = LoggedTensor.all(in: run).contains {
      $0.isOutside == true && !$0.isFrozen && $0.isZero == false
    }
    if isOutside {
      return .cannotTell("gradients left over of those tensors alone that the optimizer holds")
    }
    return .found([
      Finding(
        rule: Rule.gradientLeftOver.name, .error, .established, subjects: [flags.key.name],
        "gradients that are not 0 were there before the backward pass in \(count) of "
          + "\(flags.count) steps, first at \(run.whereabouts(first)): each pass adds to those of "
          + "the steps before",
        figures: [.init("steps", Double(count))], evidence: [first.place],
        unknown: "whether they are kept on purpose",
        remedy: "call optimizer.zero_grad() before each backward pass that begins a step",
        proof: "gradient_left_over is then false in all steps")
    ])
  }
}
