import ThalwegDiagnosis
import ThalwegRecord

extension RuleCase {
  static let courses: [RuleCase] = [
    RuleCase(
      .spike, "a loss that takes some records to come back", .warning,
      faulty: { run in
        let count = run.draws.integer(200...1500)
        var losses = run.falling(count, from: run.draws.scale(1, 100), to: 0.5)
        let at = run.draws.integer(count / 2...count - 60)
        for index in 0..<10 { losses[at + index] *= 6 - 0.4 * Double(index) }
        run.add(run.name(), .loss, losses)
      },
      healthy: { run in
        let count = run.draws.integer(200...1500)
        run.add(run.name(), .loss, run.falling(count, from: run.draws.scale(1, 100), to: 0.5))
      }),
    RuleCase(
      .spike, "a loss that stays where it jumped to", .error,
      faulty: { run in
        var losses = run.falling(400, from: 10, to: 0.5)
        for index in 300..<400 { losses[index] *= 8 }
        run.add(run.name(), .loss, losses, split: .validation)
      },
      healthy: { run in
        // Losses below 0 that fall on, as those of a log likelihood.
        let losses = (0..<400).map { 3 - 0.02 * Double($0) }
        run.add(run.name(), .loss, losses.map { $0 + 0.1 * run.draws.normal() }, split: .validation)
      }),
    RuleCase(
      .spike, "one norm that is hundreds of times the others", .warning,
      faulty: { run in
        var norms = run.level(500, 1)
        norms[run.draws.integer(300...450)] = 400
        run.add(run.name(), .gradientNorm, norms)
      },
      healthy: { run in
        // Norms fall fast at first; those that end at a hundredth are no spikes at the start.
        run.add(run.name(), .gradientNorm, run.falling(500, from: 3, to: 0.4, noise: 0.3))
      }),
    RuleCase(
      .plateau, "a loss that never falls", .warning,
      faulty: { run in
        run.add(run.name(), .loss, run.level(run.draws.integer(30...400), 2.303, noise: 0.01))
      },
      healthy: { run in
        // The tail is flat because the rate has decayed.
        let count = run.draws.integer(60...400)
        run.add(run.name(), .loss, run.falling(count, from: 5, to: 0.5))
        let rates = (0..<count).map { 1e-3 * (1 - Double($0) / Double(count)) }
        run.add(run.name(), .learningRate, rates)
      }),
    RuleCase(
      .plateau, "a loss that no longer falls, at full rate", .info,
      faulty: { run in
        let losses = (0..<300).map { 1 + 4 * exponential(-Double($0) / 20) }
        run.add(
          run.name(), .loss, losses.map { $0 * exponential(0.02 * run.draws.normal()) },
          split: .validation)
        run.add(run.name(), .learningRate, losses.map { _ in 1e-3 })
      },
      healthy: { run in
        let losses = (0..<300).map { 5 * power(Double($0 + 1), -0.5) }
        run.add(
          run.name(), .loss, losses.map { $0 * exponential(0.02 * run.draws.normal()) },
          split: .validation)
        run.add(run.name(), .learningRate, losses.map { _ in 1e-3 })
      }),
    RuleCase(
      .divergence, "a loss that ends above its start", .critical,
      faulty: { run in
        let count = run.draws.integer(30...500)
        var losses = run.falling(count, from: 4, to: 1)
        for index in count * 2 / 3..<count { losses[index] = 5 + Double(index) }
        run.add(run.name(), .loss, losses)
      },
      healthy: { run in
        run.add(run.name(), .loss, run.falling(run.draws.integer(30...500), from: 4, to: 1))
      }),
    RuleCase(
      .divergence, "a loss that doubles and stays", .error,
      faulty: { run in
        let count = run.draws.integer(60...500)
        var losses = run.falling(count, from: 10, to: 0.5)
        for index in count * 2 / 3..<count { losses[index] *= 5 }
        run.add(run.name(), .loss, losses)
      },
      healthy: { run in
        // Ripples at a bottom of which nothing can be said.
        let losses = run.falling(300, from: 80, to: 0.03)
        run.add(
          run.name(), .loss, losses.enumerated().map { $1 * (1 + 0.011 * Double(max(0, $0 - 200))) }
        )
      }),
    RuleCase(
      .divergence, "a validation loss that rises while the training loss falls", .warning,
      faulty: { run in
        run.add(
          run.name(), .loss, run.falling(60, from: 3, to: 0.01), split: .training, unit: .epochs)
        let rising = run.falling(60, from: 3, to: 0.8).enumerated().map { index, value in
          value * (1 + Double(max(0, index - 20)) * 0.08)
        }
        run.add(run.name(), .loss, rising, split: .validation, unit: .epochs)
      },
      healthy: { run in
        run.add(
          run.name(), .loss, run.falling(60, from: 3, to: 0.01), split: .training, unit: .epochs)
        run.add(
          run.name(), .loss, run.falling(60, from: 3, to: 0.8), split: .validation, unit: .epochs)
      }),
  ]

