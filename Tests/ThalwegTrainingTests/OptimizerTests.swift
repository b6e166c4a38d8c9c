import Testing
import ThalwegAutodiff
import ThalwegFormats
import ThalwegNN
import ThalwegRecord
import ThalwegTensor
import ThalwegTraining

/// Ten steps of a small perceptron against torch.optim.
@Suite struct OptimizerTests {
  private func configuration(_ run: Golden.Entry) throws -> OptimizerConfiguration {
    let rule = try #require(run.json["rule"]?.string)
    var configuration = OptimizerConfiguration(
      try #require(OptimizerConfiguration.Rule(rawValue: rule)),
      learningRate: try #require(run.json["rate"]?.double),
      weightDecay: try #require(run.json["decay"]?.double), clipNorm: run.json["clip"]?.double)
    guard let settings = run.json["settings"] else { return configuration }
    configuration.momentum = settings["momentum"]?.double ?? 0
    configuration.isNesterov = settings["nesterov"]?.bool ?? false
    configuration.clipNorm = settings["clip_norm"]?.double
    configuration.clipValue = settings["clip_value"]?.double
    configuration.clipAdaptive = settings["clip_adaptive"]?.double
    return configuration
  }

  /// A perceptron that starts where torch's started, with its data.
  private struct Start {
    let parameters: Parameters
    let mlp: MLP
    let x: [Double]
    let target: [Double]
    let rows: Int

    init(_ golden: Golden.Entry, _ type: ScalarType) throws {
      parameters = Parameters(type)
      mlp = MLP(
        try golden.numbers("widths").map { Int($0) }, activation: .sigmoid,
        in: Builder(parameters, seed: 1))
      for given in try golden.entries("start") {
        let parameter = try #require(parameters[given.name])
        for (index, number) in try given.numbers("values").enumerated() {
          parameters.setValue(parameter, index, to: number)
        }
      }
      x = try golden.numbers("x")
      target = try golden.numbers("target")
      rows = try #require(golden.json["rows"]?.int)
    }

    func minimize(_ pass: Pass) {
      let output = mlp(pass.constant(x, Shape(rows, x.count / rows)), pass)
      let error = output.meanSquaredError(to: pass.constant(target, output.shape))
      pass.minimize("error", error)
    }
  }

  @Test(arguments: OptimizerConfiguration.Rule.allCases, ScalarType.allCases)
  func `losses, norms and parameters are torch's`(
    _ rule: OptimizerConfiguration.Rule, _ type: ScalarType
  ) throws {
    let golden = Golden.Entry(json: try Golden("optimizers").json)
    let runs = try golden.entries("runs").filter {
      $0.json["rule"]?.string == rule.rawValue && $0.json["type"]?.string == type.rawValue
    }
    #expect(runs.count == 4)
    let tolerance = type == .float64 ? 1e-12 : 1e-5
    for run in runs {
      let start = try Start(golden, type)
      let trainer = try Trainer(
        start.parameters, configuration(run), on: Machine(threads: 1))
      var (losses, norms): ([Double], [Double]) = ([], [])
      var clipped = 0
      for _ in try run.numbers("losses") {
        let record = trainer.step(start.minimize)
        #expect(record.outcome == .taken)
        losses.append(try #require(record.loss))
        norms.append(try #require(record.normBeforeClip))
        if let coefficient = record.clipCoefficient, coefficient < 1 { clipped += 1 }
      }
      #expect(distance(losses, try run.numbers("losses")) <= tolerance, "\(run.name)")
      #expect(distance(norms, try run.numbers("norms")) <= tolerance, "\(run.name)")
      #expect((clipped > 0) == (run.json["clip"]?.double != nil))
      for given in try run.entries("parameters") {
        let got = start.parameters.tensor(try #require(start.parameters[given.name])).doubles
        let far = distance(got, try given.numbers("values"))
        #expect(far <= tolerance, "\(run.name): \(given.name) off by \(far)")
      }
    }
  }

  @Test(arguments: ScalarType.allCases)
  func `momentum and every way of clipping are torch's`(_ type: ScalarType) throws {
    let golden = Golden.Entry(json: try Golden("optimizers").json)
    let runs = try golden.entries("more_runs").filter {
      $0.json["type"]?.string == type.rawValue
    }
    #expect(runs.count == 10)
    let tolerance = type == .float64 ? 1e-12 : 1e-5
    for run in runs {
      let start = try Start(golden, type)
      let configuration = try configuration(run)
      let trainer = try Trainer(start.parameters, configuration, on: Machine(threads: 1))
      var (losses, before, after): ([Double], [Double], [Double]) = ([], [], [])
      var clipped = 0
      for _ in 0..<10 {
        let record = trainer.step(start.minimize)
        #expect(record.outcome == .taken)
        losses.append(try #require(record.loss))
        before.append(try #require(record.normBeforeClip))
        after.append(try #require(record.normAfterClip))
        if record.isClipped == true { clipped += 1 }
        // One number says it only where the norm of all is what is clipped.
        let isByNorm = configuration.clipValue == nil && configuration.clipAdaptive == nil
        #expect((record.clipCoefficient != nil) == isByNorm)
        #expect((record.clippedTensors != nil) == !isByNorm)
      }
      #expect((clipped > 0) == configuration.clips, "\(run.name)")
      #expect(distance(losses, try run.numbers("losses")) <= tolerance, "\(run.name)")
      #expect(distance(before, try run.numbers("norms_before")) <= tolerance, "\(run.name)")
      #expect(distance(after, try run.numbers("norms_after")) <= tolerance, "\(run.name)")
      for given in try run.entries("parameters") {
        let got = start.parameters.tensor(try #require(start.parameters[given.name])).doubles
        let far = distance(got, try given.numbers("values"))
        #expect(far <= tolerance, "\(run.name): \(given.name) off by \(far)")
      }
    }
  }
}
