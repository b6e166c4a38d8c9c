/// Whether the parameters of a checkpoint were ever trained, and what its optimizers have seen.
package struct TrainingReport: Sendable {
  /// What one optimizer has kept.
  package struct Optimizer: Sendable {
    package let path: String
    package let parameters: Int
    /// Parameters for which it keeps something.
    package let withState: Int
    /// The fewest and the most updates of a parameter; nil: none are counted.
    package let steps: ClosedRange<Double>?
  }

  package let optimizers: [Optimizer]
  /// How the model's tensors were matched with the optimizers' parameters: `names` or `order and
  /// shape`; nil where they were not.
  package let matchedBy: String?
  /// Why they were not.
  package let unmatchedBecause: String?
  /// One for each tensor of the listing; nil: no parameter of the model.
  package let findings: [TrainingFinding?]
  package let gates: [Gate]

  package func count(_ verdict: TrainingFinding.Verdict) -> Int {
    findings.count { $0?.verdict == verdict }
  }

  /// - Parameters:
  ///   - readsMoments: whether moments are read, which have as many numbers as the model.
  ///   - earlier: the names of the model in the earlier checkpoint, and what changed since.
  init(
    _ numbers: inout CheckpointNumbers, _ model: ModelTensors, readsMoments: Bool,
    earlier: (names: Set<String>, comparison: CheckpointComparison)?
  ) throws(NumbersError) {
    let listing = numbers.listing
    let match = ParameterMatch(listing, model, others: earlier?.names)
    let evidence = TrainingEvidence(match: match, readsMoments: readsMoments)
    let groups = listing.optimizers.flatMap(\.groups)
    let isWithoutDecay = !groups.isEmpty && groups.allSatisfy { $0.weightDecay == 0 }
    var findings = [TrainingFinding?](repeating: nil, count: listing.tensors.count)
    for place in model.candidates {
      let membership = match.memberships[place] ?? .unknown
      let isBuffer = ModelTensors.isBuffer(listing.tensors[place].name)
      if membership == .noParameter || (membership == .unknown && isBuffer) { continue }
      var finding = try evidence.finding(listing.tensors[place], membership, &numbers)
      if isWithoutDecay { finding.mayDecay = false }
      if let comparison = earlier?.comparison, let change = comparison.places[place] {
        let change = comparison.changes[change]
        finding.weigh(
          finding.mayDecay == false ? change.withoutDecay : change, since: comparison.path)
      }
      findings[place] = finding
    }
    for place in model.places {
      guard let first = model.ties[place], var finding = findings[first] else { continue }
      finding.evidence.append("the same numbers as \(listing.tensors[first].path)")
      findings[place] = finding
    }
    var gates: [Gate] = []
    for place in model.places where Gate.isGate(listing.tensors[place]) {
      let tensor = listing.tensors[place]
      guard let value = try numbers.number(of: tensor) else { continue }
      gates.append(Gate(path: tensor.path, value: value))
    }
    self.findings = findings
    self.gates = gates
    matchedBy = match.how
    unmatchedBecause = match.how == nil ? match.reason : nil
    optimizers = try TrainingReport.optimizers(&numbers)
  }

  static func optimizers(
    _ numbers: inout CheckpointNumbers
  ) throws(NumbersError) -> [Optimizer] {
    var all: [Optimizer] = []
    for state in numbers.listing.optimizers {
      var steps: ClosedRange<Double>?
      var kept = 0
      for key in state.groups.flatMap(\.keys) {
        guard let entry = state.entries[key] else { continue }
        kept += 1
        guard let step = try entry.updates(&numbers), step.isFinite else { continue }
        steps = min(steps?.lowerBound ?? step, step)...max(steps?.upperBound ?? step, step)
      }
      all.append(
        Optimizer(
          path: state.path, parameters: state.parameterCount, withState: kept, steps: steps))
    }
    return all
  }
}

extension OptimizerState.Entry {
  /// How many updates were counted; nil: not kept.
  func updates(_ numbers: inout CheckpointNumbers) throws(NumbersError) -> Double? {
    if let step { return step }
    guard let path = parts.first(where: { $0.name == "step" })?.path, let tensor = numbers[path]
    else { return nil }
    return try numbers.number(of: tensor)
  }
}
