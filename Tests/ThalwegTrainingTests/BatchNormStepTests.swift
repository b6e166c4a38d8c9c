import Testing
import ThalwegAutodiff
import ThalwegFormats
import ThalwegNN
import ThalwegRecord
import ThalwegTensor
import ThalwegTraining

/// The running statistics of batch normalization against PyTorch's, over several steps.
@Suite struct BatchNormStepTests {
  private struct Model {
    let layer: BatchNorm1d
    let trainer: Trainer

    init(_ type: ScalarType) throws {
      let parameters = Parameters(type)
      layer = BatchNorm1d(3, momentum: 0.3, in: Builder(parameters, seed: 1) / "norm")
      // A rate of 0: the figures are of a layer whose gain and offset stay.
      trainer = try Trainer(
        parameters, .init(.sgd, learningRate: 0), on: Machine(threads: 1))
    }

    var mean: [Double] { trainer.tape.parameters.tensor(layer.runningMean).doubles }
    var variance: [Double] { trainer.tape.parameters.tensor(layer.runningVariance).doubles }

    func minimize(_ x: [Double], _ shape: Shape, _ pass: Pass) {
      pass.minimize("loss", layer(pass.constant(x, shape), pass).square().sum())
    }
  }

  private func cases() throws -> [Golden.Entry] {
    let cases = try Golden("batch_norm").entries("cases")
    #expect(cases.map(\.name) == ["matrix", "block"])
    return cases
  }

  @Test(arguments: ScalarType.allCases)
  func `they follow the batches as PyTorch's do`(_ type: ScalarType) throws {
    let tolerance = type == .float64 ? 1e-14 : 1e-6
    for entry in try cases() {
      let (model, shape) = (try Model(type), try entry.shape())
      let steps = try entry.entries("steps")
      #expect(steps.count == 4)
      for step in steps {
        let x = try step.numbers("values")
        #expect(model.trainer.step { model.minimize(x, shape, $0) }.outcome == .taken)
        #expect(distance(model.mean, try step.numbers("mean")) <= tolerance)
        #expect(distance(model.variance, try step.numbers("variance")) <= tolerance)
      }
      let tape = Tape(try Machine(threads: 1), model.trainer.tape.parameters, isRecording: false)
      let pass = Pass(tape, .evaluate)
      let x = pass.constant(try steps[0].numbers("values"), shape)
      let y = model.layer(x, pass).tensor.doubles
      #expect(distance(y, try entry.numbers("evaluated")) <= tolerance)
    }
  }

  @Test func `a step that is refused leaves them`() throws {
    let (model, entry) = (try Model(.float32), try cases()[0])
    let (shape, steps) = (try entry.shape(), try entry.entries("steps"))
    let x = try steps.map { try $0.numbers("values") }
    model.trainer.step { model.minimize(x[0], shape, $0) }
    let (mean, variance) = (model.mean, model.variance)
    let refused = model.trainer.step { pass in
      model.minimize(x[1], shape, pass)
      pass.minimize("bad", pass.constant([Float.nan], .scalar))
    }
    #expect(refused.outcome == .refused)
    #expect(model.mean == mean && model.variance == variance)
    // A batch with a bad number in one channel is refused as a whole.
    var bad = x[1]
    bad[0] = .infinity
    #expect(model.trainer.step { model.minimize(bad, shape, $0) }.outcome == .refused)
    #expect(model.mean == mean && model.variance == variance)
    model.trainer.step { model.minimize(x[1], shape, $0) }
    #expect(distance(model.mean, try steps[1].numbers("mean")) <= 1e-6)
  }

  @Test func `each part of a step adds to them`() throws {
    let (model, entry) = (try Model(.float64), try cases()[0])
    let (shape, steps) = (try entry.shape(), try entry.entries("steps"))
    let x = try steps.map { try $0.numbers("values") }
    let record = model.trainer.step(accumulating: [4, 4]) { pass, part in
      model.minimize(x[part], shape, pass)
    }
    #expect(record.outcome == .taken)
    #expect(distance(model.mean, try steps[1].numbers("mean")) <= 1e-14)
    #expect(distance(model.variance, try steps[1].numbers("variance")) <= 1e-14)
  }
}
