import Testing
import ThalwegAutodiff
import ThalwegFormats
import ThalwegNN
import ThalwegRecord
import ThalwegTensor
import ThalwegTraining

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// State tensors in training: kept where a step is taken, left alone where it is not.
@Suite struct StateStepTests {
  /// Follows its weight by a running mean, as normalizations follow their statistics.
  private struct Model {
    let parameters: Parameters
    let weight: Parameter
    let running: StateTensor

    init(_ type: ScalarType = .float32, hasState: Bool = true, width: Int = 3) {
      parameters = Parameters(type)
      let builder = Builder(parameters, seed: 3) / "norm"
      weight = builder.parameter("weight", Shape(3), .uniform(bound: 1))
      running =
        hasState
        ? builder.state("running", Shape(width), .constant(0.5))
        : Builder(Parameters(type), seed: 0).state("none", Shape(width), .zeros)
    }

    func step(_ pass: Pass) {
      pass.propose(running, pass[running].affine(scale: 0.9) + pass[weight].affine(scale: 0.1))
      pass.minimize("size", (pass[weight] - pass[running]).square().sum())
    }

    var numbers: [Double] { parameters.tensor(running).doubles }
  }

  private func trainer(
    _ model: Model, _ policy: NonFinitePolicy = .skip, momentum: Double? = nil
  ) throws -> Trainer {
    var configuration = OptimizerConfiguration(momentum == nil ? .adam : .sgd, learningRate: 0.1)
    configuration.momentum = momentum ?? 0
    return try Trainer(
      model.parameters, configuration, on: Machine(threads: 1), policy: policy)
  }

  @Test func `a step that is taken commits what was proposed`() throws {
    let model = Model(.float64)
    let weight = model.parameters.tensor(model.weight).doubles
    let trainer = try trainer(model)
    #expect(trainer.step(model.step).outcome == .taken)
    for (got, weight) in zip(model.numbers, weight) {
      #expect(abs(got - (0.45 + 0.1 * weight)) <= 1e-15)
    }
  }

  private struct Failure: Error {}

