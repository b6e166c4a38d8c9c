import ThalwegRecord

extension Counterfactual {
  /// Another threshold: the norm before clipping does not know of it.
  func clipped(at new: Double, _ evidence: [Place]) -> Prediction {
    var prediction = Prediction(
      kind: .unknown, norm: 1...1, clip: new, update: nil,
      why: "no norm before clipping is recorded", evidence: evidence, rests: [.optimizer, .clip])
    guard let least = norms.min(), let largest = norms.max() else { return prediction }
    guard let old = clip else {
      prediction.why = "the threshold before is not recorded"
      return prediction
    }
    let spelled = ConfigurationText.short(max(old, new))
    if largest <= min(old, new) {
      prediction.kind = .inert
      prediction.update = 1...1
      prediction.why = "no recorded norm is above either threshold"
    } else if least > max(old, new) && family == .adaptive {
      prediction.kind = .inert
      prediction.update = 1...1
      prediction.why =
        "every recorded norm is above \(spelled), so that these steps are all scaled by one more "
        + "factor, which an adaptive optimizer divides out"
    } else {
      let ratios = norms.map { min(1, new / $0) / min(1, old / $0) }
      prediction.kind = .effective
      prediction.why = "what was clipped to the one threshold is clipped to the other"
      if family == .proportional, let low = ratios.min(), let high = ratios.max() {
        prediction.update = .finite(low, high)
      }
    }
    return prediction
  }

  /// A factor on the whole loss.
  func scaledLoss(by factor: Double, _ evidence: [Place]) -> Prediction {
    var prediction = Prediction(
      kind: .unknown, norm: .finite(factor, factor), update: nil,
      why: "the optimizer is not known", evidence: evidence, rests: [.optimizer, .clip])
    let isAlwaysClipped = clip.map { clip in
      !norms.isEmpty && norms.allSatisfy { min($0, $0 * factor) > clip }
    }
    let neverActs =
      clip.map { clip in norms.allSatisfy { max($0, $0 * factor) <= clip } } ?? false
    if isAlwaysClipped == true {
      prediction.kind = .cosmetic
      prediction.update = 1...1
      prediction.why = "clipping takes the same step from either norm"
    } else if family == .adaptive {
      prediction.kind = .cosmetic
      if neverActs { prediction.update = 1...1 }
      prediction.why = "an adaptive optimizer divides a factor on all gradients out"
    } else if family == .proportional {
      prediction.kind = .effective
      if neverActs { prediction.update = prediction.norm }
      prediction.why = "it is a factor on the learning rate by another name"
    }
    return prediction
  }

  func rated(_ factor: Double, _ evidence: [Place]) -> Prediction {
    Prediction(
      kind: .effective, norm: 1...1, update: .finite(factor, factor),
      why: "the norm at given weights does not depend on the rate", evidence: evidence)
  }

  /// The mean over `factor` times as many units.
  func averaged(over factor: Double, _ evidence: [Place]) -> Prediction {
    let root = 1 / factor.squareRoot()
    guard factor > 0 && root.isFinite else {
      return unknown("a batch has at least one example", evidence)
    }
    return Prediction(
      kind: factor == 1 ? .inert : .effective, norm: .finite(min(1, root), max(1, root)),
      update: factor == 1 ? 1...1 : nil,
      why: "the norm of a mean falls with the root of its count where the gradients are "
        + "independent, and stays where they are equal", evidence: evidence)
  }

  /// Other weights of terms: the norm goes with the weight as far as it is that term's.
  func weighted(_ edits: [ProposedChange.Edit]) -> Prediction {
    var (low, high) = (1.0, 1.0)
    var isSame = true
    var evidence: [Place] = []
    for edit in edits {
      // A weight that is said to have two values may have had either.
      let olds = training.candidates(edit.key)
      evidence += olds.map(\.place) + [edit.place]
      let new = Setting(path: [edit.key], value: edit.value, text: "", place: edit.place).numeric
      let ratios = olds.compactMap { old -> Double? in
        guard let before = old.numeric, let new, before > 0, new >= 0 else { return nil }
        return new / before
      }
      guard let least = ratios.min(), let most = ratios.max(), ratios.count == olds.count else {
        return unknown("the weight before is not recorded, or 0", evidence)
      }
      low = min(low, least)
      high = max(high, most)
      isSame = isSame && least == 1 && most == 1
    }
    return Prediction(
      kind: isSame ? .inert : .effective, norm: .finite(low, high), update: isSame ? 1...1 : nil,
      why: isSame
        ? "the weight is the same"
        : "the norm goes with the weight as far as it comes from that term, whose share in the "
          + "gradient is not recorded", evidence: evidence)
  }

  /// The one factor by which a change scales the weights of all terms; nil where it does not.
  func uniformScale(_ change: ProposedChange) -> (factor: Double, evidence: [Place])? {
    guard let terms = configured.facts.terms, terms.count > 1, change.edits.count > 1 else {
      return nil
    }
    var factor: Double?
    var evidence: [Place] = []
    for term in terms {
      guard case .key(let key) = term.weight,
        let edit = change.edits.first(where: { $0.key == key || $0.key.hasSuffix("." + key) }),
        let old = training.setting(edit.key), let before = old.numeric, before > 0,
        let new = Setting(path: [key], value: edit.value, text: "", place: edit.place).numeric
      else { return nil }
      let ratio = new / before
      if let factor, abs(ratio / factor - 1) > 1e-6 { return nil }
      factor = factor ?? ratio
      evidence += [old.place, edit.place]
    }
    guard let factor, factor > 0, factor.isFinite, factor != 1,
      change.edits.allSatisfy({ isTermWeight($0.key) })
    else { return nil }
    return (factor, evidence)
  }
}
