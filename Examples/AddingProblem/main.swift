private import ExampleSupport
private import Thalweg

// The adding problem (Hochreiter, Schmidhuber 1997, section 5.4): two of fifty numbers are marked, and
// the network is to give their sum after the last. Always saying 1 has a squared error of 1/6.
private let run = try ExampleRun(steps: 1000)
private let parameters = Parameters()
private let builder = Builder(parameters, seed: 1)
private let memory = LSTM(2, 48, in: builder / "memory")
private let head = Linear(48, 1, in: builder / "head")
private let machine = try Machine()
private let trainer = try Trainer(
  parameters, .init(.adam, learningRate: 0.004, clipNorm: 1), on: machine)

private func error(_ batch: Batch, _ pass: Pass) -> Value {
  // One layer in one direction: the final state is [1, batch, 48].
  let last = memory(batch.value("x", pass), pass).final.hidden.removingAxis(0)
  return head(last, pass).meanSquaredError(to: batch.value("y", pass))
}

private let training = AddingProblem(seed: 1, path: "training")
try run.train(trainer, on: { training.batch(from: 64 * $0, count: 64) }, loss: error)

private let test = AddingProblem(seed: 1, path: "test").batch(from: 0, count: 1000)
private let tape = Tape(machine, parameters, isRecording: false)
print("squared error", Float(error(test, Pass(tape, .evaluate)).item), "on 1000 new sequences")
