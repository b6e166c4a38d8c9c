import Testing
import ThalwegAutodiff
import ThalwegNN
import ThalwegRecord
import ThalwegTensor
import ThalwegTraining

/// Updates that overflow in Float though most of the numbers in them are small: the bound that
/// clears nearly every step must clear none of them.
@Suite struct OverflowBoundTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var rule = OptimizerConfiguration.Rule.adam
    var rate = 1e-3
    var decay = 0.0
    var epsilon = 1e-8
    var parameter = 1.0
    var gradient = 1.0
    var firstMoment: Double?
    var momentum = 0.0
    var isNesterov = false

    static let all = [
      // rate decay p = 1e40; rate |m| / epsilon is 1e35.
      Case(
        testDescription: "the decoupled decay alone", rule: .adamW, rate: 1e22, decay: 1,
        epsilon: 1e6, parameter: 1e18),
      // In Float epsilon is 0, and the step 0 / 0.
      Case(testDescription: "an epsilon that is no Float", epsilon: 1e-50, gradient: 0),
      // The squared gradient is 0 in Float, and rate g / epsilon 1e40.
      Case(
        testDescription: "a small epsilon under a large rate", rate: 1e35, epsilon: 1e-30,
        gradient: 1e-25),
      // rate m is 1e44 before it is divided; m^2 is 1e38, still a Float.
      Case(
        testDescription: "moments with large squares", rate: 1e25, epsilon: 1e10, firstMoment: 1e19),
      // rate m is 1e45; rate g / epsilon would be 1e29.
      Case(
        testDescription: "a large moment over a small gradient", rate: 1e30, gradient: 1e-10,
        firstMoment: 1e15),
      // rate momentum m is 3.6e38; rate g is 1.
      Case(
        testDescription: "the past direction alone", rule: .sgd, rate: 2e19, gradient: 5e-20,
        firstMoment: 2e19, momentum: 0.9),
      // x = decay p is 1.5e38, momentum m + x 2.4e38; x + momentum (momentum m + x) is no Float.
      Case(
        testDescription: "the look ahead alone", rule: .sgd, rate: 1e-30, decay: 1e20,
        parameter: 1.5e18, firstMoment: 1e38, momentum: 0.9, isNesterov: true),
      // decay p is 2.5e38, momentum m 1.35e38.
      Case(
        testDescription: "the direction that is kept", rule: .sgd, rate: 1e-30, decay: 1e20,
        parameter: 2.5e18, firstMoment: 1.5e38, momentum: 0.9),
    ]
  }

  @Test(arguments: Case.all) func isRefused(_ given: Case) throws {
    let parameters = Parameters(.float32)
    let weight = (Builder(parameters, seed: 1) / "one").parameter(
      "weight", Shape(1), .uniform(bound: 1))
    var configuration = OptimizerConfiguration(
      given.rule, learningRate: given.rate, weightDecay: given.decay)
    configuration.epsilon = given.epsilon
    (configuration.momentum, configuration.isNesterov) = (given.momentum, given.isNesterov)
    let trainer = try Trainer(parameters, configuration, on: try Machine(threads: 1))
    parameters.setValue(weight, 0, to: given.parameter)
    if let moment = given.firstMoment {
      trainer.optimizer.moments?.first[parameters.segments[0].offset] = moment
      parameters.valuesChanged()
    }
    let before = OptimizerBytes(trainer.optimizer)
    let record = trainer.step { pass in
      pass.minimize("pull", pass[weight].affine(scale: given.gradient).sum())
    }
    #expect(record.outcome == .refused)
    #expect(record.culprit == "entry 0 of parameter one.weight, by the update")
    #expect(OptimizerBytes(trainer.optimizer) == before)
  }
}
