extension Rule {
  /// Every rule, in the order in which findings of one severity are told.
  package static let all: [Rule] = [.zeroGradient] + configuration
}
