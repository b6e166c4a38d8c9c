import ThalwegAutodiff
import ThalwegTensor

/// y = x^3; dy/dx = 3 x^2.
struct Cube: CustomOperation {
  let name = "cube"

  func shape(of operands: OperandShapes) -> Shape { operands[0] }

  func forward<Number: BinaryFloatingPoint>(_ step: CustomForward<Number>) {
    let (x, y) = (step.operand(0), step.result)
    for index in x.indices { y[index] = x[index] * x[index] * x[index] }
  }

  func backward<Number: BinaryFloatingPoint>(_ step: CustomBackward<Number>) {
    guard let gradient = step.gradient(0) else { return }
    let (x, cotangent) = (step.operand(0), step.cotangent)
    for index in x.indices { gradient[index] = 3 * x[index] * x[index] * cotangent[index] }
  }
}

/// y = x^2, with a derivative of `slope` x: right for a slope of 2.
struct OwnSquare: CustomOperation {
  let name = "ownSquare"
  var slope = 2.0

  func shape(of operands: OperandShapes) -> Shape { operands[0] }

  func forward<Number: BinaryFloatingPoint>(_ step: CustomForward<Number>) {
    let (x, y) = (step.operand(0), step.result)
    for index in x.indices { y[index] = x[index] * x[index] }
  }

  func backward<Number: BinaryFloatingPoint>(_ step: CustomBackward<Number>) {
    guard let gradient = step.gradient(0) else { return }
    let (x, cotangent) = (step.operand(0), step.cotangent)
    for index in x.indices { gradient[index] = Number(slope) * x[index] * cotangent[index] }
  }
}

/// The weighted sum of rows: y_i = sum over j of w_j x_ij; dy_i/dx_ij = w_j, dy_i/dw_j = x_ij.
///
/// It keeps the sum of the weights for its derivative, which does not need it: what is kept is found.
struct WeightedRows: CustomOperation {
  let name = "weightedRows"

  func shape(of operands: OperandShapes) -> Shape {
    if operands.count != 2 || operands[0].rank != 2 || operands[1] != Shape(operands[0][1]) {
      mistake(
        "\(name): shapes \(operands[0]) and \(operands[1]) do not fit, \(operands.whereabouts)")
    }
    return Shape(operands[0][0])
  }

  func forward<Number: BinaryFloatingPoint>(_ step: CustomForward<Number>) {
    let (x, weight, y) = (step.operand(0), step.operand(1), step.result)
    step.saved(1)[0] = weight.reduce(0, +)
    for row in y.indices {
      y[row] = weight.indices.reduce(0) { $0 + weight[$1] * x[row * weight.count + $1] }
    }
  }

  func backward<Number: BinaryFloatingPoint>(_ step: CustomBackward<Number>) {
    let (x, weight, cotangent) = (step.operand(0), step.operand(1), step.cotangent)
    if step.saved(1)[0] != weight.reduce(0, +) || step.result.count != cotangent.count { return }
    let (toX, toWeight) = (step.gradient(0), step.gradient(1))
    for row in cotangent.indices {
      for column in weight.indices {
        let index = row * weight.count + column
        toX?[index] = weight[column] * cotangent[row]
        toWeight?[column] += x[index] * cotangent[row]
      }
    }
  }
}

/// The number nearest to x that is whole; its derivative is 0.
struct Rounded: CustomOperation {
  let name = "rounded"

  func shape(of operands: OperandShapes) -> Shape { operands[0] }

  func forward<Number: BinaryFloatingPoint>(_ step: CustomForward<Number>) {
    let (x, y) = (step.operand(0), step.result)
    for index in x.indices { y[index] = x[index].rounded() }
  }

  func backward<Number: BinaryFloatingPoint>(_ step: CustomBackward<Number>) {}
}

/// y = x^2 + shift where x is positive, else `filling`; its derivative is `slope` x, right for 2.
struct FilledSquare: CustomOperation {
  let name = "filledSquare"
  var slope = 2.0
  var filling = -1e9
  var shift = 0.0

  func shape(of operands: OperandShapes) -> Shape { operands[0] }

  func forward<Number: BinaryFloatingPoint>(_ step: CustomForward<Number>) {
    let (x, y) = (step.operand(0), step.result)
    for index in x.indices {
      y[index] = x[index] > 0 ? x[index] * x[index] + Number(shift) : Number(filling)
    }
  }

  func backward<Number: BinaryFloatingPoint>(_ step: CustomBackward<Number>) {
    guard let gradient = step.gradient(0) else { return }
    let (x, cotangent) = (step.operand(0), step.cotangent)
    for index in x.indices where x[index] > 0 {
      gradient[index] = Number(slope) * x[index] * cotangent[index]
    }
  }
}
