package import ThalwegRecord

/// The learning rate of every epoch or step, as a configured schedule really gives it.
///
/// Schedules count the steps that they have done: in the first epoch none. torch's `LinearLR`
/// starts at its start factor there, and reaches the base in the epoch behind the warm-up.
package struct RateSchedule: Sendable {
  package enum Unit: String, Sendable {
    case epoch, step
  }

  /// The way up to the base.
  package struct Warmup: Sendable, Equatable {
    /// In units of the schedule.
    package var length: Double
    /// The factor before the first step.
    package var start: Double
    /// How many steps count as done before the first epoch: 1 where the first one has 1/length.
    package var ahead: Double = 0

    func factor(after count: Double) -> Double {
      start + (1 - start) * (count + ahead) / length
    }
  }

  /// Something that configurations do not say, and what was taken for it.
  package struct Assumption: Sendable, Equatable {
    package enum Phase: Sendable {
      case warmup, afterwards
    }

    package var phase: Phase
    package var text: String
  }

  package let base: Double
  package let unit: Unit
  package let warmup: Warmup?
  package let shape: RateShape
  /// The lowest rate of all, which some schedules do not go below.
  package let assumptions: [Assumption]
  /// The lines that it was read from.
  package let evidence: [Place]
  /// How many steps of the schedule count as done where the shape starts.
  let shapeAhead: Double
  /// The length of the training in units of the schedule; nil: the configuration does not say.
  package let total: Double?
  /// How the log counts: the number of the first epoch, or of the step that has no step behind it.
  package var first: Double

  /// The rate while the figure at `progress` was made; nil where the progress does not tell, where
  /// it depends on a metric, and where the configuration leaves it open.
  package func rate(at progress: Progress) -> Double? {
    guard let count = count(at: progress), count >= 0 else { return nil }
    let phase: Assumption.Phase = isWarmingUp(after: count) ? .warmup : .afterwards
    if assumptions.contains(where: { $0.phase == phase }) { return nil }
    return rate(after: count)
  }

  /// The rate after so many steps of the schedule, with what is assumed; nil where it depends on a
  /// metric.
  package func rate(after count: Double) -> Double? {
    if let warmup, isWarmingUp(after: count) { return base * warmup.factor(after: count) }
    return shape.rate(base: base, after: count - (warmup?.length ?? 0) + shapeAhead)
  }

  package func isWarmingUp(after count: Double) -> Bool {
    guard let warmup else { return false }
    return count + warmup.ahead < warmup.length
  }

  /// Steps of the schedule done at a progress.
  package func count(at progress: Progress) -> Double? {
    switch unit {
    case .epoch: return progress.epoch.map { ($0 - first).rounded(.down) }
    case .step:
      if let step = progress.step { return Double(step) - first }
      return nil
    }
  }

  /// The schedule with the counting, from 0 or from 1, that agrees best with logged rates.
  package func fitted(to rates: Series) -> RateSchedule {
    func deviation(_ schedule: RateSchedule) -> Double {
      rates.samples.prefix(100).reduce(0) { sum, sample in
        guard sample.count == 1, let rate = schedule.rate(at: sample.low.progress) else {
          return sum
        }
        return sum + abs(rate - sample.low.value)
      }
    }
    let candidates = [first, 1 - first].map { first in
      var schedule = self
      schedule.first = first
      return schedule
    }
    return deviation(candidates[1]) < deviation(candidates[0]) ? candidates[1] : candidates[0]
  }

  init(
    base: Double, unit: Unit, warmup: Warmup?, shape: RateShape, shapeAhead: Double = 0,
    total: Double?, assumptions: [Assumption] = [], evidence: [Place], first: Double
  ) {
    self.base = base
    self.unit = unit
    self.warmup = warmup
    self.shape = shape
    self.shapeAhead = shapeAhead
    self.total = total
    self.assumptions = assumptions
    self.evidence = evidence
    self.first = first
  }
}
