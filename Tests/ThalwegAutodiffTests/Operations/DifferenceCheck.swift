import Testing
import ThalwegAutodiff
import ThalwegTensor

/// Central differences in Double beside the gradients of the tape.
///
/// Per tensor ||a - n|| <= 1e-6 max(||a||, ||n||); per entry |a - n| <= 1e-6 max(|a|, |n|)
/// + 10 u |L| / eps, the last for the rounding of the difference itself. Entries at a kink are left
/// out and counted.
struct DifferenceCheck {
  private static let step = 1e-5

  let tolerance = 1e-6
  private(set) var entries = 0
  private(set) var kinks = 0
  /// The largest ||a - n|| / max(||a||, ||n||).
  private(set) var worstTensor = 0.0
  /// The largest error of an entry as a share of what is allowed.
  private(set) var worstEntry = 0.0

  /// Checks one parameter; `loss` computes the loss from the values as they stand.
  mutating func check(
    _ parameter: Parameter, of parameters: Parameters, analytic: [Double], kink: Double? = nil,
    loss: () throws -> Double
  ) rethrows {
    let size = abs(try loss())
    var (kept, numeric): ([Double], [Double]) = ([], [])
    for index in analytic.indices {
      let x = parameters.value(parameter, index)
      if let kink, abs(x - kink) <= 2 * Self.step {
        kinks += 1
        continue
      }
      let (above, below) = (x + Self.step, x - Self.step)
      parameters.setValue(parameter, index, to: above)
      let high = try loss()
      parameters.setValue(parameter, index, to: below)
      let low = try loss()
      parameters.setValue(parameter, index, to: x)
      let (a, n) = (analytic[index], (high - low) / (above - below))
      entries += 1
      kept.append(a)
      numeric.append(n)
      let allowed =
        tolerance * max(abs(a), abs(n))
        + 10 * ScalarType.float64.unitRoundoff * size / Self.step
      let share = abs(a - n) == 0 ? 0 : abs(a - n) / allowed
      worstEntry = share.isNaN ? .infinity : max(worstEntry, share)
    }
    worstTensor = max(worstTensor, distance(kept, numeric))
  }
}
