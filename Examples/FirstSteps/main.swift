private import Thalweg

private let parameters = Parameters()
private let builder = Builder(parameters, seed: 1337)
private let body = MLP([8, 32, 1], in: builder / "body")
private let side = Linear(8, 1, in: builder / "side")
private let trainer = try Trainer(parameters, .init(.adam, clipNorm: 1), on: Machine())

private let x = (0..<512).map { Float($0 * 7919 % 997) / 500 - 1 }
private let y = (0..<64).map { x[8 * $0] * x[8 * $0 + 1] }
for step in 1...300 {
  let record = trainer.step { pass in
    let input = pass.constant(x, [64, 8])
    _ = side(input, pass)  // a bug: its result is used by nothing
    let error = body(input, pass).meanSquaredError(to: pass.constant(y, [64, 1]))
    pass.minimize("error", error)
  }
  if step % 100 == 0 { print(step, record.outcome, "loss", Float(record.loss ?? .nan)) }
}
for (path, parameter) in parameters.all {
  print(path, trainer.tape.reach(parameter, from: "error"))
}
