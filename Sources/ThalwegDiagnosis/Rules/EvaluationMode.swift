import ThalwegRecord

extension Rule {
  package static let evaluationMode = Rule(
    name: "evaluation_mode",
    summary: "the model is in evaluation mode in all training steps",
    needs: "whether the model was in training mode in at least 3 steps",
    severities: .warning ... .warning,
    judge: EvaluationMode.judge)
}

/// Dropout is off then, and batch normalization uses statistics that nobody updates.
enum EvaluationMode {
  private static let fewestSteps = 3

  static func judge(_ run: RunRecord) -> Rule.Judgement {
    guard let modes = run.ranked(.trainingMode).first, modes.count >= fewestSteps else {
      return .cannotTell(Rule.evaluationMode.needs)
    }
    if modes.zeros < modes.count { return .quiet }
    return .found([
      Finding(
        rule: Rule.evaluationMode.name, .warning, .established, subjects: [modes.key.name],
        "the model is in evaluation mode in all \(modes.count) steps: dropout is off, and batch "
          + "normalization uses the statistics that it has kept and does not update them",
        figures: [.init("steps", Double(modes.count))], evidence: modes.ends,
        unknown: "whether the model has such layers, and whether it is meant so",
        remedy: "call model.train() before the training, and again after each evaluation",
        proof: "training is then true in the record's steps")
    ])
  }
}
