import ThalwegDiagnosis
import ThalwegRecord

extension RuleCase {
  /// Halved after each tenth.
  private static func halved(_ count: Int, _ rate: Double) -> [Double] {
    (0..<count).map { rate * power(0.5, Double($0 * 10 / count)) }
  }

  private static func cosineRates(_ count: Int, _ rate: Double) -> [Double] {
    (0..<count).map { rate * (1 + cosine(.pi * Double($0) / Double(count))) / 2 }
  }

  static let rates: [RuleCase] = [
    RuleCase(
      .rateMismatch, "a rate that is back at its base after it was halved", .warning,
      faulty: { run in
        let rate = run.draws.scale(1e-5, 1e-1)
        var rates = halved(run.draws.integer(40...200), rate)
        let at = run.draws.integer(rates.count / 4...rates.count / 3)
        for index in at..<rates.count { rates[index] = rate }
        run.add(run.name(), .learningRate, rates)
      },
      healthy: { run in
        run.add(
          run.name(), .learningRate,
          halved(run.draws.integer(40...200), run.draws.scale(1e-5, 1e-1)))
      }),
    RuleCase(
      .rateMismatch, "a rate that rises where nothing says so", .warning,
      faulty: { run in
        run.add(run.name(), .learningRate, [1, 1, 0.5, 0.5, 0.25, 1, 1, 1])
      },
      healthy: { run in
        run.set([run.name(), "restart_every"], 5)
        run.add(run.name(), .learningRate, [1, 1, 0.5, 0.5, 0.25, 1, 1, 1])
      }),
    RuleCase(
      .rateMismatch, "a rate below 0", .error,
      faulty: { run in
        run.add(run.name(), .learningRate, (0..<30).map { 1e-3 * (1 - Double($0) / 25) })
      },
      healthy: { run in
        run.add(run.name(), .learningRate, (0..<30).map { 1e-3 * (1 - Double($0) / 29) })
      }),
    RuleCase(
      .rateMismatch, "a rate of 0 amid others", .error,
      faulty: { run in
        var rates = cosineRates(80, 1e-3)
        rates[run.draws.integer(20...40)] = 0
        run.add(run.name(), .learningRate, rates)
      },
      healthy: { run in
        // A warm-up that begins at 0.
        let rates = [0, 2e-4, 4e-4, 6e-4, 8e-4] + cosineRates(80, 1e-3)
        run.add(run.name(), .learningRate, rates)
      }),
    RuleCase(
      .rateMismatch, "a constant rate under a schedule by name", .warning,
      faulty: { run in
        run.set(["lr_scheduler_type"], .text("cosine"), "cosine")
        run.add(run.name(), .learningRate, [Double](repeating: 1e-3, count: 40), unit: .epochs)
      },
      healthy: { run in
        // Eight batches of the first epoch of a schedule by epochs.
        run.set(["lr_scheduler_type"], .text("warmup_cosine"), "warmup_cosine")
        run.add(run.name(), .learningRate, [Double](repeating: 2e-4, count: 40), unit: .batches)
      }),
    RuleCase(
      .warmupCoarse, "a warm-up by epochs, and a loss that rises", .warning,
      faulty: { run in
        run.set(["epochs"], 100)
        let rates = (0..<30).map { 8e-5 * min(1, 0.02 + 0.98 * Double($0) / 6) }
        run.add(run.name(), .learningRate, rates, unit: .epochs)
        run.add(
          run.name(), .gradientNorm, (0..<30).map { $0 == 1 ? 28.9 : 4 + Double($0) / 30 },
          unit: .epochs)
      },
      healthy: { run in
        run.set(["epochs"], 100)
        let rates = (0..<30).map { 8e-5 * min(1, Double($0 + 1) / 6) }
        run.add(run.name(), .learningRate, rates, unit: .epochs)
        run.add(run.name(), .gradientNorm, run.falling(30, from: 4, to: 1), unit: .epochs)
      }),
    RuleCase(
      .warmupCoarse, "a warm-up by epochs of which no trace is recorded", .info,
      faulty: { run in
        let rates = (0..<30).map { 8e-5 * min(1, 0.02 + 0.98 * Double($0) / 6) }
        run.add(run.name(), .learningRate, rates, unit: .epochs)
      },
      healthy: { run in
        // It rises fivefold later than a warm-up takes.
        run.set(["epochs"], 300)
        let rates = (0..<100).map { $0 < 60 ? 1e-4 : 5e-4 }
        run.add(run.name(), .learningRate, rates, unit: .epochs)
      }),
    RuleCase(
      .rateMismatch, "rates that are printed after the schedule has stepped", .info,
      faulty: { run in exponential(&run, from: 1) },
      healthy: { run in exponential(&run, from: 0) }),
  ]

  /// 40 epochs of a schedule, of which so many steps are done in the first.
  private static func exponential(_ run: inout MadeRun, from first: Int) {
    let rate = run.rate()
    let rates = (first..<first + 40).map { rate * power(0.9, Double($0)) }
    let (name, section) = (run.name(), run.name())
    run.add(name, .learningRate, rates, unit: .epochs)
    run.configure("\(section): {lr: \(rate), scheduler: exponential, gamma: 0.9, epochs: 40}\n")
  }
}
