import Testing
import ThalwegFormats
import ThalwegRCGNN
import ThalwegRecord
import ThalwegTensor
import ThalwegTraining

#if canImport(Glibc)
  private import Glibc
#else
  private import Darwin
#endif

/// training_log.json and training_summary.json of short runs, read back from disk.
@Suite struct TrainingLogTests {
  private struct Run {
    let log: JSON
    let summary: JSON
    let records: [EpochRecord]
    let data: RCGNNData
  }

  private final class Epochs: RunObserver {
    private(set) var records: [EpochRecord] = []
    func observe(_ event: RunEvent) {
      if case .epoch(let record) = event { records.append(record) }
    }
  }

  private func run(_ preset: String, _ assignments: [String]) throws -> Run {
    var template = Array("/tmp/thalweg-log-XXXXXX".utf8CString)
    let parent = String(cString: try #require(mkdtemp(&template)))
    defer { #expect(throws: Never.self) { try Files.remove(parent, recursively: true) } }
    let folder = RunFolder(parent + "/run")
    try folder.create(configuration: "", description: .object([]))
    let model = try MadeModel(preset, assignments)
    let (keeper, epochs) = (
      try RunKeeper(folder, from: nil, lock: FolderLock(folder.path)), Epochs()
    )
    let loop = try TrainingLoop(
      model.experiment, model.experiment.effectiveTraining, on: try Machine(threads: 1),
      observers: [keeper.metrics, epochs], keeper: keeper)
    #expect(try loop.run() == .finished)
    let log = try TrainingLog(folder, model.experiment.configuration)
    let data = model.experiment.data
    let summary = try log.write(data.series, trueEdges: data.truth?.graph.edges.count)
    func read(_ name: String) throws -> JSON {
      try JSON.parse(try Files.read(folder.path + "/" + name), source: name)
    }
    #expect(try read("training_summary.json") == summary)
    return Run(
      log: try read("training_log.json"), summary: summary, records: epochs.records, data: data)
  }

  private static let short = ["data.made.steps=300", "epochs=3"]

  private func entries(_ run: Run) throws -> [JSON] {
    let entries = try #require(run.log["epochs"]?.array)
    #expect(entries.count == run.records.count)
    #expect(entries.map { $0["epoch"]?.int } == run.records.map(\.epoch))
    return entries
  }

  @Test(arguments: ["default", "published-stable", "published-exploding"])
  func countsAndSumsAddUp(_ preset: String) throws {
    let run = try run(preset, Self.short)
    var evaluated = 0
    for (entry, record) in zip(try entries(run), run.records) {
      let loss = try #require(entry["train_loss"]?.double)
      #expect(loss == record.loss)
      let components = try #require(entry["train_loss_components"]?.members)
      #expect(components.count == record.terms.count)
      let sum = components.reduce(0) { $0 + ($1.value.double ?? .nan) }
      #expect(abs(sum - loss) <= 1e-12 * loss)
      for (component, term) in zip(components, record.terms) {
        #expect(component.value.double == term.weighted)
        #expect(entry["train_loss_components_raw"]?[component.name]?.double == term.raw)
      }
      #expect(entry["grad_clip_ratio"]?.double == record.clipRatio)
      #expect(entry["largest_norm_before_clip"]?.double == record.largestNorm)
      #expect(entry["learning_rate"]?.double == record.learningRate)
      #expect((try #require(entry["epoch_time"]?.double)) > 0)
      #expect(entry["is_oracle"]?.bool == (preset != "default"))
      guard let edges = entry["edge_count"]?.int else { continue }
      evaluated += 1
      let counts = try ["tp", "fp", "fn"].map { try #require(entry[$0]?.int) }
      #expect(edges == counts[0] + counts[1])
      #expect(counts[0] + counts[2] == run.data.truth?.graph.edges.count)
      #expect(entry["val_shd"]?.double == Double(counts[1] + counts[2]))
      let f1 = 2 * Double(counts[0]) / Double(2 * counts[0] + counts[1] + counts[2])
      #expect(entry["val_f1"]?.double == f1)
    }
    #expect(evaluated == (preset == "default" ? 3 : 1))
  }

  @Test func whatWasNotEvaluatedIsNull() throws {
    let run = try run("published-stable", Self.short)
    let entries = try entries(run)
    for name in ["val_f1", "val_shd", "edge_count", "tp", "fp", "fn", "best_threshold"] {
      #expect(entries[0][name]?.isNull == true)
      #expect(entries[1][name]?.double != nil)
      #expect(entries[2][name]?.isNull == true)
    }
    #expect(run.records.map { $0.evaluation == nil } == [true, false, true])
    #expect(run.summary["best_epoch"]?.int == 2)
    #expect(run.summary["final_edge_count"] == entries[1]["edge_count"])
    #expect(run.log["best_shd"] == entries[1]["val_shd"])
  }

  @Test func summaryIsOfTheWholeRun() throws {
    let run = try run("default", Self.short)
    let entries = try entries(run)
    let ratios = run.records.compactMap(\.clipRatio)
    #expect(ratios.count == 3)
    #expect(
      run.summary["avg_grad_clip_ratio"]?.double == ratios.reduce(0, +) / Double(ratios.count))
    let best = try #require(run.records.last { $0.isBest })
    #expect(run.summary["best_epoch"]?.int == best.epoch)
    #expect(run.summary["best_f1"]?.double == best.evaluation?["val_f1"])
    #expect(run.summary["epochs"]?.int == 3)
    #expect(run.summary["true_edge_count"]?.int == 40)
    #expect(run.summary["is_oracle"]?.bool == false)
    let seconds = entries.compactMap { $0["epoch_time"]?.double }.reduce(0, +)
    let total = try #require(run.summary["total_time"]?.double)
    // The line written before the first step belongs to no epoch.
    #expect(total >= seconds)
    let statistics = try #require(run.log["data_stats"])
    #expect(statistics["n_train_samples"]?.int == run.data.series.splits.training.count)
    #expect(statistics["n_val_samples"]?.int == run.data.series.splits.validation.count)
    #expect(statistics["n_features"]?.int == 10)
    #expect(statistics["X_mean"]?.array?.compactMap(\.double) == run.data.series.means)
    #expect(statistics["X_std"]?.array?.compactMap(\.double) == run.data.series.stds)
  }
}
