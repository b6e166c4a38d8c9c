import Testing
import ThalwegAutodiff
import ThalwegNN
import ThalwegRecord
import ThalwegTensor
import ThalwegTraining

/// What a trainer refuses before it does harm, besides numbers that are not finite.
@Suite struct TrainerGuardTests {
  private struct Failure: Error {}

  private func parameter(_ parameters: Parameters, _ value: Double = 1) -> Parameter {
    parameters.register("p", [2]) { _ in value }
  }

  private func minimize(_ p: Parameter) -> (Pass) -> Void {
    { pass in pass.minimize("loss", pass[p].square().sum()) }
  }

  @Test func settingsOutsideTheirRangeAreRefused() throws {
    func expectRefusal(_ name: String, _ change: (inout OptimizerConfiguration) -> Void) throws {
      let parameters = Parameters()
      _ = parameter(parameters)
      var configuration = OptimizerConfiguration(.adamW)
      change(&configuration)
      let error = #expect(throws: OptimizerError.self) {
        _ = try Optimizer(parameters, configuration)
      }
      #expect("\(try #require(error))".contains(name))
    }
    try expectRefusal("learningRate") { $0.learningRate = -1e38 }
    try expectRefusal("weightDecay") { $0.weightDecay = -1 }
    try expectRefusal("beta1") { $0.beta1 = 1 }
    try expectRefusal("beta2") { $0.beta2 = 1 }
    try expectRefusal("epsilon") { $0.epsilon = -1 }
    try expectRefusal("clipNorm") { $0.clipNorm = -1 }
    try expectRefusal("clipValue") { $0.clipValue = 0 }
    try expectRefusal("clipAdaptive") { $0.clipAdaptive = .infinity }
    try expectRefusal("momentum") { ($0.rule, $0.momentum) = (.sgd, 1) }
    try expectRefusal("momentum is for the rule sgd alone; adamw keeps") { $0.momentum = 0.9 }
    try expectRefusal("nesterov looks ahead by the momentum; set momentum above 0") {
      ($0.rule, $0.isNesterov) = (.sgd, true)
    }
    try expectRefusal("clip_value is set beside clip_norm; leave one of them null") {
      ($0.clipNorm, $0.clipValue) = (1, 1)
    }
    try expectRefusal("clip_adaptive is set beside clip_value") {
      ($0.clipValue, $0.clipAdaptive) = (1, 1)
    }
    try expectRefusal("'p'") { $0.groups = [ParameterGroup("p", learningRateScale: .nan)] }
    try expectRefusal("'p'") { $0.groups = [ParameterGroup("p", weightDecay: -1)] }
  }

  @Test func anotherOptimizersUpdateIsSeen() throws {
    let parameters = Parameters()
    let p = parameter(parameters)
    let machine = try Machine(threads: 1)
    let mover = try Trainer(parameters, .init(.sgd, learningRate: 1e38), on: machine)
    let other = try Trainer(parameters, .init(.sgd, learningRate: 1e30), on: machine)
    // The other has looked at p = 1, then p is moved to where its step would overflow.
    other.step { _ = $0 }
    parameters.setValue(p, 0, to: 1)
    other.step { $0.minimize("loss", $0[p].affine(scale: 0).sum()) }
    mover.step { $0.minimize("loss", $0[p].affine(scale: -3).sum()) }
    let before = (0..<2).map { parameters.value(p, $0) }
    let record = other.step { $0.minimize("loss", $0[p].affine(scale: -1e8).sum()) }
    #expect(before[0] > 1e38)
    #expect(record.outcome == .refused)
    #expect((0..<2).map { parameters.value(p, $0) } == before)
  }

  @Test func aBadNumberInTheMomentumIsRefused() throws {
    let parameters = Parameters()
    let p = parameter(parameters)
    var configuration = OptimizerConfiguration(.sgd)
    configuration.momentum = 0.5
    let trainer = try Trainer(parameters, configuration, on: try Machine(threads: 1))
    trainer.step(minimize(p))
    trainer.optimizer.moments?.first[parameters.segments[0].offset + 1] = .nan
    parameters.valuesChanged()
    let before = (0..<2).map { parameters.value(p, $0) }
    let record = trainer.step(minimize(p))
    #expect(record.outcome == .refused)
    #expect(record.culprit == "entry 1 of the optimizer's state of p")
    #expect((0..<2).map { parameters.value(p, $0) } == before)
  }

  @Test func aBodyThatThrowsIsNoStep() throws {
    let parameters = Parameters()
    let p = parameter(parameters)
    let trainer = try Trainer(parameters, .init(.sgd), on: try Machine(threads: 1))
    trainer.step(minimize(p))
    #expect(throws: Failure.self) { try trainer.step { _ in throw Failure() } }
    #expect(trainer.stepCount == 1)
    #expect(trainer.record.outcome == .empty)
    #expect(trainer.outcomes.reduce(0, +) == 1)
  }

  @Test func lateParametersTrap() async {
    await #expect(processExitsWith: .failure) {
      let parameters = Parameters()
      let p = parameters.register("p", [2]) { _ in 1 }
      let trainer = try Trainer(parameters, .init(.sgd), on: try Machine(threads: 1))
      _ = parameters.register("late", [2]) { _ in 1 }
      trainer.step { $0.minimize("loss", $0[p].sum()) }
    }
  }

  @Test func parametersThatGrowInAStepLeaveItsValuesAlone() throws {
    let parameters = Parameters()
    let p = parameter(parameters, 3)
    let tape = Tape(try Machine(threads: 1), parameters)
    let pass = Pass(tape, .train)
    let value = pass[p]
    _ = parameters.register("late", Shape(1_000_000)) { _ in 9 }
    #expect(value.affine(scale: 2).tensor.doubles == [6, 6])
  }

  /// Without a keeper the loop's own saves are what is rolled back to.
  @Test func rollingBackWithoutAKeeperGoesBackOneEpoch() throws {
    let experiment = ToyExperiment()
    var configuration = TrainingConfiguration(
      epochs: 4, batchSize: 8, seed: 1, optimizer: .init(.sgd, learningRate: 0.05))
    configuration.nonFinite = .rollBack
    let loop = try TrainingLoop(experiment, configuration, on: try Machine(threads: 1))
    let start = experiment.parameters.tensor(experiment.parameters.all[0].parameter)
    _ = try loop.run()
    let trained = experiment.parameters.tensor(experiment.parameters.all[0].parameter)
    loop.trainer.step { $0.minimize("bad", $0.constant([Float.nan], .scalar)) }
    let after = experiment.parameters.tensor(experiment.parameters.all[0].parameter)
    #expect(loop.trainer.record.outcome == .rolledBack)
    #expect(loop.trainer.record.culprit?.contains("data given") == true)
    #expect(after == trained && after != start)
  }

  /// The choice of the largest has no derivative; the audit finds the cut where it is made.
  @Test func theMaskOfTheLargestIsACut() throws {
    let parameters = Parameters()
    let p = parameter(parameters)
    let q = parameters.register("q", [2]) { _ in 2 }
    let tape = Tape(try Machine(threads: 1), parameters)
    let pass = Pass(tape, .train)
    pass.minimize("loss", (pass[p].keeping(1).mask * pass[q]).sum())
    tape.backward(only: "loss")
    guard case .noPath(let end) = tape.reach(p, from: "loss") else {
      Issue.record("a gradient came through the choice")
      return
    }
    #expect(end.kind == .cut)
  }

  /// What is named lies on the way to the terms that are reached.
  @Test func aSideBranchIsNotNamedAsThePathsEnd() throws {
    let parameters = Parameters()
    let p = parameter(parameters)
    let tape = Tape(try Machine(threads: 1), parameters)
    let pass = Pass(tape, .train)
    let square = pass[p].square()
    _ = square.sigmoid()
    let outer = pass.enter(parameters.place("head"))
    pass.minimize("a", square.sum())
    pass.leave(to: outer)
    pass.minimize("b", pass.constant([Float(1)], .scalar))
    tape.backward(only: "b")
    guard case .noPath(let end) = tape.reach(p, from: "b") else {
      Issue.record("a path where there is none")
      return
    }
    #expect(end.operation == "square")
    #expect(end.terms == ["a"])
  }
}
