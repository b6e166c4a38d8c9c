import ThalwegRecord

/// Weights of loss terms as settings state them.
enum PartWeights {
  struct Named {
    var value: Double
    var place: Place
  }

  /// Words that say that a name is a part of the loss, not which.
  private static let general: Set<String> = [
    "loss", "term", "train", "training", "val", "valid", "validation", "eval", "test", "raw",
  ]

  /// One weight for each part, or nil where one has none, or several that differ.
  static func stated(_ parts: [Series], _ run: RunRecord) -> [Named]? {
    var found: [Named] = []
    for part in parts {
      let words = NameWords.split(part.key.name).filter { !general.contains($0) }
      if words.isEmpty { return nil }
      let name = words.joined(separator: "_")
      let settings = run.settings([
        "\(name)_weight", "weight_\(name)", "lambda_\(name)", "w_\(name)", "\(name)_w",
        "\(name)_coef", "\(name)_coefficient", "\(name)_loss_weight", "\(name)_lambda",
        "\(name)_scale", "loss_weight_\(name)", "\(name)_loss_coef", "λ_\(name)",
      ]).filter { $0.number != nil }
      guard let first = settings.first, let value = first.number,
        settings.allSatisfy({ $0.number == value })
      else { return nil }
      found.append(Named(value: value, place: first.place))
    }
    return found
  }
}
