extension OptimizerConfiguration {
  /// Refuses numbers with which an update means nothing.
  func check() throws(OptimizerError) {
    let notNegative = "finite and not negative"
    try check("learningRate", learningRate, notNegative) { $0 >= 0 }
    try check("weightDecay", weightDecay, notNegative) { $0 >= 0 }
    try check("beta1", beta1, "in [0, 1)") { $0 >= 0 && $0 < 1 }
    try check("beta2", beta2, "in [0, 1)") { $0 >= 0 && $0 < 1 }
    try check("epsilon", epsilon, notNegative) { $0 >= 0 }
    if let clipNorm { try check("clipNorm", clipNorm, "finite and positive") { $0 > 0 } }
    for group in groups {
      try check("learningRateScale of '\(group.pattern)'", group.learningRateScale, notNegative) {
        $0 >= 0
      }
      if let decay = group.weightDecay {
        try check("weightDecay of '\(group.pattern)'", decay, notNegative) { $0 >= 0 }
      }
    }
  }

  private func check(
    _ name: String, _ value: Double, _ range: String, _ isAllowed: (Double) -> Bool
  ) throws(OptimizerError) {
    if !value.isFinite || !isAllowed(value) {
      throw .outOfRange(name: name, value: value, range: range)
    }
  }
}
