private import CKernels
package import ThalwegAutodiff
private import ThalwegTensor

extension Optimizer {
  /// The first parameter that the update at hand would make infinite, or whose moments it would.
  ///
  /// A bound from the statistics at hand clears nearly every step at the cost of a few operations a
  /// tensor; where it cannot, the update is tried on a copy.
  package func firstOverflow(_ tape: Tape, coefficient: Double) -> Culprit? {
    for index in 0..<parameterCount where statistics[index].isReached {
      if isBounded(index, coefficient) { continue }
      if let culprit = tried(index, coefficient, tape) { return culprit }
    }
    return nil
  }

  /// Whether the update provably stays finite: |p| and |m| are at most the root of their sum of
  /// squares, v at most its sum, |x| = |k g + d p| at most k max|g| + d |p|, and then
  /// |m'| <= max(|m|, |x|), v' <= max(v, x^2), and a step is at most rate |m'| / (c1 eps); the product
  /// is computed first, so an eps above 1 is taken as 1.
  /// The settings must themselves be numbers of the parameters' precision, in which they are used.
  private func isBounded(_ index: Int, _ coefficient: Double) -> Bool {
    let limit =
      (parameters.scalarType == .float32
        ? Double(Float.greatestFiniteMagnitude) : Double.greatestFiniteMagnitude) / 16
    let statistics = self.statistics[index]
    let decay = settings[index].weightDecay
    let rate = learningRate * settings[index].rateScale
    let parameter = statistics.update.parameter_squares.squareRoot()
    let gradient = coefficient * statistics.gradient.largest + decay * parameter
    if moments == nil {
      return parameter + rate * gradient < limit && max(rate, decay) < limit
    }
    let moment = max(statistics.update.moment_squares.squareRoot(), gradient)
    let correction = 1 - configuration.beta1
    let epsilon = min(configuration.epsilon, 1)
    let step = rate * moment / (correction * epsilon) + rate * decay * parameter
    return parameter + step < limit && gradient * gradient < limit
      && statistics.update.moment_squares < limit
      && max(rate / correction, decay, rate * decay, 1 / epsilon) < limit
  }

  private func tried(_ index: Int, _ coefficient: Double, _ tape: Tape) -> Culprit? {
    let segment = parameters.segments[index]
    let count = segment.shape.count
    let bytes = segment.offset * parameters.scalarType.width
    func copy(_ store: FlatStorage) -> FlatStorage {
      let copy = FlatStorage(store.scalarType, count: count)
      copy.pointer.copyMemory(
        from: store.pointer + bytes, byteCount: count * store.scalarType.width)
      return copy
    }
    let value = copy(parameters.values)
    var stores = [(Culprit.Kind.parameter, value)]
    var update = nextUpdate(index, coefficient)
    var ignored = tw_update_statistics()
    let gradient = parameters.gradients.pointer + bytes
    if let moments {
      let (first, second) = (copy(moments.first), copy(moments.second))
      tape.kernels.pointee.adam(
        value.pointer, gradient, first.pointer, second.pointer, &update, Int64(count), &ignored)
      stores += [(.optimizerState, first), (.optimizerState, second)]
    } else {
      tape.kernels.pointee.sgd(value.pointer, gradient, &update, Int64(count), &ignored)
    }
    for (kind, store) in stores {
      let entry = tape.kernels.pointee.first_non_finite(store.pointer, Int64(count))
      if entry >= 0 {
        return Culprit(
          kind: kind, operation: configuration.rule.rawValue, path: segment.path,
          index: Int(entry))
      }
    }
    return nil
  }
}
