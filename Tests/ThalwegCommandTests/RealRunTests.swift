import Testing
import ThalwegFormats

extension CommandTests {
  private static let airQuality = "causal/AirQualityUCI.csv"

  @Suite(
    .enabled(
      if: RealData.isPresent("causal/AirQualityUCI.csv"),
      "real data is absent: causal/AirQualityUCI.csv"))
  struct RealRunTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func train(_ preset: String, epochs: Int, _ more: String...) throws -> RunFiles {
      let run = try folder.run(
        [
          "train", "rc-gnn", "--preset", preset, "--data",
          RealData.path(CommandTests.airQuality), "--epochs", String(epochs), "--seed", "1337",
          "--out", "run",
        ] + more)
      #expect(run.end == .exit(0), "\(run.error)")
      return RunFiles(path: folder["run"])
    }

    private func epochs(_ run: RunFiles) throws -> [JSON] {
      try #require(try run.json("training_log.json")["epochs"]?.array)
    }

    private func number(_ json: JSON, _ name: String) throws -> Double {
      try #require(json[name]?.double, "\(name)")
    }

    @Test func thePublishedCurve() throws {
      let run = try train("published-stable", epochs: 5)
      #expect(
        try Files.list(run.path) == [
          "checkpoints", "config.yaml", "metrics.jsonl", "run.json", "timing.jsonl",
          "training_log.json", "training_summary.json",
        ])
      #expect(try run.damage() == [])
      #expect(try run.savedStep() == 5 * 827)
      #expect(try run.numbers("step") == Array(1...5 * 827))
      let epochs = try epochs(run)
      let losses = try epochs.map { try number($0, "train_loss") }
      let ratios = try epochs.map { try number($0, "grad_clip_ratio") }
      for (loss, wanted) in zip(losses, [1.06, 0.063, 0.019, 0.0105, 0.0078]) {
        #expect(abs(loss - wanted) <= 0.1 * wanted, "\(loss), \(wanted)")
      }
      for (ratio, wanted) in zip(ratios, [0.98, 0.42, 0.03, 0.004, 0.004]) {
        #expect(abs(ratio - wanted) <= 0.06, "\(ratio), \(wanted)")
      }
      #expect(losses.count == 5 && ratios.count == 5)
      for epoch in epochs { try check(epoch) }
    }

    /// What an entry of the log says of itself must agree.
    private func check(_ epoch: JSON) throws {
      let components = try #require(epoch["train_loss_components"]?.members)
      #expect(components.map(\.name) == ["recon", "sparse", "acyclic", "disen"])
      let loss = try number(epoch, "train_loss")
      let sum = components.reduce(0) { $0 + ($1.value.double ?? .nan) }
      #expect(abs(sum - loss) <= 1e-9 * loss, "\(sum), \(loss)")
      let isEvaluated = try number(epoch, "epoch").truncatingRemainder(dividingBy: 2) == 0
      let graph = ["val_f1", "val_shd", "edge_count", "tp", "fp", "fn", "best_threshold"]
      if !isEvaluated {
        for name in graph { #expect(epoch[name] == .null, "\(name)") }
        return
      }
      let (tp, fp, fn) = try (number(epoch, "tp"), number(epoch, "fp"), number(epoch, "fn"))
      #expect(try number(epoch, "edge_count") == tp + fp)
      #expect(try number(epoch, "val_shd") == fp + fn)
      #expect(tp + fn == 13)
      #expect(abs(try number(epoch, "val_f1") - 2 * tp / (2 * tp + fp + fn)) <= 1e-12)
      #expect(epoch["is_oracle"] == .bool(true))
    }

    @Test func thePublishedExplosion() throws {
      let run = try train("published-exploding", epochs: 1)
      let epoch = try #require(try epochs(run).first)
      #expect(try number(epoch, "mean_norm_before_clip") > 1e4)
      let reconstruction = try #require(epoch["train_loss_components"]?["recon"]?.double)
      #expect(reconstruction / (try number(epoch, "train_loss")) >= 0.9999)
      try check(epoch)
    }

    /// No true graph: no figure that would need one, in any file or on any stream.
    @Test(arguments: ["default", "published-stable"])
    func withoutATrueGraphNothingIsScored(preset: String) throws {
      let run = try train(
        preset, epochs: 2, "--set", "true_graph.opinion=false", "--set", "data.window=12")
      for epoch in try epochs(run) {
        for name in ["val_f1", "val_shd", "tp", "fp", "fn", "best_threshold"] {
          #expect(epoch[name] == .null, "\(name)")
        }
        _ = try number(epoch, "train_loss")
      }
      let summary = try run.json("training_summary.json")
      for name in ["best_shd", "best_f1", "best_threshold", "true_edge_count"] {
        #expect(summary[name] == .null, "\(name)")
      }
      let truth = try #require(try run.json("run.json")["true_graph"]?.string)
      #expect(truth.hasPrefix("no true graph"))
      let again = try folder.run(["train", "rc-gnn", "--resume", "run", "--json"])
      let metrics = try #require(try again.document()["metrics"]?.members)
      for metric in metrics where !["val_reconstruction", "edge_count"].contains(metric.name) {
        #expect(metric.value == .null, "\(metric.name)")
      }
      #expect(metrics.count > 8)
      #expect(metrics.first { $0.name == "val_reconstruction" }?.value.double?.isFinite == true)
    }
  }
}
