import Testing
import ThalwegDiagnosis
import ThalwegFormats
import ThalwegRecord

extension MadeRun {
  /// Adds a configuration of its own.
  mutating func configure(_ text: String) {
    let path = name() + ".yaml"
    let collector = RunCollector(
      SourceRecord(path: path, kind: "configuration"), index: record.sources.count)
    do {
      try ConfigurationReader.read(Array(text.utf8), path: path, into: collector)
    } catch {
      Issue.record("\(error)")
    }
    let (source, drafts) = collector.finished
    record.sources.append(source)
    for draft in drafts {
      record.settings += draft.settings
      record.series += draft.series
    }
  }

  mutating func rate() -> Double { draws.scale(0.001, 0.1) }
}

extension RuleCase {
  /// A case of two texts that differ in the words that stand for `*`.
  private init(
    _ rule: Rule, _ name: String, _ severity: Severity, _ text: String, faulty: String,
    healthy: String
  ) {
    func made(_ part: String) -> @Sendable (inout MadeRun) -> Void {
      { run in
        let own = run.name()
        run.configure(
          text.replacing("*", with: part).replacing("NET", with: own)
            .replacing("RATE", with: "\(run.rate())"))
      }
    }
    self.init(rule, name, severity, faulty: made(faulty), healthy: made(healthy))
  }

  static let configurations: [RuleCase] = [
    RuleCase(
      .codeFacts, "a form that is not known", .error,
      "NET: {lr: RATE, w: 1.0}\nterms:\n  - {name: a, form: *, weight: w}\n",
      faulty: "cubic", healthy: "hinge"),
    RuleCase(
      .impossibleSetting, "a rate below 0", .error, "NET:\n  lr: *RATE\n",
      faulty: "-", healthy: ""),
    RuleCase(
      .impossibleSetting, "a rate that is no number", .error, "NET:\n  lr: *\n",
      faulty: ".nan", healthy: "0.1"),
    RuleCase(
      .impossibleSetting, "a rate of 0", .warning, "NET:\n  lr: *\n",
      faulty: "0.0", healthy: "0.1"),
    RuleCase(
      .impossibleSetting, "a warm-up longer than the training", .warning,
      "NET:\n  lr: RATE\n  warmup_epochs: *\n  epochs: 10\n", faulty: "20", healthy: "10"),
    RuleCase(
      .impossibleSetting, "a momentum above 1", .error,
      "NET:\n  lr: RATE\n  momentum: *\n  optimizer: SGD\n", faulty: "1.5", healthy: "0.9"),
    RuleCase(
      .impossibleSetting, "a batch of nothing", .error, "NET:\n  lr: RATE\n  batch_size: *\n",
      faulty: "0", healthy: "-1"),
    RuleCase(
      .impossibleSetting, "a threshold below 0", .warning,
      "NET:\n  lr: RATE\n  clip_norm: *\n", faulty: "-1", healthy: "0"),
    RuleCase(
      .settingConflict, "two rates of one training", .warning,
      "*: {lr: 0.2}\noptimizer: {lr: 0.1, name: SGD}\n", faulty: "train", healthy: "NET"),
    RuleCase(
      .stringNumber, "a number without a point", .warning, "NET:\n  lr: RATE\n  decay: *\n",
      faulty: "1e-4", healthy: "1.0e-4"),
    RuleCase(
      .deadKey, "a key that nothing reads", .warning,
      "NET: {lr: RATE, colour: 3}\nabout_code: {read_keys: [lr*]}\n",
      faulty: "", healthy: ", colour"),
    RuleCase(
      .deadKey, "a key that is read and changes nothing", .info,
      "NET: {lr: RATE, colour: 3}\nabout_code: {read_keys: [lr, colour], no_effect: [{key: *, "
        + "why: a reason}]}\n", faulty: "colour", healthy: "size"),
    RuleCase(
      .rateSchedule, "a schedule", .info, "NET: {lr: RATE, scheduler: *, epochs: 30}\n",
      faulty: "cosine", healthy: "what_we_have"),
    RuleCase(
      .rateSchedule, "no schedule", .info, "NET: {*: RATE, epochs: 30}\n",
      faulty: "lr", healthy: "decay"),
    RuleCase(
      .rateSchedule, "no decay of which only a key is known", .info,
      "NET: {lr: RATE, *: 20, epochs: 30}\n", faulty: "size", healthy: "lr_drop"),
    RuleCase(
      .impossibleSetting, "a threshold that may be one of sound", .warning,
      "NET:\n  lr: RATE\n  *: -40.0\n", faulty: "clip_threshold", healthy: "threshold"),
    RuleCase(
      .updateSize, "an optimizer", .info, "NET: {lr: RATE, optimizer: *}\n",
      faulty: "torch.optim.AdamW", healthy: "ours"),
    RuleCase(
      .earlyStop, "drops of the rate that start the counter anew", .warning,
      "NET: {lr: 1.0, *: 15, scheduler: plateau, scheduler_patience: 7}\n"
        + "about_code: {early_stop: {resets_on_drop: true}}\n",
      faulty: "patience", healthy: "depth"),
    RuleCase(
      .earlyStop, "a patience", .info, "NET: {lr: RATE, patience: *}\n",
      faulty: "15", healthy: "0"),
  ]

