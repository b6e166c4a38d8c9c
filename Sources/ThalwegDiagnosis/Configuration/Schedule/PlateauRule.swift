/// Lowers the rate where a metric stops to fall, as torch.optim.lr_scheduler.ReduceLROnPlateau does.
package struct PlateauRule: Sendable, Equatable {
  /// A smaller step down is not made.
  private static let leastStep = 1e-8

  package var factor = 0.1
  package var patience = 10
  package var threshold = 1e-4
  /// Whether the threshold is a share of the best value, and no difference.
  package var isRelative = true
  /// Whether a larger metric is better.
  package var isRising = false
  package var cooldown = 0
  package var least = 0.0

  package init() {}

  /// The counters between two epochs.
  package struct State: Sendable {
    package var rate: Double
    var best: Double?
    var badEpochs = 0
    var cooling = 0

    package init(rate: Double) { self.rate = rate }
  }

  /// Takes the metric of an epoch; nil: one that is no improvement.
  /// - Returns: whether the rate went down.
  package func step(_ state: inout State, metric: Double?) -> Bool {
    let isBetter = metric.map { isImprovement($0, on: state.best) } ?? false
    if isBetter {
      state.best = metric
      state.badEpochs = 0
    } else {
      state.badEpochs += 1
    }
    if state.cooling > 0 {
      state.cooling -= 1
      state.badEpochs = 0
    }
    if state.badEpochs <= patience { return false }
    state.cooling = cooldown
    state.badEpochs = 0
    let lower = max(state.rate * factor, least)
    if state.rate - lower <= PlateauRule.leastStep { return false }
    state.rate = lower
    return true
  }

  private func isImprovement(_ metric: Double, on best: Double?) -> Bool {
    guard let best else { return metric.isFinite }
    switch (isRising, isRelative) {
    case (false, true): return metric < best * (1 - threshold)
    case (false, false): return metric < best - threshold
    case (true, true): return metric > best * (1 + threshold)
    case (true, false): return metric > best + threshold
    }
  }

  /// In how many epochs after the warm-up the rate is certain without the metric: the first one is
  /// an improvement on nothing.
  package var certainEpochs: Int { patience + 2 }
}

extension PlateauRule {
  init(_ training: TrainingSettings) {
    if let value = training.number(.scheduleFactor) ?? training.number(.decayFactor) {
      factor = value
    }
    if let value = training.number(.schedulePatience) { patience = Int(clamping: min(value, 1e9)) }
    if let value = training.number(.scheduleThreshold) { threshold = value }
    if let value = training.number(.scheduleCooldown) { cooldown = Int(clamping: value) }
    if let value = training.number(.leastRate) { least = value }
    if training.text(.thresholdMode) == "abs" { isRelative = false }
    if training.text(.scheduleMode) == "max" { isRising = true }
  }
}
