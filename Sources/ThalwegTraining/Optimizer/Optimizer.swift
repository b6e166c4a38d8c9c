package import CKernels
public import ThalwegAutodiff
import ThalwegTensor

/// Updates parameters from their gradients: measure, clip, decay, step.
///
/// Statistics are not an option of the arithmetic: they are taken in the pass over the gradients
/// that the norm needs and in the pass of the update.
public final class Optimizer {
  /// How parameters are updated.
  public let configuration: OptimizerConfiguration
  /// The rate of the next step, before the factor of the trainer's schedule; `ReduceOnPlateau` lowers
  /// it.
  /// - Precondition: finite and not negative.
  public var learningRate: Double {
    didSet {
      if !learningRate.isFinite || learningRate < 0 {
        mistake("optimizer: learning rate \(learningRate) is not finite or negative")
      }
    }
  }
  /// What a schedule multiplies the rate with in this step.
  package var rateFactor = 1.0
  /// The rate that an update uses.
  package var rate: Double { learningRate * rateFactor }
  /// What the last step says of each parameter, in the order of `Parameters.paths`.
  public internal(set) var statistics: [ParameterStatistics]

  package let parameters: Parameters
  /// What the rule keeps for each parameter; nil for SGD without momentum.
  package let moments: Moments?
  /// Updates that each parameter has had: the t of Adam's bias correction.
  package private(set) var updates: [Int]
  let settings: [Settings]
  private var checkedRevision: Int?

  /// What the parts of a long gradient and of a long update find.
  private let (measures, partial):
    (
      UnsafeMutablePointer<tw_gradient_statistics>, UnsafeMutablePointer<tw_update_statistics>
    )

  deinit {
    measures.deallocate()
    partial.deallocate()
  }

  private struct Corrections {
    var count = 0
    var first = 0.0
    var second = 0.0
  }

  private var lastCorrections = Corrections()

  struct Settings {
    var rateScale = 1.0
    var weightDecay = 0.0
  }

  /// An optimizer for all parameters that exist now.
  /// - Throws: `OptimizerError` where a group's pattern matches no parameter.
  public init(
    _ parameters: Parameters, _ configuration: OptimizerConfiguration
  ) throws(OptimizerError) {
    self.parameters = parameters
    self.configuration = configuration
    learningRate = configuration.learningRate
    try configuration.check()
    let paths = parameters.paths
    for group in configuration.groups where !paths.contains(where: group.matches) {
      throw .noParameter(pattern: group.pattern, paths: paths)
    }
    settings = paths.indices.map { index in
      let group = configuration.groups.first { $0.matches(paths[index]) }
      // Only ever freezes: what another optimizer or the caller has frozen stays so.
      if group?.isFrozen == true { parameters.setFrozen(index, true) }
      return Settings(
        rateScale: group?.learningRateScale ?? 1,
        weightDecay: group?.weightDecay ?? configuration.weightDecay)
    }
    statistics = paths.map { _ in ParameterStatistics() }
    updates = paths.map { _ in 0 }
    moments = Moments(configuration, parameters.scalarType, count: parameters.values.count)
    measures = .allocate(capacity: LoopParts.most)
    partial = .allocate(capacity: LoopParts.most)
  }

  /// The number of parameters that the optimizer knows; later ones are not updated.
  package var parameterCount: Int { settings.count }

  /// Forgets what the step before said of gradients and updates; what it left of the state stays.
  package func beginStep() {
    for index in statistics.indices {
      statistics[index].isReached = false
      statistics[index].isUpdated = false
    }
  }

  /// Takes the gradients as they stand for those of a step that reached every parameter, unclipped.
  package func expectGradients() {
    for index in statistics.indices {
      statistics[index].isReached = true
      statistics[index].clipCoefficient = 1
    }
  }

  /// Measures the gradients that the last backward pass left.
  /// - Returns: the norm of all together, and the number of tensors with an entry that is not
  ///   finite or with squares that overflow.
  package func measure(_ tape: Tape) -> (norm: Double, nonFiniteTensors: Int) {
    let width = parameters.scalarType.width
    let kernel = tape.kernels.pointee.gradient_statistics
    let gradients = parameters.gradients.pointer
    var sum = 0.0
    var bad = 0
    statistics.withUnsafeMutableBufferPointer { statistics in
      parameters.segments.withUnsafeBufferPointer { segments in
        for index in 0..<statistics.count {
          statistics[index].isReached = tape.isReached(index)
          if !statistics[index].isReached { continue }
          let segment = segments[index]
          let (start, parts) = (
            gradients + segment.offset * width, LoopParts(segment.shape.count)
          )
          if parts.number == 1 {
            kernel(start, Int64(segment.shape.count), &statistics[index].gradient)
          } else {
            let loop = StatisticsLoop(
              kernel: kernel, width: width, gradients: start, parts: parts, found: measures)
            statistics[index].gradient = loop.run(on: tape.machine)
          }
          sum += statistics[index].gradient.sum_of_squares
          if !statistics[index].isFinite { bad += 1 }
        }
      }
    }
    return (sum.squareRoot(), bad)
  }

