import Testing
import ThalwegAutodiff
import ThalwegNN
import ThalwegRecord
import ThalwegTensor
import ThalwegTraining

/// Steps made of parts against steps of one batch.
@Suite struct AccumulationTests {
  /// A perceptron with two terms, each a mean over items, one of them of parameters that the other
  /// does not read.
  private final class Model {
    let parameters: Parameters
    private let mlp: MLP
    private let head: Linear
    private let numbers = RandomStream(seed: 2, path: "accumulation")

    init(_ type: ScalarType) {
      parameters = Parameters(type)
      let root = Builder(parameters, seed: 6)
      mlp = MLP([3, 6, 2], activation: .sigmoid, in: root / "mlp")
      head = Linear(3, 1, in: root / "head")
    }

    /// Items from `start`: the second term comes of every third item alone.
    func minimize(_ items: Range<Int>, _ pass: Pass) {
      func rows(_ width: Int, _ offset: Int) -> Value {
        let drawn = items.flatMap { item in
          (0..<width).map { numbers.normal(8 * item + offset + $0) }
        }
        return pass.constant(drawn, Shape(items.count, width))
      }
      let x = rows(3, 0)
      pass.minimize("error", mlp(x, pass).meanSquaredError(to: rows(2, 3)))
      let every3rd = items.map { $0 % 3 == 0 ? 1.0 : 0 }
      if every3rd.contains(1) {
        let mask = pass.constant(every3rd, Shape(items.count, 1))
        pass.minimize("head", (head(x, pass) * mask).square().mean(), weight: 0.5)
      }
    }

    func doubles() throws -> [Double] {
      parameters.all.flatMap { parameters.tensor($0.parameter).doubles }
    }
  }

  private func trainer(
    _ model: Model, _ rule: OptimizerConfiguration.Rule = .sgd, clipNorm: Double? = nil
  ) throws -> Trainer {
    try Trainer(
      model.parameters, .init(rule, learningRate: 0.3, clipNorm: clipNorm),
      on: Machine(threads: 1))
  }

  /// The first item of each part.
  private static func starts(_ counts: [Int]) -> [Int] {
    counts.indices.map { counts[..<$0].reduce(0, +) }
  }

  @discardableResult
  private func step(_ trainer: Trainer, _ model: Model, _ counts: [Int], from: Int) -> StepRecord {
    let starts = Self.starts(counts)
    return trainer.step(accumulating: counts) { pass, part in
      let start = from + starts[part]
      model.minimize(start..<start + counts[part], pass)
    }
  }

  @Test(
    arguments: [[8], [5, 2, 1], [1, 1, 1, 1, 1, 1, 1, 1], [0, 7, 0, 0, 1, 0], [1, 7]],
    ScalarType.allCases)
  func `unequal parts come to what the whole batch does`(
    _ counts: [Int], _ type: ScalarType
  ) throws {
    let tolerance = type == .float64 ? 1e-13 : 2e-6
    for (rule, clip) in [(OptimizerConfiguration.Rule.sgd, Double?.none), (.adam, 0.4)] {
      let (whole, split) = (Model(type), Model(type))
      let (one, many) = (
        try trainer(whole, rule, clipNorm: clip), try trainer(split, rule, clipNorm: clip)
      )
      for number in 0..<6 {
        let record = one.step { whole.minimize(8 * number..<8 * number + 8, $0) }
        let parts = step(many, split, counts, from: 8 * number)
        #expect(parts.outcome == .taken)
        #expect(parts.items == 8)
        #expect(parts.terms.map(\.name) == record.terms.map(\.name))
        func near(_ a: Double?, _ b: Double?) throws {
          #expect(distance([try #require(a)], [try #require(b)]) <= tolerance)
        }
        try near(parts.loss, record.loss)
        try near(parts.normBeforeClip, record.normBeforeClip)
        try near(parts.normAfterClip, record.normAfterClip)
        try near(parts.clipCoefficient, record.clipCoefficient)
        for (a, b) in zip(parts.terms, record.terms) {
          try near(a.raw, b.raw)
          try near(a.weighted, b.weighted)
        }
      }
      #expect(distance(try split.doubles(), try whole.doubles()) <= tolerance)
    }
  }

