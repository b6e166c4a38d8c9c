import Testing
import ThalwegDiagnosis
import ThalwegRecord

/// Healthy runs that look sick: no warning or worse on any of them.
@Suite struct HardNegativeTests {
  private func expectNoAlarm(
    _ name: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ build: (inout MadeRun) -> Void
  ) {
    for seed in 1...20 {
      var run = MadeRun(shape: seed, names: seed)
      build(&run)
      let alarms = Diagnosis(run.record).findings.filter { $0.severity > .info }
      #expect(
        alarms.isEmpty, "\(name), seed \(seed): \(alarms.map(\.text))",
        sourceLocation: sourceLocation)
    }
  }

  @Test func warmUpFromNothing() {
    expectNoAlarm("the rate begins at 0 and nothing moves yet") { run in
      let names = run.tensorNames()
      for _ in 0..<3 {
        run.tensor(run.name("*.weight"), gradient: 0.5, change: 0, from: 4, records: 1, names)
      }
      run.add("lr", .learningRate, (0..<100).map { 1e-3 * min(1, Double($0) / 10) })
      run.add("loss", .loss, run.falling(100, from: 3, to: 1))
    }
  }

  @Test func convergedTail() {
    expectNoAlarm("a flat tail at a decayed rate") { run in
      let losses = (0..<500).map { 0.2 + 3 * exponential(-Double($0) / 30) }
      run.add("loss", .loss, losses.map { $0 * exponential(0.05 * run.draws.normal()) })
      run.add("lr", .learningRate, (0..<500).map { 1e-3 * (1 - Double($0) / 500) })
    }
    expectNoAlarm("a flat tail at full rate") { run in
      let losses = (0..<500).map { 0.2 + 3 * exponential(-Double($0) / 30) }
      run.add("loss", .loss, losses.map { $0 * exponential(0.05 * run.draws.normal()) })
      run.add("lr", .learningRate, [Double](repeating: 1e-3, count: 500))
    }
  }

  @Test func batchesOfOne() {
    expectNoAlarm("losses of single items") { run in
      run.add(
        "loss", .loss, run.falling(2000, from: 2.3, to: 0.5, noise: 0.8))
      run.add("norm", .gradientNorm, run.falling(2000, from: 10, to: 4, noise: 0.8))
    }
  }

  @Test func lossBelowZero() {
    expectNoAlarm("a log likelihood of densities") { run in
      let losses = (0..<800).map { 2 - 5 * (1 - exponential(-Double($0) / 100)) }
      run.add("loss", .loss, losses.map { $0 + 0.2 * run.draws.normal() })
    }
  }

  @Test func lossOfHighVariance() {
    expectNoAlarm("a loss without a trend, as of a policy gradient") { run in
      run.add("loss", .loss, (0..<1000).map { _ in run.draws.normal() })
    }
    expectNoAlarm("the same with heavy tails") { run in
      run.add("loss", .loss, (0..<1000).map { _ in run.draws.laplace() })
    }
  }

  @Test func labelNoise() {
    expectNoAlarm("a training loss with a high floor, a validation loss below it") { run in
      run.add("train_loss", .loss, run.falling(60, from: 2.3, to: 0.7), unit: .epochs)
      run.add(
        "val_loss", .loss, run.falling(60, from: 2, to: 0.3), split: .validation, unit: .epochs)
    }
  }

  @Test func warmRestarts() {
    expectNoAlarm("a loss that rises at each restart") { run in
      run.set(["scheduler"], .text("CosineAnnealingWarmRestarts"), "CosineAnnealingWarmRestarts")
      let parts = (0..<300).map { Double($0 % 100) / 100 }
      run.add("lr", .learningRate, parts.map { 1e-2 * (1 + cosine(.pi * $0)) / 2 })
      let losses = parts.enumerated().map { index, part in
        (0.3 + 2 * exponential(-Double(index) / 40)) * (1 + 1.5 * exponential(-10 * part))
      }
      run.add("loss", .loss, losses.map { $0 * exponential(0.02 * run.draws.normal()) })
    }
  }

  @Test func skippedStepsOfMixedPrecision() {
    expectNoAlarm("a norm that overflows while the loss scale falls") { run in
      run.add("loss", .loss, run.falling(200, from: 3, to: 1))
      run.add("norm", .gradientNorm, (0..<200).map { $0 < 3 || $0 == 120 ? .infinity : 1 })
      run.add(
        "scale", .lossScale,
        (0..<200).map { 65536 / power(2, Double(min($0, 3))) / ($0 > 120 ? 2 : 1) })
    }
  }

  @Test func clipAtTheLastPercent() {
    expectNoAlarm("a clip that one of a hundred steps meets") { run in
      let norms = run.level(2000, 1, noise: 0.5)
      run.set(["max_grad_norm"], norms.sorted()[1980])
      run.add("norm", .normBeforeClip, norms)
    }
  }

  @Test func dominantTermOfAPlan() {
    expectNoAlarm("weights of 1 to 100") { run in
      let made = run.parts(2, records: 50)
      run.add("loss", .loss, zip(made.parts[0], made.parts[1]).map { $0 + 100 * $1 })
      run.add("a", .weightedTerm, made.parts[0])
      run.add("b", .weightedTerm, made.parts[1].map { 100 * $0 })
    }
  }

  @Test func gatedBranchAndLateExpert() {
    expectNoAlarm("tensors without gradient in the first records") { run in
      let names = run.tensorNames()
      run.live(names, records: 20)
      for start in [1, 15] {
        run.add(
          names.gradient, .gradientNorm, (0..<20).map { $0 < start ? 0 : 0.1 },
          tensor: run.name("*.weight"))
      }
    }
  }
}
