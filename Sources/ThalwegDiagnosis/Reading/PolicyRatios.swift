import ThalwegRecord

/// PPO, GRPO and their kin clip the ratios of policies; the share of those that they clip is none of
/// gradients.
enum PolicyRatios {
  private static let policyWords: Set<String> = [
    "policy", "reward", "rewards", "rew", "advantage", "advantages", "actor", "critic", "rollout",
    "rollouts", "ppo", "grpo", "episode", "episodes", "returns",
  ]
  private static let gradientWords: Set<String> = [
    "grad", "grads", "gradient", "gradients", "norm", "norms",
  ]

  /// Whether a share of what is clipped is one of gradients: its name says so, or the run records
  /// nothing of a policy.
  static func isOfGradients(_ series: Series, _ run: RunRecord) -> Bool {
    let words = NameWords.split(series.key.name)
    return words.contains(where: gradientWords.contains) || !hasPolicy(run)
  }

  private static func hasPolicy(_ run: RunRecord) -> Bool {
    run.series.contains { series in
      if series.key.tensor != nil { return false }
      let words = NameWords.split(series.key.name)
      return words.contains(where: policyWords.contains)
        || "_\(words.joined(separator: "_"))_".contains("_approx_kl_")
    }
  }
}
