private import ExampleSupport
private import Thalweg

// A small transformer learns the text of the licence character by character. It is tested on the last
// tenth, which it has not seen, beside guesses from the character before alone.
private let run = try ExampleRun(steps: 600)
private let text = try Characters(seed: 1)
private let parameters = Parameters()
private let network = Network(
  alphabet: text.alphabet.count, window: Characters.window, width: 64,
  in: Builder(parameters, seed: 1))
private let machine = try Machine()
private let trainer = try Trainer(
  parameters, .init(.adam, learningRate: 0.002, clipNorm: 1), on: machine)

private func loss(_ batch: Batch, _ pass: Pass) -> Value {
  network(batch.indices("x", pass), pass).crossEntropy(to: batch.indices("y", pass))
}

try run.train(trainer, on: { text.batch($0, count: 16) }, loss: loss)

private let tape = Tape(machine, parameters, isRecording: false)
private let nats = loss(text.testWindows, Pass(tape, .evaluate)).item
print(
  "bits a character", Float(nats / 0.6931471805599453), "on new text; by pairs",
  Float(text.bitsByPairs))
