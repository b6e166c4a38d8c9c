private import Thalweg

private struct Model: Layer {
  let body: MLP
  let side: Linear
  init(in builder: Builder) {
    body = MLP([8, 32, 1], in: builder / "body")
    side = Linear(8, 1, in: builder / "side")
  }
  func forward(_ x: Value, _ pass: Pass) -> Value {
    _ = side(x, pass)  // a bug: its result is used by nothing
    return body(x, pass)
  }
}
private let parameters = Parameters()
private let model = Model(in: Builder(parameters, seed: 1337))
private let trainer = try Trainer(parameters, .init(.adam, clipNorm: 1), on: Machine())
private let noise = RandomStream(seed: 1337, path: "data")
private let x: [Float] = (0..<512).map { Float(noise.normal($0)) }
private let y: [Float] = (0..<64).map { x[8 * $0] * x[8 * $0 + 1] }
for step in 1...300 {
  trainer.step { pass in
    let output = model(pass.constant(x, [64, 8]), pass)
    pass.minimize("error", output.meanSquaredError(to: pass.constant(y, [64, 1])))
  }
  if step % 100 == 0 { print(step, trainer.record.outcome, Float(trainer.record.loss ?? .nan)) }
}
for (path, parameter) in parameters.all { print(path, trainer.tape.reach(parameter, from: "error")) }
