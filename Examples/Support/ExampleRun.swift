public import ThalwegAutodiff
private import ThalwegFormats
private import ThalwegRecord
private import ThalwegTensor
public import ThalwegTraining

/// The training of an example: `NAME [--steps N] [--twin FOLDER]`.
///
/// With a folder it keeps what a twin in another framework needs to repeat the training: the weights
/// at the start, the batches, and the loss of each step.
public struct ExampleRun {
  /// How many steps are made.
  public let steps: Int
  private let twin: String?

  /// Reads the arguments of the process.
  /// - Throws: `ExampleError` where they are wrong.
  public init(steps: Int) throws {
    var (count, folder) = (steps, String?.none)
    var left = CommandLine.arguments.dropFirst()
    while let option = left.popFirst() {
      guard let text = left.popFirst() else { throw ExampleError.noValue(option) }
      switch option {
      case "--steps":
        guard let number = Int(text), number > 0 else { throw ExampleError.steps(text) }
        count = number
      case "--twin": folder = text
      default: throw ExampleError.unknown(option)
      }
    }
    self.steps = count
    twin = folder
  }

  /// Trains on the batch of each step, counted from 1, and prints the loss ten times on the way.
  /// - Parameter loss: what is minimized, computed from the batch.
  public func train(
    _ trainer: Trainer, on batch: (Int) -> Batch, loss: (Batch, Pass) -> Value
  ) throws {
    var losses: [Double] = []
    var kept: [(String, Tensor)] = []
    if let twin { try trainer.tape.parameters.write(to: twin + "/start.safetensors") }
    for step in 1...steps {
      let batch = batch(step)
      let record = trainer.step { pass in pass.minimize("loss", loss(batch, pass)) }
      guard let value = record.loss, record.outcome == .taken else {
        throw ExampleError.step(record.step, record.outcome, record.culprit)
      }
      losses.append(value)
      if twin != nil { kept += batch.tensors.map { ("\($0.name).\(step)", $0.tensor) } }
      if step % max(1, steps / 10) == 0 { print("step", step, "loss", Float(value)) }
    }
    if let twin { try ExampleRun.write(kept, losses, to: twin) }
  }

  private static func write(
    _ batches: [(String, Tensor)], _ losses: [Double], to folder: String
  ) throws {
    let floats = batches.map { ($0.0, $0.1.shape, $0.1.floats) }
    var tensors: [Safetensors.Named] = []
    let memory = floats.map { UnsafeMutableBufferPointer<Float>.allocate(capacity: $0.2.count) }
    defer { for block in memory { block.deallocate() } }
    for ((name, shape, numbers), block) in zip(floats, memory) {
      _ = block.initialize(from: numbers)
      tensors.append((name, shape, .float32, UnsafeRawBufferPointer(block)))
    }
    try Safetensors.write(to: folder + "/batches.safetensors", tensors: tensors)
    let json = JSON.object([.init("losses", .array(losses.map(JSON.number)))])
    try Files.writeDurably(folder + "/losses.json", Array((json.pretty + "\n").utf8))
  }
}
