import Thalweg

/// y = x / (1 + |x|); dy/dx = 1 / (1 + |x|)^2.
struct Softsign: CustomOperation {
  let name = "softsign"
  func shape(of operands: OperandShapes) -> Shape { operands[0] }
  func forward<Number: BinaryFloatingPoint>(_ step: CustomForward<Number>) {
    let (x, y) = (step.operand(0), step.result)
    for i in x.indices { y[i] = x[i] / (1 + abs(x[i])) }
  }
  func backward<Number: BinaryFloatingPoint>(_ step: CustomBackward<Number>) {
    guard let dx = step.gradient(0) else { return }
    let (x, dy) = (step.operand(0), step.cotangent)
    for i in x.indices { dx[i] = dy[i] / ((1 + abs(x[i])) * (1 + abs(x[i]))) }
  }
}

/// A linear layer whose outputs are squashed and scaled.
struct Squashed: Layer {
  let linear: Linear
  let gain: Parameter
  let place: Place
  init(_ inputs: Int, _ outputs: Int, in builder: Builder) {
    linear = Linear(inputs, outputs, in: builder / "linear")
    gain = builder.parameter("gain", [outputs], .constant(1))
    place = builder.place
  }
  func forward(_ x: Value, _ pass: Pass) -> Value {
    linear(x, pass).applying(Softsign()) * pass[gain]
  }
}

let parameters = Parameters()
let layer = Squashed(3, 4, in: Builder(parameters, seed: 7) / "net")
let check = GradientCheck(parameters, on: try Machine()) { pass in
  pass.minimize("loss", layer(pass.constant([0.5, -1, 2, 1.5, 3, -2], [2, 3]), pass).mean())
}
print(check.summary)
if !check.isRight { mistake(check.summary) }
