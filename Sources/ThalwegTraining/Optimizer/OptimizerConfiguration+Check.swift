extension OptimizerConfiguration {
  /// Refuses numbers with which an update means nothing.
  func check() throws(OptimizerError) {
    let notNegative = "finite and not negative"
    try check("learningRate", learningRate, notNegative) { $0 >= 0 }
    try check("weightDecay", weightDecay, notNegative) { $0 >= 0 }
    try check("beta1", beta1, "in [0, 1)") { $0 >= 0 && $0 < 1 }
    try check("beta2", beta2, "in [0, 1)") { $0 >= 0 && $0 < 1 }
    try check("epsilon", epsilon, notNegative) { $0 >= 0 }
    try check("momentum", momentum, "in [0, 1)") { $0 >= 0 && $0 < 1 }
    for (name, limit) in [
      ("clipNorm", clipNorm), ("clipValue", clipValue), ("clipAdaptive", clipAdaptive),
    ] {
      if let limit { try check(name, limit, "finite and positive") { $0 > 0 } }
    }
    if let conflict { throw .combination(conflict.key + " " + conflict.reason) }
    for group in groups {
      try check("learningRateScale of '\(group.pattern)'", group.learningRateScale, notNegative) {
        $0 >= 0
      }
      if let decay = group.weightDecay {
        try check("weightDecay of '\(group.pattern)'", decay, notNegative) { $0 >= 0 }
      }
    }
  }

  /// Settings that exclude each other: the name of one in YAML, and why; nil where all agree.
  package var conflict: (key: String, reason: String)? {
    if momentum > 0 && rule != .sgd {
      return ("momentum", "is for the rule sgd alone; \(rule.rawValue) keeps moments of its own")
    }
    if isNesterov && momentum == 0 {
      return ("nesterov", "looks ahead by the momentum; set momentum above 0")
    }
    let clips = [
      ("clip_norm", clipNorm), ("clip_value", clipValue), ("clip_adaptive", clipAdaptive),
    ].filter { $0.1 != nil }.map(\.0)
    if clips.count > 1 {
      return (clips[1], "is set beside \(clips[0]); leave one of them null")
    }
    return nil
  }

  private func check(
    _ name: String, _ value: Double, _ range: String, _ isAllowed: (Double) -> Bool
  ) throws(OptimizerError) {
    if !value.isFinite || !isAllowed(value) {
      throw .outOfRange(name: name, value: value, range: range)
    }
  }
}
