private import CKernels
package import ThalwegAutodiff
private import ThalwegTensor

/// What clipping has made of a step's gradients.
package struct Clipping: Equatable {
  /// What all gradients are multiplied with; nil where no one number says it.
  package var coefficient: Double?
  /// Tensors whose gradient was changed; nil where the coefficient says it for all.
  package var tensors: Int?
}

extension Optimizer {
  /// Settles what each gradient that came is multiplied with, and brings its entries into their
  /// range where they have one.
  /// - Parameter norm: the norm of all gradients, as measured, finite.
  package func clip(_ tape: Tape, norm: Double) -> Clipping {
    if let limit = configuration.clipValue { return clipValues(tape, limit) }
    if let ratio = configuration.clipAdaptive { return clipAdaptively(tape, ratio) }
    let coefficient = clipCoefficient(norm)
    setCoefficients { _ in coefficient }
    return Clipping(coefficient: coefficient, tensors: nil)
  }

  /// The coefficient that brings `norm` down to the largest allowed: min(1, c / (norm + 1e-6)), the
  /// addend as in torch's `clip_grad_norm_`.
  private func clipCoefficient(_ norm: Double) -> Double {
    guard let largest = configuration.clipNorm else { return 1 }
    return min(1, largest / (norm + 1e-6))
  }

  /// max(-limit, min(limit, g)) for each entry: torch's `clip_grad_value_`.
  private func clipValues(_ tape: Tape, _ limit: Double) -> Clipping {
    let width = parameters.scalarType.width
    var changed = 0
    setCoefficients { _ in 1 }
    for index in 0..<parameterCount where statistics[index].isReached {
      if statistics[index].gradient.largest <= limit { continue }
      changed += 1
      let segment = parameters.segments[index]
      tape.kernels.pointee.clip_values(
        parameters.gradients.pointer + segment.offset * width, limit, Int64(segment.shape.count))
    }
    return Clipping(coefficient: nil, tensors: changed)
  }

  /// min(1, c max(||p||, 1e-3) / ||g||) for each tensor.
  private func clipAdaptively(_ tape: Tape, _ ratio: Double) -> Clipping {
    var changed = 0
    setCoefficients { index in
      // Measured anew: what rode along with the last update is summed in another order, and a
      // resumed run would not have it.
      let parameter = measured(parameters.values, index, tape).sum_of_squares.squareRoot()
      let gradient = statistics[index].gradient.sum_of_squares.squareRoot()
      let largest = ratio * max(parameter, 1e-3)
      if gradient <= largest { return 1 }
      changed += 1
      return largest / gradient
    }
    return Clipping(coefficient: nil, tensors: changed)
  }

  private func setCoefficients(_ coefficient: (Int) -> Double) {
    for index in 0..<parameterCount where statistics[index].isReached {
      statistics[index].clipCoefficient = coefficient(index)
    }
  }
}
