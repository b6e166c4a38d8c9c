import ThalwegDiagnosis
import ThalwegRecord

extension MadeRun {
  /// Norms of the gradients of terms, in all tensors and where several terms meet.
  mutating func terms(_ norms: [(all: Double, shared: Double)], value: Double = 1) {
    for (all, shared) in norms {
      let name = name()
      add("terms/\(name)/weighted", .weightedTerm, level(9, 1).map { $0 * value })
      add("term_shares/\(name)/norm", .termGradient, level(9, 1).map { $0 * all })
      add("term_shares/\(name)/shared", .sharedTermGradient, level(9, 1).map { $0 * shared })
    }
  }

  mutating func normalization(values: Double, batch: Double) {
    let module = name()
    // The last batch of the epoch is smaller.
    let shares = [1, 1, 1, 1, 1, 0.25]
    add("values", .normalizedValues, shares.map { $0 * values }, tensor: module)
    add("batch", .normalizedExamples, shares.map { $0 * batch }, tensor: module)
  }
}

extension RuleCase {
  static let recorder: [RuleCase] = [
    RuleCase(
      .clipBeforeUnscale, "clipping of scaled gradients", .error,
      faulty: { run in
        run.set(["max_grad_norm"], 1)
        run.add("scale", .lossScale, [Double](repeating: 65536, count: 40))
        run.add(run.name(), .clippedWhileScaled, [Double](repeating: 1, count: 40))
      },
      healthy: { run in
        run.add("scale", .lossScale, [Double](repeating: 65536, count: 40))
        run.add(run.name(), .clippedWhileScaled, [Double](repeating: 0, count: 40))
      }),
    RuleCase(
      .clipBeforeUnscale, "clipping of gradients whose scale is not recorded", .error,
      faulty: { run in run.add(run.name(), .clippedWhileScaled, [0, 1, 1]) },
      healthy: { run in
        // A scale of 1 changes nothing.
        run.add("scale", .lossScale, [1, 1, 1])
        run.add(run.name(), .clippedWhileScaled, [1, 1, 1])
      }),
    RuleCase(
      .smallBatchNormalization, "two values a channel", .error,
      faulty: { run in
        run.normalization(values: 12, batch: 2)
        run.normalization(values: 2, batch: 2)
      },
      healthy: { run in
        for _ in 0..<3 { run.normalization(values: run.draws.scale(32, 1e6), batch: 32) }
      }),
    RuleCase(
      .smallBatchNormalization, "many values of two images", .warning,
      faulty: { run in run.normalization(values: 98, batch: 2) },
      healthy: { run in run.normalization(values: 784, batch: 16) }),
    RuleCase(
      .termGradient, "a term that gives none", .error,
      faulty: { run in run.terms([(0, 0), (1, 0)]) },
      healthy: { run in run.terms([(run.draws.uniform(0.5, 2), 1), (1, 1)]) }),
    RuleCase(
      .termGradient, "a term that is all of the gradient", .warning,
      faulty: { run in run.terms([(2, 0.001), (3, 3)]) },
      healthy: { run in
        // A term that is 0 has no gradient, and shares none.
        run.terms([(1, 1), (1, 1)])
        run.terms([(0, 0)], value: 0)
      }),
    RuleCase(
      .termGradient, "a term apart from the others", .info,
      faulty: { run in run.terms([(1, 1), (1, 1), (3, 0)]) },
      healthy: { run in run.terms([(1, 0.5), (1, 0.7), (3, 0.5)]) }),
    RuleCase(
      .lossScale, "steps that are skipped again and again", .warning,
      faulty: { run in
        run.add(run.name(), .skippedStep, (0..<200).map { $0 % 8 == 0 ? 1 : 0 })
      },
      healthy: { run in
        // The scale finds its size in the first steps.
        run.add(run.name(), .skippedStep, (0..<200).map { $0 < 20 || $0 == 150 ? 1 : 0 })
      }),
    RuleCase(
      .lossScale, "a scale below 1", .error,
      faulty: { run in
        run.add(run.name(), .lossScale, (0..<40).map { power(2, 16 - Double($0)) })
      },
      healthy: { run in
        run.add(run.name(), .lossScale, (0..<40).map { power(2, 16 - Double($0 / 5)) })
      }),
    RuleCase(
      .nonFinite, "counted gradients of tensors", .critical,
      faulty: { run in run.counted(nonFinite: [0, 3, 7]) },
      healthy: { run in run.counted(nonFinite: [0, 0, 0]) }),
    RuleCase(
      .zeroGradient, "a norm of all gradients that is 0", .critical,
      faulty: { run in
        run.add(run.name(), .gradientNorm, [Double](repeating: 0, count: 30))
        run.add(run.name(), .loss, [Double](repeating: 2.3, count: 30))
      },
      healthy: { run in
        run.add(run.name(), .gradientNorm, [0, 0, 0] + run.level(27, 1))
      }),
    RuleCase(
      .contradiction, "a loss that falls without a gradient", .warning,
      faulty: { run in
        run.add(run.name(), .normBeforeClip, [Double](repeating: 0, count: 40))
        run.add(run.name(), .loss, run.falling(40, from: 3, to: 1))
      },
      healthy: { run in
        run.add(run.name(), .normBeforeClip, run.level(40, 1e-9))
        run.add(run.name(), .loss, run.falling(40, from: 3, to: 1))
      }),
  ]
}

extension MadeRun {
  /// Tensors with a gradient in ten steps, some of which are not finite.
  fileprivate mutating func counted(nonFinite: [Int]) {
    for count in nonFinite {
      let place = Place(source: 0, position: record.tensors.count + 1)
      var tensor = TensorRecord(path: name("*.weight"), place: place)
      var states = TensorRecord.States()
      states.live = 10 - count
      states.nonFinite = count
      tensor.states = states
      record.tensors.append(tensor)
    }
  }
}
