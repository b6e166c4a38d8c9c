import ThalwegRecord

extension Rule {
  package static let zeroGradient = Rule(
    name: "zero_gradient",
    summary: "the gradient of a named tensor is 0 in every record of it",
    needs: "a gradient norm for each of some named tensors",
    judge: ZeroGradient.judge)
}

enum ZeroGradient {
  static func judge(_ run: RunRecord) -> Rule.Judgement { .quiet }
}
