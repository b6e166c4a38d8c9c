import ThalwegAutodiff
import ThalwegFormats
private import ThalwegNN
private import ThalwegRCGNN
private import ThalwegRecord
import ThalwegTensor
import ThalwegTraining

/// A training step that can be made again and again: forward, backward, statistics, clipping,
/// update, loss read.
struct Workload {
  let name: String
  let trainer: Trainer
  private let body: (Pass) -> Void

  /// A perceptron on fixed data under Adam, clipped at norm 1.
  static func mlp(_ arguments: Arguments, _ machine: Machine) throws -> Workload {
    let text = arguments.value(.sizes) ?? "32,64,64,32"
    let widths = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    if widths.count < 2 || widths.contains(where: { $0 < 1 || $0 > 65_536 }) {
      throw UsageError.badValue(
        option: Option.sizes.word, value: text, expected: "a list of widths as 32,64,64,32")
    }
    let batch = try arguments.int(.batch, least: 1) ?? 32
    let parameters = Parameters(.float32)
    let model = MLP(widths, in: Builder(parameters, seed: 1337))
    func data(_ name: String, _ width: Int) -> [Float] {
      let stream = RandomStream(seed: 1337, path: name)
      return (0..<batch * width).map { Float(stream.normal($0)) }
    }
    let (inputs, outputs) = (widths[0], widths[widths.count - 1])
    let (x, y) = (data("bench.x", inputs), data("bench.y", outputs))
    let trainer = try Trainer(
      parameters, OptimizerConfiguration(.adam, clipNorm: 1), on: machine)
    let name = "mlp \(widths.map(String.init).joined(separator: "-")), batch \(batch)"
    return Workload(name: name, trainer: trainer) { pass in
      let output = model(pass.constant(x, Shape(batch, inputs)), pass)
      pass.minimize(
        "error", output.meanSquaredError(to: pass.constant(y, Shape(batch, outputs))))
    }
  }

  /// The published step of RC-GNN unless another preset is named, on made data.
  static func rcgnn(_ arguments: Arguments, _ machine: Machine) throws -> Workload {
    let preset = arguments.value(.preset) ?? "published-stable"
    let batch = try arguments.int(.batch, least: 1) ?? 8
    let system = try SystemSettings(
      preset: preset,
      assignments: ["batch_size=\(batch)", "data.made.variables=13"])
    let experiment = try RCGNNExperiment(
      system.configuration, try RCGNNData(system.configuration))
    let trainer = try Trainer(
      experiment.parameters, system.configuration.training.optimizer, on: machine)
    let items = (0..<Int32(min(batch, experiment.trainingItemCount))).map { $0 }
    let window = system.configuration.series.window
    return Workload(
      name: "rc-gnn \(preset), batch \(items.count), \(window) x 13", trainer: trainer
    ) { pass in
      items.withUnsafeBufferPointer { experiment.forward($0, pass, epoch: 1) }
    }
  }

  private init(name: String, trainer: Trainer, body: @escaping (Pass) -> Void) {
    self.name = name
    self.trainer = trainer
    self.body = body
  }

  struct Result {
    let steps: Int
    let microseconds: [Double]
    /// nil where nobody counts them.
    let allocations: Int?
    let loss: Double?

    var median: Double { microseconds[microseconds.count / 2] }

    func line(_ name: String) -> String {
      let counted = allocations.map { "\($0) allocations in \(steps) steps" }
      return "\(name): \(Text.fixed(median, 2)) us a step "
        + "(\(Text.fixed(microseconds.first, 2)) to \(Text.fixed(microseconds.last, 2)) over "
        + "\(microseconds.count) rounds), \(counted ?? "allocations not counted on this system"), "
        + "loss \(Text.short(loss, 6))"
    }

    var members: [JSON.Member] {
      [
        .init("steps", .integer(steps)),
        .init("microseconds_median", .number(median)),
        .init("microseconds", .array(microseconds.map(JSON.number))),
        .init("allocations", allocations.map(JSON.integer) ?? .null),
        .init("loss", .optional(loss)),
      ]
    }
  }

  /// Seven rounds after a warm-up; the rounds' means, sorted.
  func measure(steps wanted: Int?, allocations: (() -> Int)?) -> Result {
    let rounds = 7
    for _ in 0..<50 { trainer.step(body) }
    let steps = wanted ?? stepsForTenthOfSecond()
    var times: [Double] = []
    times.reserveCapacity(rounds)
    let before = allocations?()
    for _ in 0..<rounds {
      let start = ContinuousClock.now
      for _ in 0..<steps { trainer.step(body) }
      times.append((ContinuousClock.now - start) / .microseconds(steps))
    }
    let after = allocations?()
    let counted = before.flatMap { before in after.map { $0 - before } }
    return Result(
      steps: rounds * steps, microseconds: times.sorted(), allocations: counted,
      loss: trainer.record.loss)
  }

  private func stepsForTenthOfSecond() -> Int {
    let start = ContinuousClock.now
    var steps = 0
    repeat {
      trainer.step(body)
      steps += 1
    } while ContinuousClock.now - start < .milliseconds(100)
    return steps
  }
}
