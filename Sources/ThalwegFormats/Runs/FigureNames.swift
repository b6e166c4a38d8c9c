import ThalwegRecord

/// What a figure measures, judged by the name that a tool or its user gave it.
enum FigureNames {
  /// The role and the split of a name such as `eval_loss`, `train/grad_norm` or `Val F1`.
  static func meaning(of name: String) -> (role: Role?, split: Split?) {
    var words = words(of: name)
    var split: Split?
    words.removeAll { word in
      guard let found = splits[word] else { return false }
      if split == nil { split = found }
      return true
    }
    // Words that say how a figure was collected, not what it is.
    words.removeAll { collected.contains($0) }
    return (role(words), split)
  }

  private static func role(_ words: [String]) -> Role? {
    if let role = roles[words.joined(separator: "_")] { return role }
    // `lr-AdamW/pg1`: the rate of one group of one optimizer.
    if words.first == "lr" || words.starts(with: ["learning", "rate"]) { return .learningRate }
    if words.contains(where: metrics.contains) { return .metric }
    if words.contains(where: clocks.contains) { return .clock }
    return nil
  }

  /// Lower-case words: split at anything but letters and digits, and where a capital follows a
  /// small letter.
  static func words(of name: String) -> [String] {
    var words: [String] = []
    var word = ""
    var wasSmall = false
    for character in name {
      if !(character.isLetter || character.isNumber) {
        if !word.isEmpty { words.append(word) }
        word = ""
        wasSmall = false
        continue
      }
      if character.isUppercase && wasSmall && !word.isEmpty {
        words.append(word)
        word = ""
      }
      wasSmall = character.isLowercase
      word += character.lowercased()
    }
    if !word.isEmpty { words.append(word) }
    return words
  }

  /// The names of roles, sorted.
  static var known: [String] { roles.keys.sorted() }

  /// Whether the name says nothing but which data figures were computed on.
  static func isSplit(_ name: String) -> Bool {
    let words = words(of: name)
    return !words.isEmpty && words.allSatisfy { splits[$0] != nil }
  }

  private static let splits: [String: Split] = [
    "train": .training, "training": .training, "tr": .training,
    "val": .validation, "valid": .validation, "validation": .validation, "eval": .validation,
    "evaluation": .validation, "dev": .validation,
    "test": .test,
  ]

  private static let collected: Set<String> = [
    "step", "epoch", "avg", "average", "mean", "running", "total", "batch", "global", "raw",
    "optim", "optimizer", "log", "metrics", "full", "current", "cur",
  ]

  private static let metrics: Set<String> = [
    "accuracy", "acc", "f1", "auc", "auroc", "precision", "recall", "mae", "mse", "rmse", "r2",
    "bleu", "perplexity", "ppl", "shd", "spearman", "kendall", "iou", "dice", "map", "wer",
  ]

  private static let clocks: Set<String> = [
    "time", "runtime", "seconds", "second", "secs", "elapsed", "eta", "throughput", "timestamp",
    "memory", "mem", "flos", "fps",
  ]

  private static let roles: [String: Role] = [
    "loss": .loss, "objective": .loss, "cost": .loss, "nll_loss": .loss,
    "grad": .gradientNorm, "grad_norm": .gradientNorm, "gradnorm": .gradientNorm,
    "gradient_norm": .gradientNorm, "norm": .gradientNorm, "g_norm": .gradientNorm,
    "gnorm": .gradientNorm, "grad_norms": .gradientNorm, "gradient": .gradientNorm,
    "norm_before_clip": .normBeforeClip, "grad_norm_before_clip": .normBeforeClip,
    "grad_norm_before": .normBeforeClip, "grad_norm_unclipped": .normBeforeClip,
    "unclipped_grad_norm": .normBeforeClip, "grad_norm_preclip": .normBeforeClip,
    "grad_norm_pre_clip": .normBeforeClip, "preclip_grad_norm": .normBeforeClip,
    "norm_after_clip": .normAfterClip, "grad_norm_after_clip": .normAfterClip,
    "grad_norm_after": .normAfterClip, "grad_norm_clipped": .normAfterClip,
    "clipped_grad_norm": .normAfterClip, "grad_norm_postclip": .normAfterClip,
    "grad_norm_post_clip": .normAfterClip,
    "max_grad": .gradientMaximum, "grad_max": .gradientMaximum,
    "max_gradient": .gradientMaximum, "gradient_max": .gradientMaximum,
    "clip": .clippedShare, "grad_clip": .clippedShare, "clip_ratio": .clippedShare,
    "grad_clip_ratio": .clippedShare, "clip_fraction": .clippedShare,
    "clipping_ratio": .clippedShare, "clip_rate": .clippedShare, "clipped": .clippedShare,
    "clip_frac": .clippedShare,
    "clip_coefficient": .clipCoefficient, "clip_coef": .clipCoefficient,
    "clip_factor": .clipCoefficient,
    "max_norm": .clipThreshold, "max_grad_norm": .clipThreshold,
    "clip_threshold": .clipThreshold, "clip_norm": .clipThreshold,
    "lr": .learningRate, "learning_rate": .learningRate, "learningrate": .learningRate,
    "weight_norm": .parameterNorm, "param_norm": .parameterNorm,
    "parameter_norm": .parameterNorm, "weight_norm_before": .parameterNorm,
    "weight_norm_after": .parameterNormAfter, "param_norm_after": .parameterNormAfter,
    "weight_change": .parameterChange, "update_norm": .parameterChange,
    "param_change": .parameterChange,
    "loss_scale": .lossScale, "scale": .lossScale, "amp_scale": .lossScale,
    "grad_scale": .lossScale,
    "non_finite_tensors": .nonFiniteCount, "non_finite": .nonFiniteCount,
    "samples": .counter, "tokens": .counter, "num_input_tokens_seen": .counter,
    "num_tokens": .counter, "consumed_samples": .counter,
  ]
}
