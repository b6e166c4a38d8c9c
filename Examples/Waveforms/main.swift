private import ExampleSupport
private import Thalweg

// A convolutional network tells shapes of waves apart, and is tested with its running statistics.
private let run = try ExampleRun(steps: 300)
private let parameters = Parameters()
private let network = Network(classes: Waveforms.classes, in: Builder(parameters, seed: 1))
private let machine = try Machine()
private let trainer = try Trainer(
  parameters, .init(.adam, learningRate: 0.003, clipNorm: 5), on: machine)

private let training = Waveforms(seed: 1, path: "training")
try run.train(trainer) { step in
  training.batch(from: 32 * step, count: 32)
} loss: { batch, pass in
  network(batch.value("x", pass), pass).crossEntropy(to: batch.indices("y", pass))
}

private let test = Waveforms(seed: 1, path: "test").batch(from: 0, count: 2000)
private let tape = Tape(machine, parameters, isRecording: false)
private let pass = Pass(tape, .evaluate)
private let guesses = network(test.value("x", pass), pass).argMaximum(axis: 1).numbers
private let right = zip(guesses, test["y"].floats).count { Float($0) == $1 }
print("accuracy", Double(right) / Double(guesses.count), "on", guesses.count, "new signals")
