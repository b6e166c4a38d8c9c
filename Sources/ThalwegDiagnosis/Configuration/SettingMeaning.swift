package import ThalwegRecord

/// What a key of a configuration sets, however a project spells it.
package enum SettingMeaning: String, Sendable, CaseIterable {
  case learningRate, leastRate, endFactor
  case warmupEpochs, warmupSteps, warmupRatio, warmupStart
  case schedule, schedulePatience, scheduleFactor, scheduleThreshold, scheduleCooldown
  case scheduleMode, thresholdMode
  case stepSize, milestones, decayFactor, period, restartFactor, cycles, power
  case scheduleInterval, decaySteps
  case epochs, steps, stepsPerEpoch
  case batchSize, accumulation, clip, optimizer, stopPatience
  case dropout, momentum, parameterCount

  /// nil: a key that the analysis does not know.
  package static func of(_ setting: Setting) -> SettingMeaning? {
    let key = NameWords.joined(setting.key)
    let context = context(of: setting.path.dropLast())
    if let context {
      if let meaning = spellings[context + "_" + key] { return meaning }
      // A bare word of a schedule is not that of the training: `patience`, `factor`, `lr`.
      if context != "optimizer" { return nil }
    }
    return spellings[key]
  }

  /// Words of a schedule that mean other things where nothing around them speaks of one: the gamma
  /// of a loss or a discount, the power of a distance.
  private static let sharedWords: Set<String> = [
    "gamma", "power", "milestones", "step_size", "num_cycles",
  ]

  /// Whether a key is such a word, and its section not the schedule's own.
  static func isSharedWord(_ setting: Setting) -> Bool {
    sharedWords.contains(NameWords.joined(setting.key))
      && context(of: setting.path.dropLast()) != "scheduler"
  }

  /// Which part of a training the sections are about, in one word; nil: none that matters.
  private static func context(of sections: ArraySlice<String>) -> String? {
    for section in sections.reversed() {
      let name = NameWords.joined(section)
      // Wrappers around arguments, and places in a list.
      if ["init_args", "params", "kwargs", "args", "config", "value"].contains(name) { continue }
      if Int(name) != nil { continue }
      return contexts[name]
    }
    return nil
  }

  private static let contexts = [
    "scheduler": "scheduler", "lr_scheduler": "scheduler", "schedule": "scheduler",
    "lr_schedule": "scheduler", "sched": "scheduler", "param_scheduler": "scheduler",
    "lr_schedulers": "scheduler", "lr_config": "scheduler",
    "optimizer": "optimizer", "optim": "optimizer", "opt": "optimizer",
    "early_stopping": "early_stopping", "early_stop": "early_stopping",
    "warmup": "warmup", "warm_up": "warmup", "lr_warmup": "warmup",
  ]

  private static let spellings: [String: SettingMeaning] = {
    var spellings: [String: SettingMeaning] = [:]
    for (meaning, keys) in table {
      for key in keys { spellings[key] = meaning }
    }
    return spellings
  }()

  private static let table: [(SettingMeaning, [String])] = [
    (
      .learningRate,
      [
        "learning_rate", "lr", "base_lr", "init_lr", "initial_lr", "lr_init", "peak_lr", "adam_lr",
        "learningrate", "base_learning_rate", "initial_learning_rate", "optimizer_lr",
        "optimizer_learning_rate",
      ]
    ),
    (
      .leastRate,
      [
        "min_lr", "lr_min", "eta_min", "minimum_lr", "min_learning_rate", "final_lr", "lr_end",
        "scheduler_min_lr", "scheduler_eta_min", "scheduler_lr_min",
      ]
    ),
    (.endFactor, ["scheduler_end_factor", "lr_end_factor"]),
    (
      .warmupEpochs,
      [
        "warmup_epochs", "warm_up_epochs", "num_warmup_epochs", "lr_warmup_epochs",
        "scheduler_warmup_epochs",
      ]
    ),
    (
      .warmupSteps,
      [
        "warmup_steps", "num_warmup_steps", "warmup_iters", "warmup_iterations", "warmup_updates",
        "warm_up_steps", "lr_warmup_steps", "scheduler_warmup_steps", "scheduler_num_warmup_steps",
      ]
    ),
    (
      .warmupRatio,
      ["warmup_ratio", "warmup_fraction", "warmup_proportion", "scheduler_warmup_ratio"]
    ),
    (
      .warmupStart,
      [
        "warmup_start_factor", "warmup_factor", "scheduler_start_factor", "lr_warmup_start_factor",
        "scheduler_warmup_start_factor", "scheduler_warmup_factor",
      ]
    ),
    (
      .schedule,
      [
        "scheduler", "lr_scheduler", "lr_scheduler_type", "lr_scheduler_name", "lradj",
        "lr_schedule", "schedule", "scheduler_type", "scheduler_name", "scheduler_class_path",
        "scheduler_kind", "lr_policy", "lr_decay_style", "learning_rate_schedule",
        "scheduler_target", "scheduler_policy", "param_scheduler", "lr_schedulers",
      ]
    ),
    (
      .schedulePatience,
      ["scheduler_patience", "lr_patience", "plateau_patience", "lr_scheduler_patience"]
    ),
    (.scheduleFactor, ["scheduler_factor", "lr_factor", "plateau_factor", "lr_scheduler_factor"]),
    (
      .scheduleThreshold,
      ["scheduler_threshold", "lr_threshold", "plateau_threshold", "lr_scheduler_threshold"]
    ),
    (.thresholdMode, ["scheduler_threshold_mode"]),
    (.scheduleMode, ["scheduler_mode", "lr_scheduler_mode"]),
    (
      .scheduleCooldown,
      ["scheduler_cooldown", "lr_cooldown", "plateau_cooldown", "lr_scheduler_cooldown"]
    ),
    (.stepSize, ["step_size", "lr_step_size", "scheduler_step_size"]),
    (.milestones, ["milestones", "lr_milestones", "scheduler_milestones"]),
    (.decayFactor, ["gamma", "lr_gamma", "scheduler_gamma"]),
    (.period, ["t_max", "scheduler_t_max", "t_0", "scheduler_t_0"]),
    (.restartFactor, ["t_mult", "scheduler_t_mult"]),
    (.cycles, ["num_cycles", "scheduler_num_cycles", "lr_scheduler_kwargs_num_cycles"]),
    (.power, ["power", "lr_power", "scheduler_power", "lr_scheduler_kwargs_power"]),
    // In Lightning a unit, in OpenMMLab whether it is the epoch.
    (.scheduleInterval, ["scheduler_interval", "scheduler_by_epoch"]),
    (.decaySteps, ["lr_decay_iters", "scheduler_lr_decay_iters"]),
    (
      .epochs,
      [
        "epochs", "num_epochs", "num_train_epochs", "train_epochs", "max_epochs", "n_epochs",
        "total_epochs", "training_epochs",
      ]
    ),
    (
      .steps,
      [
        "max_steps", "total_steps", "num_training_steps", "train_steps", "max_iters", "num_steps",
        "total_iters", "max_train_steps",
      ]
    ),
    (.stepsPerEpoch, ["steps_per_epoch", "iters_per_epoch", "batches_per_epoch"]),
    (
      .batchSize,
      [
        "batch_size", "train_batch_size", "per_device_train_batch_size", "micro_batch_size", "bs",
        "train_micro_batch_size_per_gpu",
      ]
    ),
    (
      .accumulation,
      [
        "gradient_accumulation_steps", "accumulate_grad_batches", "grad_accum", "accum_steps",
        "grad_accum_steps", "accumulation_steps", "gradient_accumulation", "accum_iter",
        "grad_accumulation_steps",
      ]
    ),
    (
      .clip,
      [
        "gradient_clip_norm", "max_grad_norm", "gradient_clip_val", "clip_grad_norm", "max_norm",
        "grad_clip", "gradient_clip", "gradient_clipping", "clip_norm", "clipnorm",
        "global_clipnorm", "global_clip_norm", "clip_max_norm", "clip_grad", "clip_gradient",
        "clip_gradients", "grad_norm_clip", "grad_clip_norm", "max_gradient_norm", "grad_norm_max",
        "clip_threshold", "gradient_clip_threshold", "clip_grad_max_norm", "grad_clip_val",
        "grad_max_norm", "optimizer_clip_norm",
      ]
    ),
    (
      .optimizer,
      [
        "optimizer", "optim", "optimizer_type", "optimizer_name", "optimizer_class_path", "opt",
        "optimizer_kind", "optimizer_rule", "optimizer_target",
      ]
    ),
    (
      .stopPatience,
      [
        "patience", "early_stopping_patience", "early_stop_patience", "es_patience", "early_stop",
      ]
    ),
    (.dropout, ["dropout", "dropout_rate", "drop_rate", "hidden_dropout_prob"]),
    (.momentum, ["momentum", "sgd_momentum", "optimizer_momentum"]),
    (.parameterCount, ["parameter_count", "num_parameters", "n_parameters", "total_parameters"]),
  ]
}
