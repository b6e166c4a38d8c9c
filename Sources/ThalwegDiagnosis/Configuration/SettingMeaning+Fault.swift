import ThalwegRecord

extension SettingMeaning {
  /// Why a setting cannot have this number; nil: it can.
  func fault(_ number: Double) -> String? {
    if number.isNaN { return "it is no number" }
    // Many tools take -1 for "no limit" or "find out".
    let isOpen = number == -1
    switch self {
    case .learningRate:
      if number == 0 { return "a rate of 0 moves nothing" }
      return number > 0 && number < .infinity ? nil : "a rate is a finite number above 0"
    case .leastRate: return number >= 0 ? nil : "a rate is not below 0"
    case .batchSize, .accumulation:
      let isCount = number >= 1 && number == number.rounded()
      return isCount || isOpen ? nil : "a count of examples or batches is a whole number from 1 on"
    case .epochs, .steps: return number >= 0 || isOpen ? nil : "a length is not below 0"
    case .warmupEpochs, .warmupSteps: return number >= 0 ? nil : "a length is not below 0"
    case .warmupRatio, .dropout, .momentum:
      return number >= 0 && number <= 1 ? nil : "it lies between 0 and 1"
    case .clip:
      return number >= 0 ? nil : "scaled to a norm below 0 a gradient would be turned round"
    default: return nil
    }
  }

  /// What would excuse a number that the setting cannot have; nil: nothing.
  func excuse(_ number: Double, _ setting: Setting) -> String? {
    switch (self, number) {
    case (.clip, _) where !SettingMeaning.speaksOfGradients(setting):
      "whether \(setting.name) is about gradients, as its name does not say"
    case (.clip, -1): "whether the code takes -1 for no clipping"
    case (.learningRate, 0): "whether what it moves is meant to stay as it is"
    default: nil
    }
  }

  /// Sounds and pictures are clipped as well.
  private static func speaksOfGradients(_ setting: Setting) -> Bool {
    let words = ["grad", "norm", "optim", "train", "clipnorm"]
    return setting.path.flatMap { NameWords.split($0) }.contains { part in
      words.contains { part.hasPrefix($0) }
    }
  }
}
