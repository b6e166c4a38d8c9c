package import ThalwegFormats
package import ThalwegTraining

/// training_log.json and training_summary.json in the published system's form, made from the run's
/// own records: null for what was not evaluated, counts that add up, terms raw and weighted.
package struct TrainingLog {
  private let folder: RunFolder
  private let configuration: RCGNNConfiguration
  private let epochs: [Fields]
  private let seconds: [Int: Double]

  /// - Parameter folder: of a run whose metrics and clock are on disk.
  package init(_ folder: RunFolder, _ configuration: RCGNNConfiguration) throws {
    self.folder = folder
    self.configuration = configuration
    epochs = try TrainingLog.lines(folder.metrics, kind: "epoch")
    var seconds: [Int: Double] = [:]
    for line in try TrainingLog.lines(folder.timing, kind: "seconds") {
      seconds[try line.int("epoch"), default: 0] += try line.double("seconds")
    }
    self.seconds = seconds
  }

  private static func lines(_ path: String, kind: String) throws -> [Fields] {
    let prefix = Array("{\"kind\":\"\(kind)\"".utf8)
    return try Files.read(path).split(separator: UInt8(ascii: "\n")).compactMap { line in
      if !line.starts(with: prefix) { return nil }
      return Fields(json: try JSON.parse(Array(line), source: path), path: path)
    }
  }

  /// Short names of the terms in the published log.
  private static let names = [
    ("reconstruction", "recon"), ("sparsity", "sparse"), ("acyclicity", "acyclic"),
    ("disentanglement", "disen"),
  ]

  private func value(_ epoch: Fields, _ name: String) -> JSON {
    let evaluation = epoch.json["evaluation"]
    return evaluation?[name] ?? evaluation?[name + "_oracle"] ?? .null
  }

  private func whole(_ value: JSON) -> JSON {
    value.double.map { .integer(Int($0)) } ?? .null
  }

  private func components(_ epoch: Fields, _ kind: String) -> JSON {
    .object(
      TrainingLog.names.compactMap { long, short in
        epoch.json["terms"]?[long]?[kind].map { .init(short, $0) }
      })
  }

  private func entry(_ epoch: Fields) throws -> JSON {
    let number = try epoch.int("epoch")
    let members: [JSON.Member] = [
      .init("epoch", .integer(number)),
      .init("train_loss", epoch.json["loss"] ?? .null),
      .init("train_loss_components", components(epoch, "weighted")),
      .init("train_loss_components_raw", components(epoch, "raw")),
      .init("val_f1", value(epoch, "val_f1")),
      .init("val_shd", value(epoch, "val_shd")),
      .init("edge_count", whole(value(epoch, "edge_count"))),
      .init("tp", whole(value(epoch, "tp"))),
      .init("fp", whole(value(epoch, "fp"))),
      .init("fn", whole(value(epoch, "fn"))),
      .init("grad_clip_ratio", epoch.json["clip_ratio"] ?? .null),
      .init("largest_norm_before_clip", epoch.json["largest_norm"] ?? .null),
      .init("mean_norm_before_clip", epoch.json["mean_norm"] ?? .null),
      .init("learning_rate", epoch.json["learning_rate"] ?? .null),
      .init("best_threshold", value(epoch, "best_threshold")),
      .init("is_oracle", .bool(configuration.usesOracle)),
      .init("epoch_time", .optional(seconds[number])),
    ]
    return .object(members)
  }

  private var totalSeconds: Double {
    seconds.keys.sorted().reduce(0) { $0 + (seconds[$1] ?? 0) }
  }

  private var best: Fields? {
    epochs.last { $0.json["is_best"]?.bool == true }
  }

  private func log(_ data: SeriesData, trueEdges: Int?) throws -> JSON {
    let statistics: [JSON.Member] = [
      .init("X_mean", .array(data.means.map(JSON.number))),
      .init("X_std", .array(data.stds.map(JSON.number))),
      .init("n_train_samples", .integer(data.splits.training.count)),
      .init("n_val_samples", .integer(data.splits.validation.count)),
      .init("n_features", .integer(data.names.count)),
      .init("n_true_edges", trueEdges.map(JSON.integer) ?? .null),
    ]
    let members: [JSON.Member] = [
      .init("config", .string(configuration.name)),
      .init("epochs", .array(try epochs.map(entry))),
      .init("total_time", .number(totalSeconds)),
      .init("best_shd", best.map { value($0, "val_shd") } ?? .null),
      .init("best_threshold", best.map { value($0, "best_threshold") } ?? .null),
      .init("final_epoch", .integer(epochs.count)),
      .init("data_stats", .object(statistics)),
    ]
    return .object(members)
  }

  private func summary(trueEdges: Int?) -> JSON {
    let ratios = epochs.compactMap { $0.json["clip_ratio"]?.double }
    let meanRatio = ratios.isEmpty ? nil : ratios.reduce(0, +) / Double(ratios.count)
    let last = epochs.last { $0.json["evaluation"] != nil }
    let members: [JSON.Member] = [
      .init("total_time", .number(totalSeconds)),
      .init("epochs", .integer(epochs.count)),
      .init("best_epoch", best.flatMap { $0.json["epoch"] } ?? .null),
      .init("best_shd", best.map { value($0, "val_shd") } ?? .null),
      .init("best_f1", best.map { value($0, "val_f1") } ?? .null),
      .init("best_threshold", best.map { value($0, "best_threshold") } ?? .null),
      .init("final_edge_count", last.map { whole(value($0, "edge_count")) } ?? .null),
      .init("true_edge_count", trueEdges.map(JSON.integer) ?? .null),
      .init("avg_grad_clip_ratio", .optional(meanRatio)),
      .init("final_learning_rate", epochs.last?.json["learning_rate"] ?? .null),
      .init("is_oracle", .bool(configuration.usesOracle)),
    ]
    return .object(members)
  }

  /// Says so when the model at the end is worse than one that the run has had; nil where it is not.
  package var bestNote: String? {
    guard let best, let last = epochs.last(where: { $0.json["evaluation"] != nil }),
      let lowest = value(best, "objective").double, let now = value(last, "objective").double,
      now > lowest, let epoch = best.json["epoch"]?.int, let end = last.json["epoch"]?.int
    else { return nil }
    return
      "The objective was lowest in epoch \(epoch): \(Text.short(lowest, 4)); this is epoch \(end): "
      + "\(Text.short(now, 4)). The model of epoch \(epoch) is in checkpoints/best; "
      + "early_stopping.patience ends a run earlier."
  }

  /// Writes both files into the run folder.
  /// - Returns: the summary.
  package func write(_ data: SeriesData, trueEdges: Int?) throws -> JSON {
    let summary = summary(trueEdges: trueEdges)
    let log = try log(data, trueEdges: trueEdges)
    try Files.writeDurably(
      folder.path + "/training_log.json", Array((log.pretty + "\n").utf8))
    try Files.writeDurably(
      folder.path + "/training_summary.json", Array((summary.pretty + "\n").utf8))
    return summary
  }
}
