import ThalwegAutodiff
import ThalwegNN
import ThalwegRecord
import ThalwegTensor
import ThalwegTraining

/// A small perceptron on made data, with the faults and objectives that a test plants.
final class ToyExperiment: Experiment {
  let name = "toy"
  let parameters: Parameters
  let trainingItemCount: Int
  /// The objective that each epoch's evaluation gives; nil beyond the end.
  var objectives: [Double?] = []
  /// Batches that hold this item in this epoch have a loss that is not a number.
  var fault: (item: Int32, epoch: Int)?
  /// What the loop asked for.
  private(set) var batches: [(epoch: Int, items: [Int32])] = []
  private(set) var evaluatedEpochs: [Int] = []

  private let model: MLP
  private let numbers = RandomStream(seed: 11, path: "toy.data")

  init(items: Int = 20, seed: UInt64 = 5, _ scalarType: ScalarType = .float32) {
    trainingItemCount = items
    parameters = Parameters(scalarType)
    model = MLP([3, 5, 2], in: Builder(parameters, seed: seed) / "net")
  }

  private func row(_ item: Int32, _ width: Int, _ offset: Int) -> [Double] {
    (0..<width).map { numbers.normal(Int(item) * 5 + offset + $0) }
  }

  /// The sum of squared errors on some items.
  func loss(_ items: [Int32], _ pass: Pass) -> Value {
    let x = pass.constant(items.flatMap { row($0, 3, 0) }, Shape(items.count, 3))
    let y = pass.constant(items.flatMap { row($0, 2, 3) }, Shape(items.count, 2))
    return (model(x, pass) - y).square().sum()
  }

  func forward(_ items: UnsafeBufferPointer<Int32>, _ pass: Pass, epoch: Int) {
    let items = Array(items)
    batches.append((epoch, items))
    var error = loss(items, pass) * pass.constant([1 / Double(items.count)], .scalar)
    if let fault, fault.epoch == epoch, items.contains(fault.item) {
      error = error + pass.constant([Float.nan], .scalar)
    }
    pass.minimize("error", error)
    pass.minimize("size", pass[model.layers[0].weight].absolute().mean(), weight: 0.01)
  }

  func evaluate(on machine: Machine, epoch: Int) -> EvaluationRecord {
    evaluatedEpochs.append(epoch)
    let objective = epoch <= objectives.count ? objectives[epoch - 1] : nil
    return EvaluationRecord(metrics: [Metric("objective", objective)], objective: objective)
  }
}

/// Keeps what a run tells.
final class Recorder: RunObserver {
  private(set) var steps: [StepRecord] = []
  private(set) var epochs: [EpochRecord] = []
  private(set) var warnings: [String] = []
  private(set) var ends: [RunEnd] = []

  func observe(_ event: RunEvent) {
    switch event {
    case .step(let record): steps.append(record)
    case .epoch(let record): epochs.append(record)
    case .warning(let text): warnings.append(text)
    case .ended(let end, _): ends.append(end)
    case .saved: break
    }
  }
}

/// Everything that an update may change, bit by bit.
struct OptimizerBytes: Equatable {
  private let values: [UInt8]
  private let states: [UInt8]
  private let first: [UInt8]
  private let second: [UInt8]
  private let updates: [Int]

  init(_ optimizer: Optimizer) {
    values = Array(optimizer.parameters.values.bytes)
    states = Array(optimizer.parameters.states.bytes)
    first = optimizer.moments.map { Array($0.first.bytes) } ?? []
    second = (optimizer.moments?.second).map { Array($0.bytes) } ?? []
    updates = optimizer.updates
  }
}

extension Array where Element == Int32 {
  func asItems<Result>(_ body: (UnsafeBufferPointer<Int32>) -> Result) -> Result {
    withUnsafeBufferPointer(body)
  }
}
