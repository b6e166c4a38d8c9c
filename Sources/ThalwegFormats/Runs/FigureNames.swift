import ThalwegRecord

/// What a figure measures, judged by the name that a tool or its user gave it.
enum FigureNames {
  /// The role and the split of a name such as `eval_loss`, `train/grad_norm` or `Val F1`.
  static func meaning(of name: String) -> (role: Role?, split: Split?) {
    var words = NameWords.split(name)
    // `total_train_loss` adds up over an epoch; `train/total_loss` adds up terms.
    let total = words.firstIndex(of: "total")
    let isSum = total.map { $0 + 1 < words.count && splits[words[$0 + 1]] != nil } ?? false
    // The best so far and the last one are no figures of the step that they stand at.
    let isOther = words.contains(where: others.contains)
    let whole = words.joined(separator: "_")
    var split: Split?
    words.removeAll { word in
      guard let found = splits[word] else { return false }
      if split == nil { split = found }
      return true
    }
    if isOther { return (nil, split) }
    if whole == "grad_mean" || whole == "mean_grad" { return (.gradientMean, split) }
    // Words that say how a figure was collected, not what it is.
    words.removeAll { collected.contains($0) }
    let role = role(words)
    return (isSum && role == .loss ? nil : role, split)
  }

  private static func role(_ words: [String]) -> Role? {
    if let role = roles[words.joined(separator: "_")] { return role }
    // `lr-AdamW/pg1`: the rate of one group of one optimizer; `lr_decay` is none.
    let isRate = words.first == "lr" || words.starts(with: ["learning", "rate"])
    if isRate && !words.contains(where: scheduling.contains) { return .learningRate }
    if words.contains(where: metrics.contains) { return .metric }
    if words.contains(where: clocks.contains) { return .clock }
    return nil
  }

  fileprivate static let splits: [String: Split] = [
    "train": .training, "training": .training, "tr": .training,
    "val": .validation, "valid": .validation, "validation": .validation, "eval": .validation,
    "evaluation": .validation, "dev": .validation,
    "test": .test,
  ]

  private static let collected: Set<String> = [
    "step", "epoch", "avg", "average", "mean", "running", "total", "batch", "global", "raw",
    "optim", "optimizer", "log", "metrics", "full", "current", "cur", "set", "iter", "iteration",
    "minibatch",
  ]

  fileprivate static let others: Set<String> = [
    "best", "lowest", "highest", "previous", "prev", "accumulated", "cumulative",
  ]

  private static let scheduling: Set<String> = [
    "bad", "epochs", "steps", "patience", "factor", "decay", "range", "ratio", "scheduler",
    "schedule", "warmup", "min", "max", "multiplier", "scale", "gamma", "policy",
    "restart", "restarts", "every", "cycle", "period", "finder", "annealing", "cosine", "linear",
  ]

  private static let metrics: Set<String> = [
    "accuracy", "acc", "f1", "auc", "auroc", "precision", "recall", "mae", "mse", "rmse", "r2",
    "bleu", "perplexity", "ppl", "shd", "spearman", "kendall", "kendallτ", "iou", "miou", "dice",
    "map", "wer", "prec", "auprc", "mape", "mcc", "ndcg", "rouge", "psnr", "ssim", "fid",
  ]

  private static let clocks: Set<String> = [
    "time", "runtime", "seconds", "second", "secs", "elapsed", "eta", "throughput", "timestamp",
    "memory", "mem", "flos", "fps", "wall", "wps", "ups",
  ]

  fileprivate static let roles: [String: Role] = [
    "loss": .loss, "objective": .loss, "cost": .loss, "nll_loss": .loss,
    "lm_loss": .loss,
    "grad": .gradientNorm, "grad_norm": .gradientNorm, "gradnorm": .gradientNorm,
    "gradient_norm": .gradientNorm, "norm": .gradientNorm, "g_norm": .gradientNorm,
    "gnorm": .gradientNorm, "grad_norms": .gradientNorm, "gradient": .gradientNorm,
    "grads": .gradientNorm, "gradients": .gradientNorm, "gradient_norms": .gradientNorm,
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
    "weight_norms": .parameterNorm, "param_norms": .parameterNorm,
    "parameter_norms": .parameterNorm,
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

// Names that mean something by their place alone.
extension FigureNames {
  /// The names of roles, sorted.
  static var known: [String] { roles.keys.sorted() }

  /// `Train`, `val`: nothing but a kind of data.
  static func isSplit(_ name: String) -> Bool {
    let words = NameWords.split(name)
    return !words.isEmpty && words.allSatisfy { splits[$0] != nil }
  }

  /// `clip`, `Grad Clip`: the threshold or the share, as the number shows.
  static func isBareClip(_ name: String) -> Bool {
    ["clip", "grad_clip", "clip_grad"].contains(NameWords.joined(name))
  }

  /// `avg`, `best`: another view of the figure before, no part of it.
  static func isStatistic(_ name: String) -> Bool {
    NameWords.split(name).contains { statistics.contains($0) || others.contains($0) }
  }

  /// `Warmup LR`, `Learning rate REDUCED`
  static func speaksOfRate(_ name: String) -> Bool {
    let words = NameWords.split(name)
    return words.contains("lr") || "_\(words.joined(separator: "_"))_".contains("_learning_rate_")
  }

  private static let statistics: Set<String> = [
    "avg", "average", "mean", "ema", "smoothed", "min", "max", "median", "std", "var", "last",
    "epoch", "step", "total", "sum", "delta", "change", "diff",
    "p", "pvalue",
  ]
}