  @Test func `steps that are not taken leave nothing behind`() throws {
    let model = Model()
    let trainer = try trainer(model)
    trainer.step(model.step)
    let before = OptimizerBytes(trainer.optimizer)
    let empty = trainer.step { $0.propose(model.running, $0[model.weight]) }
    #expect(empty.outcome == .empty)
    let noPath = trainer.step { pass in
      pass.propose(model.running, pass[model.weight])
      pass.minimize("state", pass[model.running].sum())
    }
    #expect(noPath.outcome == .noPath)
    let refused = trainer.step { pass in
      model.step(pass)
      pass.minimize("bad", pass.constant([Float.nan], .scalar))
    }
    #expect(refused.outcome == .refused)
    let badGradient = trainer.step { pass in
      model.step(pass)
      pass.minimize("root", pass[model.weight].affine(scale: 0).squareRoot().sum())
    }
    #expect(badGradient.outcome == .refused)
    #expect(throws: Failure.self) {
      try trainer.step { pass in
        model.step(pass)
        throw Failure()
      }
    }
    #expect(OptimizerBytes(trainer.optimizer) == before)
    // Nor does the next step see anything of them.
    let twin = Model()
    let other = try self.trainer(twin)
    for _ in 0..<2 { other.step(twin.step) }
    trainer.step(model.step)
    #expect(model.numbers == twin.numbers)
    #expect(OptimizerBytes(trainer.optimizer) == OptimizerBytes(other.optimizer))
  }

  @Test(arguments: NonFinitePolicy.allCases)
  func `a proposal that is not finite refuses the step`(_ policy: NonFinitePolicy) throws {
    let model = Model()
    let trainer = try trainer(model, policy)
    let start = OptimizerBytes(trainer.optimizer)
    trainer.step(model.step)
    let before = OptimizerBytes(trainer.optimizer)
    let record = trainer.step { pass in
      model.step(pass)
      let scale = pass.constant([Float(1), .infinity, 1], Shape(3))
      pass.propose(model.running, pass[model.weight] * scale)
    }
    #expect(record.outcome.isFailure)
    #expect(record.loss?.isFinite == true)
    #expect(record.culprit == "entry 1 of what was proposed for state norm.running")
    #expect(OptimizerBytes(trainer.optimizer) == (policy == .rollBack ? start : before))
  }

  @Test(arguments: [NonFinitePolicy.skip, .rollBack])
  func `a bad number written from outside is refused, and rolled back`(
    _ policy: NonFinitePolicy
  ) throws {
    let model = Model()
    let trainer = try trainer(model, policy)
    trainer.step(model.step)
    trainer.keepSnapshot()
    let before = model.numbers
    model.parameters.setValue(model.running, 2, to: .nan)
    let record = trainer.step(model.step)
    #expect(record.culprit == "entry 2 of state norm.running")
    #expect(record.outcome == (policy == .skip ? .refused : .rolledBack))
    if policy == .rollBack { #expect(model.numbers == before) }
    #expect(trainer.step(model.step).outcome == (policy == .skip ? .refused : .taken))
  }

  private func withFolder(_ body: (String) throws -> Void) throws {
    var template = Array("/tmp/thalweg-state-XXXXXX".utf8CString)
    let folder = String(cString: try #require(mkdtemp(&template)))
    defer { #expect(throws: Never.self) { try Files.remove(folder, recursively: true) } }
    try body(folder)
  }

  /// Adam, SGD and SGD with momentum: what each keeps is in the checkpoint too.
  @Test(arguments: ScalarType.allCases, [nil, 0, 0.9])
  func `a checkpoint holds them, and training goes on to the same bits`(
    _ type: ScalarType, _ momentum: Double?
  ) throws {
    try withFolder { folder in
      let model = Model(type)
      let trainer = try trainer(model, momentum: momentum)
      for _ in 0..<3 { trainer.step(model.step) }
      try trainer.optimizer.write(to: folder)
      let again = Model(type)
      let resumed = try self.trainer(again, momentum: momentum)
      try resumed.optimizer.read(from: folder)
      resumed.optimizer.restore(updates: trainer.optimizer.updates, learningRate: 0.1)
      #expect(again.numbers == model.numbers)
      #expect(OptimizerBytes(resumed.optimizer) == OptimizerBytes(trainer.optimizer))
      #expect(Files.exists(folder + "/optimizer.safetensors") == (momentum != 0))
      for _ in 0..<3 {
        trainer.step(model.step)
        resumed.step(again.step)
      }
      #expect(OptimizerBytes(resumed.optimizer) == OptimizerBytes(trainer.optimizer))
    }
  }

  @Test func `checkpoints without state tensors go on loading`() throws {
    try withFolder { folder in
      let model = Model(hasState: false)
      try trainer(model).optimizer.write(to: folder)
      let again = Model(hasState: false)
      again.parameters.setValue(again.weight, 0, to: 9)
      try trainer(again).optimizer.read(from: folder)
      #expect(again.parameters.values.bytes.elementsEqual(model.parameters.values.bytes))
      // A model that has one says what it misses.
      let error = #expect(throws: CheckpointError.self) {
        try trainer(Model()).optimizer.read(from: folder)
      }
      #expect(
        error == .tensorMissing(path: folder + "/model.safetensors", name: "norm.running"))
    }
  }

  @Test func `a misshaped one is refused by name`() throws {
    try withFolder { folder in
      try trainer(Model(width: 4)).optimizer.write(to: folder)
      let error = #expect(throws: CheckpointError.self) {
        try trainer(Model()).optimizer.read(from: folder)
      }
      #expect(error?.description.contains("'norm.running' is F32 [4] there and F32 [3]") == true)
    }
  }

  @Test func `a late state tensor traps`() async {
    await #expect(processExitsWith: .failure) {
      let model = Model()
      let trainer = try Trainer(model.parameters, .init(.sgd), on: Machine(threads: 1))
      _ = model.parameters.registerState("late", [2]) { _ in 1 }
      trainer.step { $0.minimize("loss", $0[model.weight].sum()) }
    }
  }
}
