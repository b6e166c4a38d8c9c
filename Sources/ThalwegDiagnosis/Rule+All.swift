extension Rule {
  /// Every rule, in the order in which findings of one severity are told.
  package static let all = recorded + configuration

  /// What is judged from what a run recorded.
  package static let recorded: [Rule] = [
    .exception, .nonFinite, .filtered, .divergence, .zeroGradient, .notOptimized,
    .neverUpdated, .gradientLeftOver, .evaluationMode, .clipNotEffective, .clipBeforeUnscale,
    .clipMisplaced, .clipSaturated, .lossScale, .smallBatchNormalization, .rateMismatch,
    .resumed, .spike, .plateau, .warmupCoarse, .lossParts, .termShare, .termGradient,
    .contradiction, .normBeforeClip, .clipNeverActs, .termDominance, .roundedToZero,
    .differenceOfNorms,
  ]
}
