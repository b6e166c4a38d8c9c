import ThalwegRecord

/// How far one step of an adaptive optimizer moves an entry of the parameters, in rates, weight
/// decay aside.
struct StepBound {
  /// The most of any gradients; nil: the rate alone bounds nothing.
  var most: Double?
  /// The settings that it rests on, in words; nil: none.
  var reason: String?
  var evidence: [Place] = []

  init(_ training: TrainingSettings) {
    let flat = training.className(.optimizer) ?? ""
    if flat.contains("lion") || flat.contains("adagrad") {
      // The sign of a mean; a gradient over the root of a sum that holds its square.
      most = 1
    } else if flat.contains("rmsprop") {
      readSquares(training)
    } else if flat.contains("adam"), !StepBound.others.contains(where: { flat.contains($0) }) {
      readBetas(training)
    }
  }

  /// Kin of Adam whose steps have other bounds, or none.
  private static let others = ["nadam", "radam", "adamax", "adamod", "sparseadam"]

  /// g / √v is largest where all of v but (1 - α) g² is 0, as in the first step.
  private mutating func readSquares(_ training: TrainingSettings) {
    let isPushed = (training.besideRate("momentum")?.numeric ?? 0) != 0
    if isPushed || training.besideRate("centered")?.value == .bool(true) { return }
    let setting = training.besideRate("alpha") ?? training.besideRate("rho")
    let alpha = setting?.numeric ?? 0.99
    guard alpha >= 0, alpha < 1 else { return }
    most = 1 / (1 - alpha).squareRoot()
    let by = setting == nil ? ", the default" : ""
    reason = "with an alpha of \(ConfigurationText.short(alpha))\(by)"
    evidence = [setting].compactMap { $0?.place }
  }

  /// m / √v of any gradients, by the inequality of Cauchy and Schwarz at most
  /// (1 - β₁) / √((1 - β₂)(1 - β₁²/β₂)); where one comes alone, (1 - β₁) / √(1 - β₂), as Kingma and
  /// Ba have it (2015, arXiv 1412.6980, section 2.1).
  private mutating func readBetas(_ training: TrainingSettings) {
    var betas = [0.9, 0.999]
    var settings = [training.besideRate("betas")].compactMap { $0 }
    if case .list(let values)? = settings.first?.value {
      betas = values.compactMap { if case .number(let number) = $0 { number } else { nil } }
    } else {
      settings = []
      for (place, names) in [["beta1", "adam_beta1"], ["beta2", "adam_beta2"]].enumerated() {
        let told = names.compactMap { training.besideRate($0) }.first
        guard let told else { continue }
        betas[place] = told.numeric ?? .nan
        settings.append(told)
      }
    }
    guard betas.count == 2, betas.allSatisfy({ $0 >= 0 && $0 < 1 }),
      betas[0] * betas[0] < betas[1]
    else { return }
    let (first, second) = (betas[0], betas[1])
    most = (1 - first) / ((1 - second) * (1 - first * first / second)).squareRoot()
    reason =
      "with betas of \(ConfigurationText.short(first)) and \(ConfigurationText.short(second))"
      + (settings.isEmpty ? ", the default" : "")
    evidence = settings.map(\.place)
  }
}

extension TrainingSettings {
  /// A setting of that key in the section of the rate or of the optimizer; nil: none.
  func besideRate(_ key: String) -> Setting? {
    let sections = [self[.learningRate], self[.optimizer]].compactMap { $0?.path.dropLast() }
    return candidates(key).first { setting in
      sections.contains { $0.elementsEqual(setting.path.dropLast()) }
    }
  }
}
