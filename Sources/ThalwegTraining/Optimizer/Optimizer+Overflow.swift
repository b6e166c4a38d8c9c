private import CKernels
package import ThalwegAutodiff
private import ThalwegTensor

extension Optimizer {
  /// The first parameter that the update at hand would make infinite, or whose moments it would.
  ///
  /// A bound from the statistics at hand clears nearly every step at the cost of a few operations a
  /// tensor; where it cannot, the update is tried on a copy.
  package func firstOverflow(_ tape: Tape) -> Culprit? {
    for index in 0..<parameterCount where statistics[index].isReached {
      if isBounded(index) { continue }
      if let culprit = tried(index, tape) { return culprit }
    }
    return nil
  }

  /// Whether the update provably stays finite: |p| and |m| are at most the root of their sum of
  /// squares, v at most its sum, |x| = |k g + d p| at most k max|g| + d |p|, and then
  /// |m'| <= max(|m|, |x|), v' <= max(v, x^2), and a step is at most rate |m'| / (c1 eps); the product
  /// is computed first, so an eps above 1 is taken as 1. With momentum mu |m'| <= mu |m| + |x|, and
  /// a step is at most rate (|x| + |m'|).
  /// The settings must themselves be numbers of the parameters' precision, in which they are used.
  private func isBounded(_ index: Int) -> Bool {
    let limit =
      (parameters.scalarType == .float32
        ? Double(Float.greatestFiniteMagnitude) : Double.greatestFiniteMagnitude) / 16
    let statistics = self.statistics[index]
    let decay = settings[index].weightDecay
    let rate = self.rate * settings[index].rateScale
    let parameter = statistics.update.parameter_squares.squareRoot()
    let largest = min(statistics.gradient.largest, configuration.clipValue ?? .infinity)
    let gradient = statistics.clipCoefficient * largest + decay * parameter
    guard let moments else {
      return parameter + rate * gradient < limit && max(rate, decay) < limit
    }
    if moments.second == nil {
      let past = configuration.momentum * statistics.update.moment_squares.squareRoot()
      let direction = 2 * gradient + past
      return parameter + rate * direction < limit && direction < limit
        && max(rate, decay) < limit
    }
    let moment = max(statistics.update.moment_squares.squareRoot(), gradient)
    let correction = 1 - configuration.beta1
    let epsilon = min(configuration.epsilon, 1)
    let step = rate * moment / (correction * epsilon) + rate * decay * parameter
    return parameter + step < limit && gradient * gradient < limit
      && statistics.update.moment_squares < limit
      && max(rate / correction, decay, rate * decay, 1 / epsilon) < limit
  }

  private func tried(_ index: Int, _ tape: Tape) -> Culprit? {
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
    let (first, second) = (moments.map { copy($0.first) }, moments?.second.map(copy))
    var ignored = tw_update_statistics()
    nextUpdate(index, statistics[index].clipCoefficient).run(
      tape.kernels, value.pointer, parameters.gradients.pointer + bytes, first?.pointer,
      second?.pointer, Int64(count), &ignored)
    let kept = [first, second].compactMap { $0 }.map { (Culprit.Kind.optimizerState, $0) }
    for (kind, store) in [(.parameter, value)] + kept {
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
