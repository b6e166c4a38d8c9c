import Testing
import ThalwegFormats
import ThalwegRecord

/// The logs under `$THALWEG_DATA/runs`, against figures that were read in them by eye and by grep.
@Suite(.enabled(if: RealData.isPresent("runs"), "no real data at \(RealData.path("runs"))"))
struct ConsoleRealLogTests {
  private static let celestial = RealData.path("runs/celestial_training_diagnostic.log")
  private static let normalized = RealData.path("runs/rcgnn_training_normalized.log")
  private static let publication = RealData.path("runs/rcgnn_publication_training.log")

  private func spatiotemporal(_ module: String) -> [String] {
    ["projection", "back_projection"].flatMap { layer in
      ["weight", "bias"].map { "encoder_module.\(module).node_feature_\(layer).\($0)" }
    }
  }

  @Test func celestialTensors() throws {
    let log = try ConsoleLog(path: Self.celestial)
    try #require(log.runs.count == 1)
    let tensors = spatiotemporal("spatiotemporal_encoder")
    for tensor in tensors {
      let norms = try #require(log.series("grad_norm", tensor: tensor))
      #expect(norms.points?.map(\.value) == [0])
      #expect((norms.count, norms.zeros, norms.nils) == (1, 1, 0))
      #expect(norms.role == .gradientNorm)
      #expect(norms.last?.progress == .epoch(1, batch: 1))
      #expect(log.values("weight_change", tensor: tensor) == [0])
      #expect(log.series("weight_change", tensor: tensor)?.role == .parameterChange)
      let before = log.values("weight_norm_before", tensor: tensor)
      #expect(before == log.values("weight_norm_after", tensor: tensor))
      #expect(before.count == 1)
    }
    let all = log.runs[0].series.filter { $0.key.tensor != nil && $0.key.name == "grad_norm" }
    #expect(all.count == 58)
    #expect(
      all.filter { $0.key.tensor?.contains("spatiotemporal_encoder") == true }.count
        == tensors.count)
    #expect(all.filter { $0.zeros == 1 }.count == 6)
    #expect(
      log.values("grad_norm", tensor: "decoder_module.celestial_projection.weight") == [0.01993723])
    #expect(
      log.values("weight_norm_before", tensor: tensors[0]) == [27.80315208])
  }

  @Test func celestialLosses() throws {
    let log = try ConsoleLog(path: Self.celestial)
    let loss = try #require(log.series("raw_loss (full batch loss)"))
    #expect(
      loss.points?.map(\.value) == [0.72284353, 1.04436100, 0.85642022, 0.68055314, 0.42468193])
    #expect(loss.points?.map(\.progress) == (0..<5).map { .epoch(1, batch: $0) })
    #expect((loss.role, loss.split) == (.loss, .training))
    for name in [
      "loss/raw_loss ratio", "accumulated train_loss so far", "avg train_loss so far",
      "total_train_loss",
      "loss (scaled for backward)", "accumulated val_loss so far", "total_val_loss",
      "y_true_for_loss mean",
    ] {
      let series = log.series(name) ?? log.series("validation \(name)")
      #expect(try #require(series, "\(name)").role == nil, "\(name)")
    }
    #expect(log.values("outputs_tensor mean").first == 0.395549)
    #expect(log.values("outputs_tensor std").first == 0.927233)
    #expect(log.values("total_train_loss") == [6.34382412])
    #expect(log.values("avg_train_loss (precise - sample weighted)") == [0.79297801])
    #expect(log.values("train_batches") == [8])
    #expect(log.values("validation loss") == [0.61182976, 0.66316932])
    #expect(log.series("validation loss")?.split == .validation)
    #expect(log.values("avg_val_loss (precise - sample weighted)") == [0.63749954])
    #expect(log.values("validation directional_accuracy") == [0.5671])
    #expect(log.values("current_lr") == [2e-4])
    #expect(log.setting("batches") == .number(562))
    #expect(log.runs[0].incidents.isEmpty)
    // Of 463 lines 58 name a tensor and nothing else, 20 are rules, 10 shapes.
    print("understood:", log.source.understood, "of", log.source.parts)
    #expect(log.source.parts == 463)
    #expect(log.source.understood >= 350)
  }

  @Test func aRenamedModuleRenamesItsSeries() throws {
    let text = String(decoding: try Files.read(Self.celestial), as: UTF8.self)
    let pieces = text.split(separator: "spatiotemporal_encoder", omittingEmptySubsequences: false)
    let log = try ConsoleLog(pieces.joined(separator: "q7"))
    for tensor in spatiotemporal("q7") {
      #expect(log.values("grad_norm", tensor: tensor) == [0])
    }
    #expect(
      !log.runs[0].series.contains { $0.key.tensor?.contains("spatiotemporal_encoder") == true })
  }

  @Test func normalized() throws {
    let log = try ConsoleLog(path: Self.normalized)
    try #require(log.runs.count == 1)
    expectNormalized(log, run: 0)
    #expect(log.setting("LR range") == .list([.number(3e-6), .number(5e-5)]))
    #expect(log.setting("Initial LR") == .number(3e-6))
    #expect(log.setting("Max LR") == .number(5e-5))
    #expect(log.setting("Batch size") == .number(8))
    #expect(log.setting("epochs") == .number(100))
    #expect(log.setting("patience") == .number(15))
    #expect(log.values("Best validation SHD") == [13])
    #expect(log.series("Best validation SHD")?.role == nil)
    print("understood:", log.source.understood, "of", log.source.parts)
    #expect(log.source.parts == 111)
    #expect(log.source.understood >= 75)
  }

  private func expectNormalized(_ log: ConsoleLog, run: Int) {
    let losses = log.values("Loss", run: run)
    #expect(losses.count == 46)
    #expect(losses.prefix(3) == [82.2241, 71.6728, 45.1125])
    #expect(losses.last == 0.0327)
    #expect(log.progress("Loss", run: run) == (1...46).map { .epoch(Double($0)) })
    let rates = log.values("LR", run: run)
    #expect(rates.count == 46)
    #expect(rates.prefix(5) == [1.24e-5, 2.18e-5, 3.12e-5, 4.06e-5, 5e-5])
    #expect(log.series("LR", run: run)?.role == .learningRate)
    #expect(log.values("Clip", run: run) == Array(repeating: 1, count: 46))
    #expect(log.series("Clip", run: run)?.role == .clippedShare)
    #expect(log.values("Loss Recon", run: run) == [1, 1, 1, 1, 1])
    #expect(log.values("Loss Acyc", run: run) == [0, 0, 0, 0, 0])
    #expect(log.series("Loss Sparse", run: run)?.role == .termShare)
    let scores = log.values("Val F1", run: run)
    #expect(scores.count == 23)
    #expect(scores.prefix(5) == [0.133, 0.132, 0.133, 0.136, 0.136])
    #expect(log.values("Val SHD", run: run).count == 23)
    #expect(log.series("Val SHD", run: run)?.split == .validation)
    #expect(log.values("Edges tuned", run: run).first == 77)
    #expect(log.values("Logits %>0", run: run) == [0.494, 0.481, 0.045, 0.006, 0])
    #expect(log.incidents(.stoppedEarly, run: run).first?.progress == .epoch(46))
    #expect(log.incidents(.finished, run: run).count == 1)
  }

  @Test func publication() throws {
    let log = try ConsoleLog(path: Self.publication)
    try #require(log.runs.count == 1)
    #expect(
      log.incidents(.exception).map(\.text) == [
        "TypeError: TriLatentEncoder.forward() takes 2 positional arguments but 3 were given"
      ])
    #expect(log.incidents(.exception).first?.place.position == 46)
    #expect(log.runs[0].series.isEmpty)
    #expect(log.setting("Epochs") == .number(200))
    #expect(log.setting("Patience") == .number(30))
    #expect(log.setting("FIX 2", "λ_recon") == .number(1000))
    #expect(log.setting("Warm-up") == .list([.number(1e-4), .number(5e-4)]))
    #expect(log.setting("Model parameters") == .number(5094))
    print("understood:", log.source.understood, "of", log.source.parts)
    #expect(log.source.parts == 40)
    #expect(log.source.understood >= 14)
  }

  @Test func severalLogsInOneFile() throws {
    let (first, other) = (try Files.read(Self.publication), try Files.read(Self.normalized))
    let log = try ConsoleLog(first + other + other)
    try #require(log.runs.count == 3)
    #expect(log.runs[0].series.isEmpty)
    #expect(log.incidents(.exception).count == 1)
    #expect(log.setting("Epochs") == .number(200))
    let alone = try ConsoleLog(path: Self.normalized)
    for run in 1...2 {
      expectNormalized(log, run: run)
      #expect(log.runs[run].settings.map(\.path) == alone.runs[0].settings.map(\.path))
      #expect(log.runs[run].settings.map(\.value) == alone.runs[0].settings.map(\.value))
      #expect(log.runs[run].incidents.map(\.text) == alone.runs[0].incidents.map(\.text))
      #expect(log.runs[run].series.map(\.key) == alone.runs[0].series.map(\.key))
      #expect(log.runs[run].series.map(\.count) == alone.runs[0].series.map(\.count))
    }
  }

  @Test func logsWithoutAnEndInOneFile() throws {
    let (first, other) = (try Files.read(Self.celestial), try Files.read(Self.normalized))
    let log = try ConsoleLog(first + first + other)
    try #require(log.runs.count == 3)
    for run in 0..<2 {
      #expect(log.values("raw_loss (full batch loss)", run: run).count == 5)
      #expect(log.values("validation directional_accuracy", run: run) == [0.5671])
    }
    expectNormalized(log, run: 2)
    #expect(log.setting("Max LR", run: 2) == .number(5e-5))
  }
}