  /// Updates every parameter that a gradient reached, as `clip` has settled it.
  /// - Returns: the norm of the clipped gradients, as the update used them.
  package func apply(_ tape: Tape) -> Double {
    let width = parameters.scalarType.width
    let kernels = tape.kernels
    let (values, gradients) = (parameters.values.pointer, parameters.gradients.pointer)
    var sum = 0.0
    statistics.withUnsafeMutableBufferPointer { statistics in
      parameters.segments.withUnsafeBufferPointer { segments in
        for index in 0..<statistics.count where statistics[index].isReached {
          let bytes = segments[index].offset * width
          let count = Int64(segments[index].shape.count)
          let update = nextUpdate(index, statistics[index].clipCoefficient)
          updates[index] += 1
          statistics[index].isUpdated = true
          let (first, second) = (
            moments.map { $0.first.pointer + bytes }, moments?.second.map { $0.pointer + bytes }
          )
          let parts = LoopParts(Int(count))
          if parts.number == 1 {
            update.run(
              kernels, values + bytes, gradients + bytes, first, second, count,
              &statistics[index].update)
          } else {
            let loop = UpdateLoop(
              update: update, kernels: kernels, width: width, values: values + bytes,
              gradients: gradients + bytes, first: first, second: second, parts: parts,
              found: partial)
            statistics[index].update = loop.run(on: tape.machine)
          }
          sum += statistics[index].update.gradient_squares
        }
      }
    }
    // Another optimizer of the same parameters must look at them anew; this one knows them.
    parameters.valuesChanged()
    checkedRevision = parameters.revision
    return sum.squareRoot()
  }

  /// The settings of the update that parameter `index` gets next.
  package func nextUpdate(_ index: Int, _ coefficient: Double) -> tw_update {
    let corrections = self.corrections(updates[index] + 1)
    return tw_update(
      gradient_scale: coefficient, learning_rate: rate * settings[index].rateScale,
      weight_decay: settings[index].weightDecay, beta1: configuration.beta1,
      beta2: configuration.beta2, epsilon: configuration.epsilon,
      correction1: corrections.first, correction2: corrections.second,
      decoupled: configuration.rule == .adamW ? 1 : 0, momentum: configuration.momentum,
      nesterov: configuration.isNesterov ? 1 : 0)
  }

  /// Adam's bias corrections 1 - beta^t; nearly all parameters of a step share one t.
  private func corrections(_ count: Int) -> Corrections {
    if lastCorrections.count != count {
      lastCorrections = Corrections(
        count: count, first: 1 - power(configuration.beta1, count),
        second: 1 - power(configuration.beta2, count))
    }
    return lastCorrections
  }
}

extension Optimizer {
  /// Takes over saved state.
  package func restore(updates: [Int], learningRate: Double) {
    self.updates = updates
    self.learningRate = learningRate
    parameters.valuesChanged()
  }

  /// The first parameter, moment or state tensor that is not finite.
  ///
  /// Looks only when something outside the optimizer has written since the last look; its own
  /// updates are refused before they could leave such a number (`firstOverflow`).
  package func firstNonFiniteState(_ tape: Tape) -> Culprit? {
    if checkedRevision == parameters.revision { return nil }
    let width = parameters.scalarType.width
    for index in 0..<settings.count {
      let segment = parameters.segments[index]
      var stores = [(Culprit.Kind.parameter, parameters.values)]
      if let moments { stores += moments.named.map { (.optimizerState, $0.store) } }
      for (kind, store) in stores {
        let entry = tape.kernels.pointee.first_non_finite(
          store.pointer + segment.offset * width, Int64(segment.shape.count))
        if entry >= 0 {
          return Culprit(kind: kind, operation: nil, path: segment.path, index: Int(entry))
        }
      }
      measureState(index, tape)
    }
    for segment in parameters.stateSegments {
      let entry = tape.kernels.pointee.first_non_finite(
        parameters.states.pointer + segment.offset * width, Int64(segment.shape.count))
      if entry >= 0 {
        return Culprit(kind: .state, operation: nil, path: segment.path, index: Int(entry))
      }
    }
    checkedRevision = parameters.revision
    return nil
  }

  /// Fills in what the last update would have said of the state as it stands.
  private func measureState(_ index: Int, _ tape: Tape) {
    func squares(_ store: FlatStorage) -> Double { measured(store, index, tape).sum_of_squares }
    statistics[index].update.parameter_squares = squares(parameters.values)
    guard let moments else { return }
    statistics[index].update.moment_squares = squares(moments.first)
    if let second = moments.second {
      statistics[index].update.moment_squares +=
        squares(second).squareRoot() * Double(parameters.segments[index].shape.count)
    }
  }

  /// What a pass over the numbers of parameter `index` in a store finds.
  func measured(_ store: FlatStorage, _ index: Int, _ tape: Tape) -> tw_gradient_statistics {
    let segment = parameters.segments[index]
    var found = tw_gradient_statistics()
    tape.kernels.pointee.gradient_statistics(
      store.pointer + segment.offset * parameters.scalarType.width, Int64(segment.shape.count),
      &found)
    return found
  }
}
