import ThalwegDiagnosis
import ThalwegRecord

extension RuleCase {
  static let clipping: [RuleCase] = [
    RuleCase(
      .normBeforeClip, "a norm above the threshold", .info,
      faulty: { run in
        let threshold = run.draws.scale(0.1, 10)
        run.set([run.name(), "gradient_clip_norm"], threshold)
        run.add(run.name(), .gradientNorm, run.level(run.draws.integer(20...300), 3 * threshold))
      },
      healthy: { run in
        let threshold = run.draws.scale(0.1, 10)
        run.set(["max_grad_norm"], threshold)
        let norms = run.level(run.draws.integer(20...300), 0.6 * threshold)
        run.add(run.name(), .gradientNorm, norms.map { min($0, threshold) })
      }),
    RuleCase(
      .normBeforeClip, "a stated norm and a threshold in its section", .info,
      faulty: { run in
        let section = run.name()
        run.set([section, "gradient_clip_norm"], 2)
        run.set([run.name(), "gradient_clip"], 50)
        run.set([section, "grad_norm"], 28.9, .stated("a report"))
      },
      healthy: { run in
        let section = run.name()
        run.set([section, "gradient_clip_norm"], 2)
        run.set([run.name(), "gradient_clip"], 0.5)
        run.set([section, "grad_norm"], 1.9, .stated("a report"))
      }),
    RuleCase(
      .clipNotEffective, "a norm after clipping above the threshold", .critical,
      faulty: { run in
        let threshold = run.draws.scale(0.1, 10)
        run.set(["gradient_clip_val"], threshold)
        run.add(run.name(), .normAfterClip, run.level(100, 2 * threshold))
      },
      healthy: { run in
        let threshold = run.draws.scale(0.1, 10)
        run.set(["gradient_clip_val"], threshold)
        let norms = run.level(100, 0.8 * threshold, noise: 0.1)
        run.add(run.name(), .normAfterClip, norms.map { min($0, threshold * (1 - 1e-7)) })
      }),
    RuleCase(
      .clipNotEffective, "thresholds that change", .critical,
      faulty: { run in
        let thresholds = (0..<50).map { 5 - Double($0) * 0.05 }
        run.add(run.name(), .clipThreshold, thresholds)
        run.add(run.name(), .normAfterClip, thresholds.map { _ in 4 })
      },
      healthy: { run in
        let thresholds = (0..<50).map { 5 - Double($0) * 0.05 }
        run.add(run.name(), .clipThreshold, thresholds)
        run.add(run.name(), .normAfterClip, thresholds.map { $0 * 0.9999 })
      }),
    RuleCase(
      .clipSaturated, "norms far above the threshold", .error,
      faulty: { run in
        let threshold = run.draws.scale(0.1, 10)
        run.set(["clip_grad_norm"], threshold)
        run.add(run.name(), .gradientNorm, run.level(run.draws.integer(100...500), 20 * threshold))
      },
      healthy: { run in
        let count = run.draws.integer(100...500)
        let norms = run.level(count, run.draws.scale(0.1, 10))
        run.set(["clip_grad_norm"], norms.sorted()[count * 95 / 100])
        run.add(run.name(), .gradientNorm, norms)
      }),
    RuleCase(
      .clipSaturated, "the share of clipped steps by epochs", .warning,
      faulty: { run in
        let count = run.draws.integer(4...60)
        run.add(run.name(), .clippedShare, [Double](repeating: 1, count: count), unit: .epochs)
      },
      healthy: { run in
        // As clipping falls once the first epochs are over.
        let shares = [0.964, 0.388, 0.04, 0.007, 0.001, 0.001]
        run.add(run.name(), .clippedShare, shares, unit: .epochs)
      }),
    RuleCase(
      .clipSaturated, "coefficients below 1", .warning,
      faulty: { run in
        run.add(run.name(), .clipCoefficient, (0..<400).map { $0 % 10 < 7 ? 0.5 : 1 })
      },
      healthy: { run in
        run.add(run.name(), .clipCoefficient, (0..<400).map { $0 % 10 < 3 ? 0.5 : 1 })
      }),
    RuleCase(
      .clipSaturated, "norms after clipping that lie at the threshold", .warning,
      faulty: { run in
        run.set(["max_grad_norm"], 1)
        run.add(run.name(), .gradientNorm, run.level(200, 20).map { min($0, 1) })
      },
      healthy: { run in
        run.set(["max_grad_norm"], 1)
        run.add(run.name(), .gradientNorm, run.level(200, 0.5).map { min($0, 1) })
      }),
    RuleCase(
      .clipNeverActs, "a threshold far above all norms", .info,
      faulty: { run in
        let level = run.draws.scale(0.01, 10)
        run.set(["max_norm"], 50 * level)
        run.add(run.name(), .gradientNorm, run.level(300, level))
      },
      healthy: { run in
        let level = run.draws.scale(0.01, 10)
        run.set(["max_norm"], 5 * level)
        run.add(run.name(), .gradientNorm, run.level(300, level))
      }),
  ]
}