  /// What a mean of the parts' means, each with the same weight, would be.
  @Test func `dividing by the number of parts would be another step`() throws {
    let counts = [5, 2, 1]
    let (whole, naive, split) = (Model(.float64), Model(.float64), Model(.float64))
    try trainer(whole).step { whole.minimize(0..<8, $0) }
    step(try trainer(split), split, counts, from: 0)
    let starts = Self.starts(counts)
    try trainer(naive).step(accumulating: [1, 1, 1]) { pass, part in
      naive.minimize(starts[part]..<starts[part] + counts[part], pass)
    }
    let right = try whole.doubles()
    #expect(distance(try split.doubles(), right) <= 1e-13)
    #expect(distance(try naive.doubles(), right) > 1e-3)
  }

  @Test func `one part is a plain step, bit by bit`() throws {
    for type in ScalarType.allCases {
      let (plain, single) = (Model(type), Model(type))
      let (first, second) = (try trainer(plain, .adam), try trainer(single, .adam))
      for number in 0..<5 {
        var record = first.step { plain.minimize(8 * number..<8 * number + 8, $0) }
        let other = step(second, single, [8], from: 8 * number)
        record.items = 8
        #expect(record == other)
      }
      #expect(OptimizerBytes(first.optimizer) == OptimizerBytes(second.optimizer))
    }
  }

  @Test(arguments: [[], [0], [0, 0]])
  func `no items are an empty step`(_ counts: [Int]) throws {
    let model = Model(.float32)
    let trainer = try trainer(model)
    step(trainer, model, [2, 1], from: 0)
    let before = OptimizerBytes(trainer.optimizer)
    var calls = 0
    let record = trainer.step(accumulating: counts) { _, _ in calls += 1 }
    #expect(calls == 0)
    #expect(record.outcome == .empty && record.loss == nil && record.items == 0)
    #expect(trainer.tape.nodeCount == 0)
    #expect(OptimizerBytes(trainer.optimizer) == before)
  }

