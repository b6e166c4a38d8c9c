import ThalwegAutodiff
import ThalwegNN

/// The cases of all layers, a list for each script under Scripts/golden that makes their figures.
enum LayerCases {
  static let groups: [(file: String, cases: [LayerCase])] = [
    ("layers", linear), ("layers_norm", norm), ("layers_sequence", sequence),
  ]

  static var all: [LayerCase] { groups.flatMap(\.cases) }

  private static let linear: [LayerCase] =
    ["matrix", "vector", "batch"].map { name in
      LayerCase("Linear.\(name)") { builder in
        let layer = Linear(3, 2, in: builder)
        return { layer($0[0], $1) }
      }
    } + [
      perceptron([4, 7, 5, 2], .relu),
      perceptron([4, 7, 3], .sigmoid),
      perceptron([4, 7, 3], .leakyRelu),
      perceptron([4, 7, 3], .tanh),
      perceptron([4, 7, 3], .softplus),
      perceptron([4, 7, 3], .silu),
      perceptron([4, 7, 3], .gelu),
    ]

  private static func perceptron(_ widths: [Int], _ activation: Activation) -> LayerCase {
    LayerCase("MLP.\(activation.rawValue)") { builder in
      let layer = MLP(widths, activation: activation, in: builder)
      return { layer($0[0], $1) }
    }
  }
}
