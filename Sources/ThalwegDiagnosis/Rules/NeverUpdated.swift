import ThalwegRecord

extension Rule {
  package static let neverUpdated = Rule(
    name: "never_updated",
    summary: "no recorded step updated the parameters",
    needs: "whether steps updated the parameters",
    severities: .critical ... .critical,
    judge: NeverUpdated.judge)
}

enum NeverUpdated {
  /// One step may have ended by an error, or be one pass of several.
  private static let fewestSteps = 3

  static func judge(_ run: RunRecord) -> Rule.Judgement {
    guard let updates = run.ranked(.updatedStep).first, updates.count >= fewestSteps else {
      return .cannotTell("whether each of \(fewestSteps) steps or more updated the parameters")
    }
    // What mixed precision skipped is told by its scale.
    let skipped = run.ranked(.skippedStep).first?.flagged(.whole) ?? 0
    if updates.zeros < updates.count || skipped >= updates.count { return .quiet }
    return .found([
      Finding(
        rule: Rule.neverUpdated.name, .critical, .established, subjects: [updates.key.name],
        "none of \(updates.count) recorded steps updated the parameters: the optimizer's step was "
          + "not called in any of them",
        figures: [.init("steps", Double(updates.count))], evidence: updates.ends,
        unknown: "whether another optimizer than the recorded one steps, or steps elsewhere",
        remedy: "call the step of this optimizer after backward, where the step is recorded",
        proof: "the record then says of a step that it updated the parameters")
    ])
  }
}

extension RunRecord {
  /// Steps in which nothing was updated, though mixed precision did not skip them.
  var stepsWithoutUpdate: Int {
    let zeros = ranked(.updatedStep).first?.zeros ?? 0
    return max(0, zeros - (ranked(.skippedStep).first?.flagged(.whole) ?? 0))
  }
}
