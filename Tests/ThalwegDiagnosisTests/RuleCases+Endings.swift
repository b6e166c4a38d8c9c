import ThalwegDiagnosis
import ThalwegRecord

extension RuleCase {
  /// How runs go on, and what their figures without a role say.
  static let endings: [RuleCase] = [
    RuleCase(
      .exception, "an error that was caught", .info,
      faulty: { run in
        run.add(run.name(), .loss, run.falling(100, from: 3, to: 1))
        run.incident(.exception, "OSError: \(run.name())", line: 50, step: 50)
        run.incident(.finished, "Training complete", line: 200)
      },
      healthy: { run in
        run.add(run.name(), .loss, run.falling(100, from: 3, to: 1))
        run.incident(.finished, "Training complete", line: 200)
      }),
    RuleCase(
      .exception, "an error after which a summary is written", .error,
      faulty: { run in
        run.add(run.name(), .loss, run.falling(100, from: 3, to: 1), line: 1)
        run.incident(.exception, "RuntimeError: \(run.name())", line: 101, step: 100)
        run.add(run.name(), .loss, [1.2], first: 99, line: 103)
      },
      healthy: { run in run.add(run.name(), .loss, [3, 2, 1]) }),
    RuleCase(
      .nonFinite, "a loss by its name alone, to the end", .error,
      faulty: { run in
        let values = run.falling(160, from: 3, to: 1).enumerated().map { $0 < 64 ? $1 : .nan }
        run.add(run.name("*_loss"), nil, values)
      },
      healthy: { run in
        run.add(run.name("*_loss"), nil, run.falling(160, from: 3, to: 1))
        run.add(run.name("*_norm"), .gradientNorm, run.level(160, 1))
      }),
    RuleCase(
      .nonFinite, "a loss by its name alone, here and there", .warning,
      faulty: { run in
        let values = run.falling(160, from: 3, to: 1).enumerated().map { $0 % 16 < 15 ? $1 : .nan }
        run.add(run.name("Loss_*"), nil, values)
      },
      healthy: { run in run.add(run.name("Loss_*"), .loss, run.falling(160, from: 3, to: 1)) }),
    RuleCase(
      .nonFinite, "every 25th norm, the last one too", .warning,
      faulty: { run in
        run.add(run.name(), .loss, run.falling(200, from: 3, to: 1))
        run.add(run.name(), .gradientNorm, (1...200).map { $0 % 25 == 0 ? .infinity : 2 })
      },
      healthy: { run in
        run.add(run.name(), .loss, run.falling(200, from: 3, to: 1))
        run.add(run.name(), .gradientNorm, run.level(200, 2))
      }),
    RuleCase(
      .divergence, "a loss whose recorded weight rises", .info,
      faulty: { run in
        let betas = (0..<400).map { min(1, Double($0) / 300) }
        let reconstruction = run.falling(400, from: 0.9, to: 0.3, noise: 0.01)
        let divergence = run.level(400, 4, noise: 0.01)
        let losses = betas.indices.map { reconstruction[$0] + betas[$0] * divergence[$0] }
        run.add(run.name(), .loss, losses)
        run.add(run.name(), .term, reconstruction)
        run.add(run.name(), .term, divergence)
        run.add(run.name("beta_*"), nil, betas)
      },
      healthy: { run in
        run.add(run.name(), .loss, run.falling(400, from: 3, to: 1))
        run.add(run.name("beta_*"), nil, (0..<400).map { Double($0) / 400 })
      }),
    RuleCase(
      .divergence, "a validation loss that only rises while the training loss falls", .warning,
      faulty: { run in
        run.add(
          run.name(), .loss, run.falling(15, from: 2, to: 0.1), split: .training, unit: .epochs)
        let rising = (0..<15).map { 1.6 + 0.1 * Double($0) }
        run.add(run.name(), .loss, rising, split: .validation, unit: .epochs)
      },
      healthy: { run in
        run.add(
          run.name(), .loss, run.falling(15, from: 2, to: 0.1), split: .training, unit: .epochs)
        let level = (0..<15).map { 1.6 + 0.01 * Double($0) }
        run.add(run.name(), .loss, level, split: .validation, unit: .epochs)
      }),
    RuleCase(
      .clipSaturated, "a share of clipped gradients beside a policy", .warning,
      faulty: { run in
        run.add(run.name("*_grad_clip_ratio"), .clippedShare, [Double](repeating: 1, count: 40))
        run.add(run.name("policy_*"), nil, run.level(40, 1))
      },
      healthy: { run in
        // Ratios of policies that are clipped.
        run.add(run.name("*_clip_fraction"), .clippedShare, [Double](repeating: 0.7, count: 40))
        run.add(run.name("policy_*"), nil, run.level(40, 1))
      }),
  ]
}
