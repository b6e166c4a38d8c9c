import Testing
import ThalwegFormats
import ThalwegRecord

/// What names of logs are taken to mean; seen through the collector, which asks by name.
@Suite struct FigureNamesTests {
  private func meaning(_ name: String) -> (role: Role?, split: Split?) {
    let collector = RunCollector(SourceRecord(path: "x", kind: "x"), index: 0)
    collector.figure(name, 1, at: nil)
    let series = collector.runs[0].series.first
    return (series?.role, series?.split)
  }

  @Test(arguments: [
    ("loss", Role.loss, Split?.none), ("train_loss", .loss, .training),
    ("eval/loss", .loss, .validation),
    ("train/total_loss", .loss, .training), ("total_loss", .loss, nil), ("lm loss", .loss, nil),
    ("Test set Average loss", .loss, .test), ("grad_norm", .gradientNorm, nil),
    ("Grad Norm", .gradientNorm, nil),
    ("GRAD max", .gradientMaximum, nil), ("GRAD mean", .gradientMean, nil),
    ("Grad Clip", .clippedShare, nil),
    ("LR", .learningRate, nil), ("current_lr", .learningRate, nil),
    ("lr-AdamW/pg1", .learningRate, nil),
    ("LR unchanged", .learningRate, nil), ("Val SHD", .metric, .validation),
    ("Acc@1", .metric, nil),
    ("directional_accuracy", .metric, nil), ("Kendallτ", .metric, nil),
    ("weight_norm_before", .parameterNorm, nil),
    ("weight_norm_after", .parameterNormAfter, nil), ("weight_change", .parameterChange, nil),
    ("loss scale", .lossScale, nil), ("Total training time", .clock, .training),
    ("train_wall", .clock, .training),
    ("consumed samples", .counter, nil),
  ])
  func known(name: String, role: Role, split: Split?) {
    let meaning = meaning(name)
    #expect(meaning.role == role)
    #expect(meaning.split == split)
  }

  @Test(arguments: [
    "loss/raw_loss ratio", "accumulated train_loss so far", "Best loss", "best_val_loss", "Best F1",
    "total_train_loss",
    "total_val_loss", "avg train_loss so far", "y_true_for_loss", "lr_decay",
    "LR unchanged bad epochs", "LR restarts every",
    "learning rate patience", "loss weight", "previous loss", "Prior", "Edges", "Patience",
    "Threshold tuned", "warmup_steps",
  ])
  func unknown(name: String) {
    #expect(meaning(name).role == nil)
  }
}
