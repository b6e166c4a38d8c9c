#if canImport(Glibc)
  private import Glibc
#else
  private import Darwin
#endif

/// How the rate goes after the warm-up, by the count of steps of the schedule since then.
package enum RateShape: Sendable, Equatable {
  case constant
  case plateau(PlateauRule)
  /// Half waves between the base and `least` over the length; behind it `least` stays where
  /// `isHeld`, where torch goes up again.
  case cosine(length: Double, least: Double, halfWaves: Double, isHeld: Bool)
  /// Cosine that starts anew; each time `factor` times as long.
  case restarts(first: Double, factor: Double, least: Double)
  /// `cycles` falls over the length, each from the base to 0.
  case hardRestarts(length: Double, cycles: Double)
  /// From `start` times the base to `end` times it.
  case linear(length: Double, start: Double, end: Double)
  case polynomial(length: Double, power: Double, end: Double)
  /// A factor each time so many steps are done.
  case step(every: Double, factor: Double)
  case milestones([Double], factor: Double)
  case exponential(factor: Double)
  /// Falls with the root of the count.
  case inverseRoot(timescale: Double)

  /// The rate after `count` steps; nil where it depends on a metric.
  func rate(base: Double, after count: Double) -> Double? {
    switch self {
    case .constant: return base
    case .plateau(let rule):
      return count < Double(rule.certainEpochs) ? base : nil
    case .cosine(let length, let least, let halfWaves, let isHeld):
      if length <= 0 || (isHeld && count >= length) { return least }
      return RateShape.wave(base, least, halfWaves * count / length)
    case .restarts(let first, let factor, let least):
      var (length, rest) = (first, count)
      // torch wants whole factors as well.
      if length <= 0 || factor < 1 || factor != factor.rounded() { return nil }
      if factor == 1 { rest = fmod(rest, length) }
      while rest >= length {
        rest -= length
        length *= factor
      }
      return RateShape.wave(base, least, rest / length)
    case .hardRestarts(let length, let cycles):
      let share = count / length
      if share >= 1 { return 0 }
      return RateShape.wave(base, 0, fmod(share * cycles, 1))
    case .linear(let length, let start, let end):
      let share = length <= 0 ? 1 : min(1, count / length)
      return base * (start + (end - start) * share)
    case .polynomial(let length, let power, let end):
      let share = length <= 0 ? 1 : min(1, count / length)
      return end + (base - end) * pow(1 - share, power)
    case .step(let every, let factor):
      return every <= 0 ? nil : base * pow(factor, (count / every).rounded(.down))
    case .milestones(let places, let factor):
      return base * pow(factor, Double(places.count { $0 <= count }))
    case .exponential(let factor): return base * pow(factor, count)
    case .inverseRoot(let timescale): return base / (1 + count / timescale).squareRoot()
    }
  }

  private static func wave(_ base: Double, _ least: Double, _ share: Double) -> Double {
    least + (base - least) * (1 + cos(.pi * share)) / 2
  }
}
