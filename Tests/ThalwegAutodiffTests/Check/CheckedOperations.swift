import ThalwegAutodiff
import ThalwegTensor

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// sin(frequency x).
struct Wave: CustomOperation {
  let name = "wave"
  let frequency: Double
  var factor = 1.0

  func shape(of operands: OperandShapes) -> Shape { operands[0] }

  func forward<Number: BinaryFloatingPoint>(_ step: CustomForward<Number>) {
    for index in step.result.indices {
      step.result[index] = Number(sin(frequency * Double(step.operand(0)[index])))
    }
  }

  func backward<Number: BinaryFloatingPoint>(_ step: CustomBackward<Number>) {
    guard let gradient = step.gradient(0) else { return }
    for index in gradient.indices {
      let slope = factor * frequency * cos(frequency * Double(step.operand(0)[index]))
      gradient[index] += step.cotangent[index] * Number(slope)
    }
  }
}

/// x^4, whose derivative is wrong by a factor where x is small.
struct SteepWhereLarge: CustomOperation {
  let name = "steepWhereLarge"
  let factor: Double

  func shape(of operands: OperandShapes) -> Shape { operands[0] }

  func forward<Number: BinaryFloatingPoint>(_ step: CustomForward<Number>) {
    for (index, x) in step.operand(0).enumerated() { step.result[index] = x * x * x * x }
  }

  func backward<Number: BinaryFloatingPoint>(_ step: CustomBackward<Number>) {
    guard let gradient = step.gradient(0) else { return }
    for (index, x) in step.operand(0).enumerated() {
      let slope = 4 * x * x * x * (abs(x) < 0.1 ? Number(factor) : 1)
      gradient[index] += step.cotangent[index] * slope
    }
  }
}

/// x / 2, and one more from 0 on.
struct Jump: CustomOperation {
  let name = "jump"

  func shape(of operands: OperandShapes) -> Shape { operands[0] }

  func forward<Number: BinaryFloatingPoint>(_ step: CustomForward<Number>) {
    for (index, x) in step.operand(0).enumerated() { step.result[index] = x / 2 + (x < 0 ? 0 : 1) }
  }

  func backward<Number: BinaryFloatingPoint>(_ step: CustomBackward<Number>) {
    guard let gradient = step.gradient(0) else { return }
    for index in gradient.indices { gradient[index] += step.cotangent[index] / 2 }
  }
}

/// x^(3/2), which has no value below 0.
struct Root32: CustomOperation {
  let name = "root32"

  func shape(of operands: OperandShapes) -> Shape { operands[0] }

  func forward<Number: BinaryFloatingPoint>(_ step: CustomForward<Number>) {
    for (index, x) in step.operand(0).enumerated() { step.result[index] = x * x.squareRoot() }
  }

  func backward<Number: BinaryFloatingPoint>(_ step: CustomBackward<Number>) {
    guard let gradient = step.gradient(0) else { return }
    for (index, x) in step.operand(0).enumerated() {
      gradient[index] += step.cotangent[index] * 1.5 * x.squareRoot()
    }
  }
}

/// max(x, 0), with a number of one's choice for the derivative at 0.
struct ChosenAtZero: CustomOperation {
  let name = "chosenAtZero"
  let choice: Double

  func shape(of operands: OperandShapes) -> Shape { operands[0] }

  func forward<Number: BinaryFloatingPoint>(_ step: CustomForward<Number>) {
    for (index, x) in step.operand(0).enumerated() { step.result[index] = max(x, 0) }
  }

  func backward<Number: BinaryFloatingPoint>(_ step: CustomBackward<Number>) {
    guard let gradient = step.gradient(0) else { return }
    for (index, x) in step.operand(0).enumerated() {
      gradient[index] += step.cotangent[index] * (x == 0 ? Number(choice) : (x > 0 ? 1 : 0))
    }
  }
}

/// x^2 + x + max(x - 1, 0), whose derivative is doubled at 0, where there is no kink.
struct BentAtOne: CustomOperation {
  let name = "bentAtOne"

  func shape(of operands: OperandShapes) -> Shape { operands[0] }

  func forward<Number: BinaryFloatingPoint>(_ step: CustomForward<Number>) {
    for (index, x) in step.operand(0).enumerated() {
      step.result[index] = x * x + x + max(x - 1, 0)
    }
  }

  func backward<Number: BinaryFloatingPoint>(_ step: CustomBackward<Number>) {
    guard let gradient = step.gradient(0) else { return }
    for (index, x) in step.operand(0).enumerated() {
      let slope = x == 0 ? 2 : 2 * x + 1 + (x > 1 ? 1 : 0)
      gradient[index] += step.cotangent[index] * slope
    }
  }
}
