import ThalwegAutodiff
import ThalwegTensor

/// Two layer normalizations with a custom square after the first, on permuted and sliced input, as
/// modules `net.0`, `net.1` and `net.2`.
struct NormalizedNet {
  let parameters = Parameters(.float32)
  private let input: Parameter
  private let gains: [(gain: Parameter, offset: Parameter)]
  private let slope: Double

  /// - Parameter slope: of the square's derivative, right for 2.
  init(slope: Double) {
    self.slope = slope
    let stream = RandomStream(seed: 3, path: "net")
    input = parameters.register("input", [3, 4, 6]) { stream.normal($0) }
    var gains: [(Parameter, Parameter)] = []
    for index in [0, 2] {
      gains.append(
        (
          parameters.register("net.\(index).gain", [4]) { 1 + 0.2 * stream.normal(500 + $0) },
          parameters.register("net.\(index).offset", [4]) { 0.2 * stream.normal(600 + $0) }
        ))
    }
    self.gains = gains
  }

  func minimize(_ pass: Pass) {
    // [3, 4, 6] as [3, 6, 4], of which columns 1 and 4 are taken.
    var x = pass[input].permuted(0, 2, 1).sliced(axis: 1, from: 1, to: 6, step: 3)
    for index in 0..<3 {
      let outer = pass.enter(pass.tape.parameters.place("net.\(index)"))
      defer { pass.leave(to: outer) }
      if index == 1 {
        x = x.applying(OwnSquare(slope: slope))
      } else {
        let (gain, offset) = gains[index / 2]
        x = x.layerNormalized(gain: pass[gain], offset: pass[offset])
      }
    }
    let target = pass.constant((0..<24).map { 0.1 * Double($0 % 7) - 0.3 }, [3, 2, 4])
    pass.minimize("fit", x.meanSquaredError(to: target))
  }
}
