import Testing
import ThalwegAutodiff
import ThalwegTensor

/// Central differences of a model's loss in Double, entry by entry.
struct CentralDifferences {
  /// Entries at which a kink lies between the two points.
  private(set) var kinks = 0
  private(set) var checked = 0
  /// What is beyond the tolerances.
  private(set) var failures: [String] = []

  private static let step = 1e-5

  /// - Parameter minimize: names the loss on a cleared tape.
  init(_ parameters: Parameters, _ tape: Tape, _ minimize: (Tape) -> Void) throws {
    minimize(tape)
    tape.backward()
    let loss = try #require(tape.loss)
    let paths = parameters.paths
    var analytic: [[Double]] = []
    for (index, path) in paths.enumerated() {
      let parameter = try #require(parameters[path])
      analytic.append(
        (0..<parameter.shape.count).map {
          tape.isReached(index) ? parameters.gradient(parameter, $0) : 0
        })
    }
    for (index, path) in paths.enumerated() {
      let parameter = try #require(parameters[path])
      var squares = (difference: 0.0, analytic: 0.0, numeric: 0.0)
      for entry in 0..<parameter.shape.count {
        let value = parameters.value(parameter, entry)
        func probe(_ moved: Double) -> (loss: Double, sides: [Bool]) {
          parameters.setValue(parameter, entry, to: moved)
          minimize(tape)
          return (tape.loss ?? .nan, CentralDifferences.sides(tape))
        }
        let (above, below) = (probe(value + Self.step), probe(value - Self.step))
        parameters.setValue(parameter, entry, to: value)
        if above.sides != below.sides {
          kinks += 1
          continue
        }
        checked += 1
        let numeric = (above.loss - below.loss) / (2 * Self.step)
        let exact = analytic[index][entry]
        let rounding = 10 * ScalarType.float64.unitRoundoff * abs(loss) / Self.step
        let difference = abs(exact - numeric)
        if difference > 1e-6 * max(abs(exact), abs(numeric)) + rounding {
          failures.append("\(path)[\(entry)]: \(exact), by differences \(numeric)")
        }
        squares.difference += difference * difference
        squares.analytic += exact * exact
        squares.numeric += numeric * numeric
      }
      // Of a tensor whose gradient is 0 only the rounding of the differences is left.
      let largest = max(squares.analytic, squares.numeric).squareRoot()
      let rounding =
        10 * ScalarType.float64.unitRoundoff * abs(loss) / Self.step
        * Double(parameter.shape.count).squareRoot()
      if squares.difference.squareRoot() > max(1e-6 * largest, largest < 1e-6 ? rounding : 0) {
        failures.append("\(path): \(squares)")
      }
    }
  }

  /// On which side of its kink each entry of each operation with one lies.
  private static func sides(_ tape: Tape) -> [Bool] {
    var sides: [Bool] = []
    for index in 0..<tape.count {
      let node = tape.nodes[index]
      switch node.operation {
      case .relu, .topK:
        sides += tape.tensor(node.value, node.shape).doubles.map { $0 != 0 }
      case .absolute:
        let operand = tape.nodes[tape.operand(tape.nodes + index, 0)]
        sides += tape.tensor(operand.value, operand.shape).doubles.map { $0 > 0 }
      default: break
      }
    }
    return sides
  }
}
