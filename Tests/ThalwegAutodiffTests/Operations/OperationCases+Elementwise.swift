import ThalwegAutodiff
import ThalwegTensor

/// Functions of one, two and three operands, entry by entry.
extension OperationCases {
  static func functions(_ kind: OperationKind) -> [OperationCase] {
    switch kind {
    case .leakyRelu:
      unary(kind) { $0.leakyRelu(slope: 0.2) }
        + [OperationCase(kind, "kink", kink: 0) { $0[0].leakyRelu(slope: 0.2) }]
    case .clamp:
      unary(kind) { $0.clamped(to: -0.7...1.1) } + [
        OperationCase(kind, "lower", kink: -1) { $0[0].clamped(to: -1 ... .infinity) },
        OperationCase(kind, "upper", kink: 0.5) { $0[0].clamped(to: -.infinity...0.5) },
      ]
    case .reciprocal:
      unary(kind) { $0.reciprocal() } + [OperationCase(kind, "numerator") { -2.5 / $0[0] }]
    case .powerOf:
      unary(kind) { $0.power(exponent: 2.7) } + [
        OperationCase(kind, "negative") { $0[0].power(exponent: -1.5) },
        OperationCase(kind, "cube") { $0[0].power(exponent: 3) },
        OperationCase(kind, "zero") { $0[0].power(exponent: 0) },
      ]
    case .expm1: unary(kind) { $0.expm1() }
    case .logarithm: unary(kind) { $0.logarithm() }
    case .log1p: unary(kind) { $0.log1p() }
    case .tanh: unary(kind) { $0.tanh() }
    case .erf: unary(kind) { $0.erf() }
    case .softplus: unary(kind) { $0.softplus() }
    case .silu: unary(kind) { $0.silu() }
    case .gelu: unary(kind) { $0.gelu() }
    case .geluTanh: unary(kind) { $0.gelu(approximation: .tanh) }
    default: []
    }
  }

  static func pairs(_ kind: OperationKind) -> [OperationCase] {
    switch kind {
    case .minimum:
      binary(kind) { .minimum($0, $1) }
        + [OperationCase(kind, "tie", kink: 0.5) { .minimum($0[0], $0[1]) }]
    case .maximum:
      binary(kind) { .maximum($0, $1) }
        + [OperationCase(kind, "tie", kink: 0.5) { .maximum($0[0], $0[1]) }]
    case .power: binary(kind) { $0.power(exponent: $1) }
    case .choose:
      ["same", "mask_row", "left_row", "right_scalar", "all_scalars", "wider_mask"].map {
        OperationCase(kind, $0, constants: [2]) { .choosing($0[2], $0[0], $0[1]) }
      } + [
        OperationCase(kind, "twice", constants: [1]) { .choosing($0[1], $0[0], $0[0].square()) }
      ]
    default: []
    }
  }
}
