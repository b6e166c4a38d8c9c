import ThalwegAutodiff
import ThalwegNN
import ThalwegRecord
import ThalwegTensor
import ThalwegTraining

/// Two linear modules whose way to the loss a test lays.
final class PlantedExperiment: Experiment {
  typealias Body = (PlantedExperiment, Value, Pass) -> Void

  let name = "planted"
  let parameters = Parameters(.float32)
  let trainingItemCount = 12
  let encoder: Linear
  let decoder: Linear
  private let body: Body

  init(_ body: @escaping Body) {
    let root = Builder(parameters, seed: 17)
    encoder = Linear(3, 4, in: root / "encoder")
    decoder = Linear(4, 2, in: root / "decoder")
    self.body = body
  }

  func forward(_ items: UnsafeBufferPointer<Int32>, _ pass: Pass, epoch: Int) {
    let numbers = items.flatMap { item in
      (0..<3).map { RandomStream(seed: 8, path: "x").normal(Int(item) * 3 + $0) }
    }
    body(self, pass.constant(numbers, Shape(items.count, 3)), pass)
  }

  func evaluate(on machine: Machine, epoch: Int) -> EvaluationRecord {
    EvaluationRecord(metrics: [], objective: nil)
  }

  /// Runs `body` as a part of the module at `layer`.
  func within<Result>(_ layer: Linear, _ pass: Pass, _ body: () -> Result) -> Result {
    let outer = pass.enter(layer.place)
    defer { pass.leave(to: outer) }
    return body()
  }
}