  static let terms: [RuleCase] = [
    RuleCase(
      .ratioPenalty, "a division by the range", .warning,
      "NET: {lr: RATE, w: 2.0}\nterms:\n  - {name: a, form: *, weight: w}\n",
      faulty: "ratio, of: range", healthy: "mean_gap"),
    RuleCase(
      .penaltyCap, "a weight", .info,
      "NET: {lr: RATE, w: 2.0}\nterms:\n  - {name: a, form: mean_gap, weight: *}\n",
      faulty: "w", healthy: "v"),
    RuleCase(
      .lossBounds, "a loss", .info,
      "NET: {lr: RATE, w: 2.0}\nterms:\n  - {name: a, form: hinge, weight: *}\n",
      faulty: "w", healthy: "v"),
    RuleCase(
      .rankingPairs, "a ranking term", .info,
      "NET: {lr: RATE, batch_size: 6}\nterms:\n  - {name: a, form: *, weight: 1.0}\n",
      faulty: "ranking_hinge", healthy: "squared_error"),
    RuleCase(
      .incomparableLosses, "a term that validation leaves out", .error,
      "NET: {lr: RATE}\nterms:\n  - {name: a, form: hinge, weight: 1.0}\n"
        + "  - {name: b, form: mean_gap, weight: 1.0}\n"
        + "about_code: {loss: {validation_terms: [a*]}}\n", faulty: "", healthy: ", b"),
    RuleCase(
      .normalizationRuledOut, "no batch normalization", .info,
      "NET: {lr: RATE, batch_size: 64}\nabout_code:\n  networks:\n"
        + "    - {name: n, layers: [{kind: *_normalization}]}\n", faulty: "layer", healthy: "batch"
    ),
    RuleCase(
      .normalizationValues, "batches of two", .warning,
      "NET: {lr: RATE, batch_size: 2}\nabout_code:\n  networks:\n"
        + "    - {name: n, layers: [{kind: *_normalization}]}\n", faulty: "batch", healthy: "layer"
    ),
    RuleCase(
      .normalizationValues, "large batches", .info,
      "NET: {lr: RATE, batch_size: 64}\nabout_code:\n  networks:\n"
        + "    - {name: n, layers: [{kind: *_normalization}]}\n", faulty: "batch", healthy: "group"
    ),
    RuleCase(
      .accumulationEquivalence, "terms that see the batch", .warning,
      "NET: {lr: RATE, batch_size: 6, accum_steps: *}\n"
        + "about_code: {loss: {unit: batch, reduction: mean}}\n", faulty: "4", healthy: "1"),
    RuleCase(
      .accumulationEquivalence, "terms that see an item", .info,
      "NET: {lr: RATE, batch_size: 6, accum_steps: *}\n"
        + "about_code: {loss: {unit: item, reduction: mean}}\n", faulty: "4", healthy: "1"),
  ]

  static let changes: [RuleCase] = [
    RuleCase(
      .cosmeticChange, "a smaller loss under Adam", .error,
      "NET: {lr: RATE, optimizer: *, clip_norm: 0}\nchanges:\n  - {name: c, divide_loss_by: 6}\n",
      faulty: "Adam", healthy: "SGD"),
    RuleCase(
      .inertChange, "a change of what nothing reads", .warning,
      "NET: {lr: RATE}\nabout_code: {read_keys: [lr*]}\nchanges:\n"
        + "  - {name: c, set: {colour: 3}}\n", faulty: "", healthy: ", colour"),
    RuleCase(
      .predictedChange, "another rate", .info,
      "NET: {lr: RATE}\nchanges:\n  - {name: c, *: {lr: 0.5}}\n", faulty: "set", healthy: "unset"),
    RuleCase(
      .notAttributable, "two changes", .warning,
      "NET: {lr: RATE, dropout: 0.1}\nchanges:\n  - {name: c, set: {lr: 0.5*}}\n",
      faulty: ", dropout: 0.2", healthy: ""),
  ]
}