  static let figures: [RuleCase] = [
    RuleCase(
      .nonFinite, "losses from some step on", .critical,
      faulty: { run in
        let count = run.draws.integer(20...300)
        let at = run.draws.integer(5...count - 2)
        let losses = run.falling(count, from: 3, to: 1)
        run.add(run.name(), .loss, losses.enumerated().map { $0 < at ? $1 : .nan })
        run.add(run.name(), .gradientNorm, losses.enumerated().map { $0 < at - 1 ? $1 : .infinity })
      },
      healthy: { run in
        run.add(run.name(), .loss, run.falling(100, from: 3, to: 1))
        run.add(run.name(), .gradientNorm, run.level(100, 2))
      }),
    RuleCase(
      .nonFinite, "some norms, with finite losses after them", .warning,
      faulty: { run in
        run.add(run.name(), .loss, run.falling(100, from: 3, to: 1))
        let at = run.draws.integer(2...90)
        run.add(run.name(), .gradientNorm, (0..<100).map { $0 == at ? .infinity : 2 })
      },
      healthy: { run in
        run.add(run.name(), .loss, run.falling(100, from: 3, to: 1))
        run.add(run.name(), .gradientNorm, run.level(100, 2))
      }),
    RuleCase(
      .nonFinite, "the norm of one tensor", .critical,
      faulty: { run in
        run.add(run.name(), .gradientNorm, [1, 2, .nan], tensor: run.name("*.weight"))
      },
      healthy: { run in
        run.add(run.name(), .gradientNorm, [1, 2, 3], tensor: run.name("*.weight"))
      }),
    RuleCase(
      .filtered, "a loss of 0 beside a norm that is NaN", .critical,
      faulty: { run in
        let count = run.draws.integer(10...200)
        let at = run.draws.integer(3...count - 1)
        let losses = run.falling(count, from: 3, to: 1)
        run.add(run.name(), .loss, losses.enumerated().map { $0 < at ? $1 : 0 })
        run.add(run.name(), .gradientNorm, losses.enumerated().map { $0 < at ? $1 : .nan })
      },
      healthy: { run in
        // A loss that reaches its last printed digit.
        let losses = run.falling(200, from: 3, to: 1e-9, noise: 0).map { printed($0, 2) }
        run.add(run.name(), .loss, losses)
        run.add(run.name(), .gradientNorm, run.level(200, 1))
      }),
    RuleCase(
      .filtered, "a count of tensors that are not finite", .error,
      faulty: { run in
        let at = run.draws.integer(1...48)
        run.add(run.name(), .nonFiniteCount, (0..<50).map { $0 == at ? 3 : 0 })
      },
      healthy: { run in
        run.add(run.name(), .nonFiniteCount, [Double](repeating: 0, count: 50))
      }),
    RuleCase(
      .filtered, "losses of 0 from far above the last digit", .warning,
      faulty: { run in
        let losses = run.falling(40, from: 3, to: 1).map { printed($0, 4) }
        run.add(run.name(), .loss, losses + [Double](repeating: 0, count: 10))
      },
      healthy: { run in
        let losses = run.falling(40, from: 3, to: 1).map { printed($0, 4) }
        run.add(run.name(), .loss, losses + [0] + losses.suffix(5))
      }),
  ]
}
