import CKernels
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Losses entry by entry under a mask, and their derivatives.
extension KernelCheck {
  /// A loss in plain Swift.
  private struct Term {
    let kind: tw_loss
    let settings: tw_loss_settings
    /// Of prediction, target and variance.
    let value: (Double, Double, Double) -> Double
    let slopes: [(Double, Double, Double) -> Double]
  }

  private static func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }
  private static func chance(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
  private static func sign(_ x: Double) -> Double { x > 0 ? 1 : (x < 0 ? -1 : 0) }

  private func huber(_ delta: Double) -> Term {
    Term(
      kind: TW_HUBER, settings: tw_loss_settings(first: delta, second: 0),
      value: { x, t, _ in
        let d = abs(x - t)
        return d <= delta ? d * d / 2 : delta * (d - delta / 2)
      },
      slopes: [
        { x, t, _ in min(max(x - t, -delta), delta) },
        { x, t, _ in min(max(t - x, -delta), delta) },
      ])
  }

  private func binary(_ weight: Double) -> Term {
    Term(
      kind: TW_BINARY_CROSS_ENTROPY, settings: tw_loss_settings(first: weight, second: 0),
      value: { x, t, _ in (1 - t) * Self.softplus(x) + weight * t * Self.softplus(-x) },
      slopes: [
        { x, t, _ in (1 - t) * Self.chance(x) - weight * t * Self.chance(-x) },
        { x, _, _ in weight * Self.softplus(-x) - Self.softplus(x) },
      ])
  }

  private func gaussian(_ floor: Double, _ shift: Double) -> Term {
    Term(
      kind: TW_GAUSSIAN, settings: tw_loss_settings(first: floor, second: shift),
      value: { x, t, s in
        let v = max(s, floor)
        return (log(v) + (x - t) * (x - t) / v) / 2 + shift
      },
      slopes: [
        { x, t, s in (x - t) / max(s, floor) },
        { x, t, s in (t - x) / max(s, floor) },
        { x, t, s in (1 - (x - t) * (x - t) / max(s, floor)) / (2 * max(s, floor)) },
      ])
  }

  private var terms: [Term] {
    [
      Term(
        kind: TW_SQUARED_ERROR, settings: tw_loss_settings(),
        value: { x, t, _ in (x - t) * (x - t) },
        slopes: [{ x, t, _ in 2 * (x - t) }, { x, t, _ in 2 * (t - x) }]),
      Term(
        kind: TW_ABSOLUTE_ERROR, settings: tw_loss_settings(),
        value: { x, t, _ in abs(x - t) },
        slopes: [{ x, t, _ in Self.sign(x - t) }, { x, t, _ in Self.sign(t - x) }]),
      huber(1), huber(0.25), binary(1), binary(3), gaussian(0x1p-20, 0), gaussian(1, 0.5),
    ]
  }

  /// Predictions, targets, variances and a mask of zeros, ones and halves.
  private struct Entries {
    var x: [Number]
    var t: [Number]
    var s: [Number]
    var mask: [Number]
  }

  private func entries(_ term: Term, _ size: Int) -> Entries {
    let isBinary = term.kind == TW_BINARY_CROSS_ENTROPY
    return Entries(
      x: drawn(size, "x", -20, 20), t: drawn(size, "t", isBinary ? 0 : -4, isBinary ? 1 : 4),
      s: drawn(size, "s", 0.01, 4),
      mask: drawn(size, "mask", 0, 1).map { $0 < 0.4 ? 0 : ($0 < 0.9 ? 1 : 0.5) })
  }

  private func sum(_ term: Term, _ entries: Entries, isMasked: Bool) -> Double {
    var settings = term.settings
    let mask = isMasked ? UnsafeRawPointer(keeper.memory(entries.mask).pointer) : nil
    let variance =
      term.kind == TW_GAUSSIAN ? UnsafeRawPointer(keeper.memory(entries.s).pointer) : nil
    return table.loss(
      term.kind, keeper.memory(entries.x).pointer, keeper.memory(entries.t).pointer, variance, mask,
      &settings, Int64(entries.x.count))
  }

  private func slopes(
    _ term: Term, _ operand: Int, _ entries: Entries, isMasked: Bool, scale: Double = -0.3
  ) -> [Number] {
    var settings = term.settings
    let dx = keeper.memory(result: entries.x.count)
    let mask = isMasked ? UnsafeRawPointer(keeper.memory(entries.mask).pointer) : nil
    let variance =
      term.kind == TW_GAUSSIAN ? UnsafeRawPointer(keeper.memory(entries.s).pointer) : nil
    table.loss_backward(
      term.kind, Int32(operand), dx.pointer, keeper.memory(entries.x).pointer,
      keeper.memory(entries.t).pointer, variance, mask, &settings, scale, Int64(entries.x.count))
    #expect(dx.isFenceIntact)
    return dx.numbers
  }

  /// Puts anything where the mask is 0.
  private func soiled(_ entries: Entries, _ anything: Number) -> Entries {
    var other = entries
    for index in entries.mask.indices where entries.mask[index] == 0 {
      other.x[index] = anything
      if index % 2 == 0 { other.t[index] = anything }
      if index % 3 == 0 { other.s[index] = anything }
    }
    return other
  }

  func loss() {
    for term in terms {
      for size in Self.sizes {
        let entries = entries(term, size)
        for isMasked in [false, true] {
          var (exact, magnitude) = (0.0, 0.0)
          for i in 0..<size {
            let weight = isMasked ? Double(entries.mask[i]) : 1
            let value = term.value(Double(entries.x[i]), Double(entries.t[i]), Double(entries.s[i]))
            exact += weight * value
            magnitude += weight * (abs(value) + 1)
          }
          let got = sum(term, entries, isMasked: isMasked)
          expectNear(
            got, exact, size: magnitude, units: Double(size + 8), "\(term.kind) of \(size)")
        }
        let clean = sum(term, entries, isMasked: true)
        for anything in [Number.nan, .infinity, -.infinity, .greatestFiniteMagnitude, 1e6, 0] {
          let got = sum(term, soiled(entries, anything), isMasked: true)
          #expect(got == clean, "\(anything) under the mask of \(size), \(term.kind)")
        }
      }
      // Where the mask is not 0, a NaN comes through.
      let bad = Entries(x: [.nan, 1], t: [0, 0], s: [1, 1], mask: [1, 1])
      #expect(sum(term, bad, isMasked: true).isNaN)
      #expect(sum(term, bad, isMasked: false).isNaN)
    }
    lossAtTheEdges()
  }

  private func lossAtTheEdges() {
    let sure = Entries(x: [100, -100], t: [1, 0], s: [], mask: [1, 1])
    // No digit is lost where the answer is right: exp(-100) each, which Float's exponential has as 0.
    let expected = Number.self == Float.self ? 0 : 2 * exp(-100.0)
    expectNear(sum(binary(1), sure, isMasked: false), expected, size: expected, units: 4)
    let half = Entries(x: [-12, 12], t: [0, 1], s: [], mask: [1, 1])
    let tail = 2 * log1p(exp(-12.0))
    expectNear(sum(binary(1), half, isMasked: true), tail, size: tail, units: 8)
    let wrong = Entries(x: [1000], t: [0], s: [], mask: [1])
    #expect(sum(binary(1), wrong, isMasked: false) == 1000)
    // No variance is negative.
    let negative = Entries(x: [1], t: [0], s: [-1], mask: [1])
    #expect(sum(gaussian(1e-6, 0), negative, isMasked: false).isNaN)
    // The logarithm over its whole range.
    let variances: [Number] = [
      .leastNonzeroMagnitude, .leastNormalMagnitude, 0.5, 0.75, 1, 1.25, 1e6,
      .greatestFiniteMagnitude,
    ]
    for variance in variances {
      let one = Entries(x: [1], t: [1], s: [variance], mask: [1])
      let exact = log(Double(variance)) / 2
      expectNear(
        sum(gaussian(0, 0), one, isMasked: false), exact, size: exact, units: 3, "\(variance)")
    }
  }

  func lossBackward() {
    for term in terms {
      for size in Self.sizes {
        let entries = entries(term, size)
        for operand in term.slopes.indices {
          for isMasked in [false, true] {
            let got = slopes(term, operand, entries, isMasked: isMasked)
            let expected = (0..<size).map { i in
              let weight = isMasked ? Double(entries.mask[i]) : 1
              let slope = term.slopes[operand](
                Double(entries.x[i]), Double(entries.t[i]), Double(entries.s[i]))
              return (value: -0.3 * weight * slope, size: weight * (abs(slope) + 20))
            }
            expectNear(got, expected, units: 4, "\(term.kind) by \(operand) of \(size)")
          }
          let clean = slopes(term, operand, entries, isMasked: true)
          for anything in [Number.nan, .infinity, 1e6, 0] {
            expectSame(
              slopes(term, operand, soiled(entries, anything), isMasked: true), clean,
              "\(anything) under the mask, \(term.kind)")
          }
        }
      }
    }
  }
}
