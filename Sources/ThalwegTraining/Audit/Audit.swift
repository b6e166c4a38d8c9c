public import ThalwegAutodiff
public import ThalwegTensor

/// For every parameter and loss term: whether gradient reaches it, and where the path ends if not.
public struct Audit: Sendable {
  /// What one term brings to one parameter.
  public struct Finding: Sendable, Equatable {
    /// The parameter's path.
    public let parameter: String
    /// The term's name.
    public let term: String
    /// What came, over all batches that were looked at.
    public let reach: Reach
  }

  /// A parameter and its size.
  public struct Tensor: Sendable, Equatable {
    /// The parameter's path.
    public let path: String
    /// The extents.
    public let shape: Shape
  }

  /// The parameters, in order of registration.
  public let tensors: [Tensor]
  /// The terms, in the order in which a step names them.
  public let terms: [String]
  /// One entry for each parameter and term, parameters outermost.
  public let findings: [Finding]
  /// Batches that were looked at.
  public let batches: Int
  /// Batches in which nothing was minimized.
  public let emptyBatches: Int

  /// The number of numbers in all parameters.
  public var elementCount: Int { tensors.reduce(0) { $0 + $1.shape.count } }

  /// What a term brings to a parameter; nil where there is no such pair.
  public func reach(_ parameter: String, from term: String) -> Reach? {
    findings.first { $0.parameter == parameter && $0.term == term }?.reach
  }

  /// The parameters that no term brings a gradient to, frozen ones left out.
  public var unreached: [String] {
    tensors.map(\.path).filter { path in
      let own = findings.filter { $0.parameter == path }
      return !own.isEmpty
        && own.allSatisfy { if case .noPath = $0.reach { true } else { false } }
    }
  }

  /// Runs forward and backward on the first batches of the first epoch; changes no parameter.
  ///
  /// A parameter is `live` where any batch brought a gradient that is not 0, `zero` where a path
  /// was there and always carried 0.
  /// - Parameters:
  ///   - configuration: its batch size, seed and frozen parameters are used.
  ///   - largestBatchCount: how many batches are looked at, if the data has as many.
  /// - Throws: `OptimizerError` where the configuration does not fit the parameters.
  public init(
    _ experiment: any Experiment, _ configuration: TrainingConfiguration, on machine: Machine,
    largestBatchCount: Int = 8
  ) throws(OptimizerError) {
    let parameters = experiment.parameters
    let frozen = parameters.segments.map(\.isFrozen)
    defer {
      for (index, isFrozen) in frozen.enumerated() { parameters.setFrozen(index, isFrozen) }
    }
    // Made for what it does to the parameters: freezing them by path.
    _ = try Optimizer(parameters, configuration.optimizer)
    let tape = Tape(machine, parameters)
    let count = experiment.trainingItemCount
    let order = RandomStream(seed: configuration.seed, path: "data.order.1").permutation(count)
    var collected = Collected()
    var (looked, empty) = (0, 0)
    order.withUnsafeBufferPointer { order in
      for start in stride(from: 0, to: count, by: configuration.batchSize)
        .prefix(largestBatchCount)
      {
        let end = min(start + configuration.batchSize, count)
        tape.clear()
        experiment.forward(
          UnsafeBufferPointer(rebasing: order[start..<end]),
          Pass(tape, .train, seed: configuration.seed, step: looked + 1), epoch: 1)
        looked += 1
        if tape.terms.isEmpty { empty += 1 }
        collected.add(tape, parameters)
      }
    }
    tensors = parameters.segments.map { Tensor(path: $0.path, shape: $0.shape) }
    terms = collected.terms
    findings = collected.findings(parameters)
    batches = looked
    emptyBatches = empty
  }
}

extension Audit {
  /// What the batches so far brought, by term and parameter.
  private struct Collected {
    var terms: [String] = []
    private var reaches: [[Reach?]] = []

    mutating func add(_ tape: Tape, _ parameters: Parameters) {
      for term in tape.terms {
        let row: Int
        if let known = terms.firstIndex(of: term.name) {
          row = known
        } else {
          row = terms.count
          terms.append(term.name)
          reaches.append([Reach?](repeating: nil, count: parameters.tensorCount))
        }
        tape.backward(only: term.name)
        for (index, entry) in parameters.all.enumerated() {
          let new = tape.reach(entry.parameter, from: term.name)
          reaches[row][index] = reaches[row][index].map { Collected.stronger($0, new) } ?? new
        }
      }
    }

    /// Of two batches the one that says more: not finite, live (the larger norm), zero, no path.
    private static func stronger(_ old: Reach, _ new: Reach) -> Reach {
      func rank(_ reach: Reach) -> (Int, Double) {
        switch reach {
        case .nonFinite(let count): (3, Double(count))
        case .live(let norm): (2, norm)
        case .zero: (1, 0)
        case .noPath, .frozen: (0, 0)
        }
      }
      return rank(new) > rank(old) ? new : old
    }

    func findings(_ parameters: Parameters) -> [Finding] {
      parameters.paths.enumerated().flatMap { index, path in
        terms.indices.compactMap { row in
          reaches[row][index].map { Finding(parameter: path, term: terms[row], reach: $0) }
        }
      }
    }
  }
}
