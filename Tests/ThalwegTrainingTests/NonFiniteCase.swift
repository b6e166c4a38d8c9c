import ThalwegAutodiff
import ThalwegNN
import ThalwegTensor
import ThalwegTraining

/// A model of three tensors, one of which the loss does not read.
struct NonFiniteModel {
  let parameters = Parameters(.float32)
  let inner: Parameter
  let outer: Parameter
  let spare: Parameter
  private let place: Place

  init() {
    let root = Builder(parameters, seed: 3)
    inner = (root / "inner").parameter("weight", Shape(3), .uniform(bound: 1))
    outer = (root / "outer").parameter("weight", Shape(3), .uniform(bound: 1))
    spare = (root / "spare").parameter("weight", Shape(3), .uniform(bound: 1))
    place = (root / "inner").place
  }

  func healthy(_ pass: Pass) {
    let hidden = pass[inner] * pass.constant([0.5, -1, 2] as [Double], Shape(3))
    let error = hidden * pass[outer] - pass.constant([1.0], Shape(1))
    pass.minimize("error", error.square().mean())
  }

  /// Computes in the module `inner`.
  func within(_ pass: Pass, _ body: (Value) -> Value) -> Value {
    let before = pass.enter(place)
    defer { pass.leave(to: before) }
    return body(pass[inner]).sum()
  }
}

/// One way in which a number that is not finite comes up.
enum NonFiniteCase: String, CaseIterable {
  case lossNaN, lossInfinite, gradientNaN, gradientInfinite, normOverflow
  case parameterNaN, unreadParameterNaN, firstMomentNaN, secondMomentInfinite
  case updateOverflow, smallUpdateOverflow, secondMomentOverflow

  /// Whether the rule can come into it at all. The second moment overflows only by a decay that is
  /// added to the gradient: the gradient alone would make the norm overflow first.
  func exists(for rule: OptimizerConfiguration.Rule) -> Bool {
    switch self {
    case .firstMomentNaN, .secondMomentInfinite: rule != .sgd
    case .secondMomentOverflow: rule == .adam
    default: true
    }
  }

  /// Whether the bad number stands in the state, where skipping a step does not heal it.
  var isInState: Bool {
    switch self {
    case .parameterNaN, .unreadParameterNaN, .firstMomentNaN, .secondMomentInfinite,
      .secondMomentOverflow:
      true
    default: false
    }
  }

  /// The words that the record must hold.
  var culprit: String {
    switch self {
    case .lossNaN: "entry 1 of the value of divide in inner"
    case .lossInfinite: "entry 0 of the value of exponential in inner"
    case .gradientNaN, .gradientInfinite: "entry 0 of a gradient made by squareRoot in inner"
    case .normOverflow: "the norm of the gradients, by overflow"
    case .parameterNaN: "entry 1 of parameter inner.weight"
    case .unreadParameterNaN: "entry 2 of parameter spare.weight"
    case .firstMomentNaN: "entry 0 of the optimizer's state of outer.weight"
    case .secondMomentInfinite: "entry 2 of the optimizer's state of inner.weight"
    case .updateOverflow, .smallUpdateOverflow: "entry 0 of parameter inner.weight, by the update"
    case .secondMomentOverflow: "entry 0 of the optimizer's state of spare.weight, by the update"
    }
  }

  /// The tensors with a bad gradient.
  var badTensors: Int {
    [.gradientNaN, .gradientInfinite, .normOverflow].contains(self) ? 1 : 0
  }

  /// Writes into the state from outside.
  func poke(_ model: NonFiniteModel, _ optimizer: Optimizer) {
    let parameters = model.parameters
    switch self {
    case .parameterNaN: parameters.setValue(model.inner, 1, to: .nan)
    case .unreadParameterNaN: parameters.setValue(model.spare, 2, to: .nan)
    case .firstMomentNaN:
      optimizer.moments?.first[parameters.segments[1].offset] = .nan
      parameters.valuesChanged()
    case .secondMomentInfinite:
      optimizer.moments?.second?[parameters.segments[0].offset + 2] = .infinity
      parameters.valuesChanged()
    case .updateOverflow, .smallUpdateOverflow: optimizer.learningRate = 1e39
    case .secondMomentOverflow:
      for index in 0..<3 { parameters.setValue(model.spare, index, to: 1e22) }
    default: break
    }
  }

  /// Computes the step that goes wrong.
  func forward(_ model: NonFiniteModel, _ pass: Pass) {
    if self == .smallUpdateOverflow {
      // A bound that takes the rate as it stands in Double clears these gradients.
      pass.minimize("tiny", pass[model.inner].sum(), weight: 1e-15)
      return
    }
    model.healthy(pass)
    switch self {
    case .lossNaN:
      let zeros = pass.constant([1, 0, 0] as [Double], Shape(3))
      pass.minimize("bad", model.within(pass) { ($0 * zeros) / ($0 * zeros) })
    case .lossInfinite:
      pass.minimize(
        "bad", model.within(pass) { $0.affine(scale: 0, shift: 1000).exponential() })
    case .gradientNaN:
      pass.minimize("bad", model.within(pass) { $0.affine(scale: 0).squareRoot().square() })
    case .gradientInfinite:
      pass.minimize("bad", model.within(pass) { $0.affine(scale: 0).squareRoot() })
    case .normOverflow:
      pass.minimize("bad", pass[model.inner].sum(), weight: 1e25)
    case .secondMomentOverflow: pass.minimize("pull", pass[model.spare].mean())
    default: break
    }
  }
}