  /// A part that minimizes nothing, or from which no path leads, counts with its items.
  @Test func `parts without a gradient count as zero`() throws {
    let parameters = Parameters(.float64)
    let p = parameters.register("p", .scalar) { _ in 1 }
    let q = parameters.register("q", .scalar) { _ in 1 }
    let trainer = try Trainer(
      parameters, .init(.sgd, learningRate: 1), on: Machine(threads: 1))
    let record = trainer.step(accumulating: [1, 2, 1]) { pass, part in
      switch part {
      case 0: pass.minimize("pull", pass[p], weight: 3)
      case 1: break
      default: pass.minimize("number", pass.constant([8.0], .scalar))
      }
    }
    #expect(record.outcome == .taken)
    #expect(record.loss == 0.75 + 2)
    #expect(record.terms.map(\.raw) == [0.25, 2])
    #expect(parameters.value(p, 0) == 0.25)
    // What no part reached is not updated.
    #expect(parameters.value(q, 0) == 1)
    #expect(trainer.optimizer.statistics.map(\.isReached) == [true, false])
    #expect(
      trainer.step(accumulating: [1, 1]) { pass, _ in
        pass.minimize("number", pass.constant([8.0], .scalar))
      }.outcome == .noPath)
  }

  @Test(arguments: [0, 1, 2], NonFinitePolicy.allCases)
  func `a bad number in any part refuses the whole step`(
    _ bad: Int, _ policy: NonFinitePolicy
  ) throws {
    let model = NonFiniteModel()
    let state = model.parameters.registerState("seen", .scalar) { _ in 0 }
    let trainer = try Trainer(
      model.parameters, .init(.adam), on: Machine(threads: 1), policy: policy)
    let twin = NonFiniteModel()
    let other = try Trainer(twin.parameters, .init(.adam), on: Machine(threads: 1))
    for fault in [NonFiniteCase.lossNaN, .gradientNaN, .normOverflow] {
      let before = OptimizerBytes(trainer.optimizer)
      var calls = 0
      let record = trainer.step(accumulating: [3, 1, 2]) { pass, part in
        calls += 1
        pass.propose(state, pass.constant([1.0], .scalar))
        if part == bad { fault.forward(model, pass) } else { model.healthy(pass) }
      }
      #expect(record.outcome.isFailure)
      #expect(record.culprit == "\(fault.culprit), in part \(bad)")
      #expect(calls == bad + 1)
      #expect(OptimizerBytes(trainer.optimizer) == before)
      #expect(record.normAfterClip == nil && record.clipCoefficient == nil)
    }
    // Nothing of the refused gradients is left.
    trainer.step(model.healthy)
    other.step(twin.healthy)
    #expect(
      trainer.optimizer.parameters.values.bytes.elementsEqual(
        other.optimizer.parameters.values.bytes))
  }

  @Test func `a later part sees what an earlier one proposed`() throws {
    let parameters = Parameters(.float64)
    let p = parameters.register("p", .scalar) { _ in 1 }
    let count = parameters.registerState("count", .scalar) { _ in 10 }
    let trainer = try Trainer(parameters, .init(.sgd), on: Machine(threads: 1))
    func body(_ pass: Pass, _ part: Int) {
      let pending = pass.pending(count).assumingMemoryBound(to: Double.self)[0]
      #expect(pending == Double(10 + part))
      #expect(pass[count].item == 10)
      pass.propose(count, pass.constant([pending + 1], .scalar))
      pass.minimize("pull", pass[p])
    }
    trainer.step(accumulating: [1, 4, 2], body)
    #expect(parameters.value(count, 0) == 13)
  }

  private struct Failure: Error {}

  @Test func `a part that throws is no step`() throws {
    let model = Model(.float32)
    let trainer = try trainer(model)
    step(trainer, model, [2, 1], from: 0)
    let before = OptimizerBytes(trainer.optimizer)
    #expect(throws: Failure.self) {
      try trainer.step(accumulating: [1, 1]) { pass, part in
        model.minimize(0..<2, pass)
        if part == 1 { throw Failure() }
      }
    }
    #expect(trainer.stepCount == 1)
    #expect(trainer.record.loss == nil && trainer.record.terms.isEmpty)
    #expect(OptimizerBytes(trainer.optimizer) == before)
  }

  @Test func `parts draw apart`() throws {
    let parameters = Parameters(.float64)
    let p = parameters.register("p", .scalar) { _ in 1 }
    let trainer = try Trainer(parameters, .init(.sgd), on: Machine(threads: 1), seed: 9)
    var draws: [Draw] = []
    for _ in 0..<2 {
      trainer.step(accumulating: [1, 1, 1]) { pass, _ in
        draws.append(pass.draw())
        pass.minimize("pull", pass[p])
      }
    }
    #expect(Set(draws.map(\.hash)).count == 6)
  }

  /// What is asked of the tape after such a step is about its last part alone.
  @Test func `a backward pass of one term forgets the other parts`() throws {
    let parameters = Parameters(.float64)
    let p = parameters.register("p", .scalar) { _ in 1 }
    let q = parameters.register("q", .scalar) { _ in 1 }
    let trainer = try Trainer(parameters, .init(.sgd), on: Machine(threads: 1))
    trainer.step(accumulating: [1, 3]) { pass, part in
      pass.minimize("pull", pass[part == 0 ? p : q].affine(scale: 2))
    }
    #expect(parameters.gradient(p, 0) == 0.5 && parameters.gradient(q, 0) == 1.5)
    trainer.tape.backward(only: "pull")
    #expect(parameters.gradient(q, 0) == 2)
    #expect(trainer.tape.reach(q, from: "pull") == .live(norm: 2))
    if case .noPath = trainer.tape.reach(p, from: "pull") {} else { Issue.record("p is reached") }
  }

  @Test func `a negative count traps`() async {
    await #expect(processExitsWith: .failure) {
      let trainer = try Trainer(Parameters(), .init(.sgd), on: Machine(threads: 1))
      trainer.step(accumulating: [1, -1]) { _, _ in }
    }
  }
}
