import ThalwegDiagnosis
import ThalwegRecord

extension MadeRun {
  /// 1 in the first steps, 0 in the others.
  mutating func flag(_ role: Role, _ count: Int, of steps: Int = 40) {
    add(name(), role, (0..<steps).map { $0 < count ? 1 : 0 })
  }

  /// A term of which the record says whether it has a graph.
  mutating func attached(_ isAttached: Bool, value: Double = 1) {
    let name = name()
    add("terms/\(name)/weighted", .weightedTerm, level(9, 1).map { $0 * value })
    let flags = [Double](repeating: isAttached ? 1 : 0, count: 9)
    add("terms/\(name)/requires_grad", .attachedTerm, flags)
  }
}

extension RuleCase {
  /// What is true or false of steps.
  static let steps: [RuleCase] = [
    RuleCase(
      .neverUpdated, "no update", .critical,
      faulty: { run in run.flag(.updatedStep, 0) },
      healthy: { run in
        // One update in four backward passes.
        run.add(run.name(), .updatedStep, (0..<40).map { $0 % 4 == 3 ? 1 : 0 })
      }),
    RuleCase(
      .gradientLeftOver, "a forgotten zero_grad", .error,
      faulty: { run in
        run.add(run.name(), .gradientLeftOver, (0..<40).map { $0 > 0 ? 1 : 0 })
        run.flag(.updatedStep, 40)
      },
      healthy: { run in
        // Passes of several steps are added up on purpose.
        run.add(run.name(), .gradientLeftOver, (0..<40).map { $0 % 4 > 0 ? 1 : 0 })
        run.add(run.name(), .updatedStep, (0..<40).map { $0 % 4 == 3 ? 1 : 0 })
      }),
    RuleCase(
      .evaluationMode, "evaluation mode throughout", .warning,
      faulty: { run in run.flag(.trainingMode, 0) },
      healthy: { run in run.flag(.trainingMode, 3) }),
    RuleCase(
      .clipMisplaced, "a clip after the update", .error,
      faulty: { run in run.flag(.clippedAfterUpdate, 30) },
      healthy: { run in
        run.flag(.clippedAfterUpdate, 0)
        run.flag(.clippedBeforeBackward, 0)
      }),
    RuleCase(
      .termGradient, "a term without a graph, of which no gradient is taken apart", .warning,
      faulty: { run in
        for isAttached in [true, false] { run.attached(isAttached) }
      },
      healthy: { run in
        for _ in 0..<2 { run.attached(true) }
        // Of a term that is 0 nothing can be said.
        run.attached(false, value: 0)
      }),
    RuleCase(
      .termGradient, "a term without gradient beside accumulated ones", .error,
      faulty: { run in
        run.terms([(0, 0), (1, 1), (1, 1)])
        run.add("order/backward", .backwardPasses, [Double](repeating: 4, count: 9))
        run.add(run.name(), .normBeforeClip, run.level(9, 6, noise: 0.01))
      },
      healthy: { run in
        run.terms([(1, 1), (1, 1)])
        run.add("order/backward", .backwardPasses, [Double](repeating: 4, count: 9))
        run.add(run.name(), .normBeforeClip, run.level(9, 6, noise: 0.01))
      }),
    RuleCase(
      .clipMisplaced, "a clip before backward", .error,
      faulty: { run in run.flag(.clippedBeforeBackward, 40) },
      healthy: { run in run.flag(.clippedBeforeBackward, 0) }),
  ]
}
