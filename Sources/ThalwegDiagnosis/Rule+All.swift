extension Rule {
  /// Every rule, in the order in which findings of one severity are told.
  package static let all: [Rule] = [
    .exception, .nonFinite, .filtered, .divergence, .zeroGradient, .notOptimized,
    .clipNotEffective, .clipSaturated, .rateMismatch, .resumed, .spike, .plateau, .warmupCoarse,
    .lossParts, .termShare, .contradiction, .conflictingSetting, .normBeforeClip, .clipNeverActs,
    .termDominance, .roundedToZero, .differenceOfNorms,
  ]
}
