import Testing
import ThalwegFormats
import ThalwegRecord

/// What real packages printed, against the figures that they kept; see
/// Scripts/golden/console_logs.py.
@Suite struct ConsolePackageTests {
  private let log: (String) throws -> ConsoleLog = {
    try ConsoleLog(path: Golden.path("console/\($0).log"))
  }

  /// The figures that the package kept, by name.
  private func kept(_ package: String) throws -> JSON {
    let path = Golden.path("console/figures.json")
    return try #require(try JSON.parse(Files.read(path), source: path)[package])
  }

  private func kept(_ package: String, _ name: String) throws -> [Double?] {
    try #require(try kept(package)[name]?.array).map(\.double)
  }

  /// Whether each figure is the kept one, as far as it was printed.
  private func expect(
    _ ours: [Double], _ theirs: [Double?], digits: Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(ours.count == theirs.count, sourceLocation: sourceLocation)
    for (our, their) in zip(ours, theirs) {
      guard let their else {
        Issue.record("a figure that is not finite", sourceLocation: sourceLocation)
        continue
      }
      #expect(abs(our - their) <= digits * max(1, abs(their)), sourceLocation: sourceLocation)
    }
  }

  /// A bar is drawn several times for one figure.
  private func distinct(_ values: [Double]) -> [Double] {
    values.reduce(into: []) { if $0.last != $1 { $0.append($1) } }
  }

  @Test func tqdmAndLogging() throws {
    let log = try log("tqdm")
    try #require(log.runs.count == 1)
    let losses = try kept("tqdm", "Loss")
    #expect(losses.filter { $0 == nil }.count == 1)
    #expect(distinct(log.values("Loss")) == losses.compactMap { $0 })
    #expect(try distinct(log.values("Grad")) == kept("tqdm", "Grad").compactMap { $0 })
    #expect(log.series("Loss")?.nonFiniteCount ?? 0 > 0)
    #expect(log.series("Grad")?.last?.progress == .epoch(3, batch: 5))
    #expect(try log.values("Val") == kept("tqdm", "Val").compactMap { $0 })
    #expect(try log.values("LR") == kept("tqdm", "LR").compactMap { $0 })
    #expect(log.progress("Val") == [.epoch(1), .epoch(2), .epoch(3)])
    #expect(log.incidents(.exception).map(\.text) == ["RuntimeError: stopped on purpose"])
    #expect(log.incidents(.warning).count == 1)
    // Three bars and three lines; the traceback and the warning yield nothing.
    #expect((log.source.understood, log.source.parts) == (6, 10))
  }

  @Test func transformersTrainer() throws {
    let log = try log("transformers")
    try #require(log.runs.count == 1)
    for name in ["loss", "grad_norm", "learning_rate", "eval_loss", "train_loss"] {
      expect(log.values(name), try kept("transformers", name), digits: 5e-4)
    }
    #expect(log.progress("loss") == [.epoch(0.5), .epoch(1), .epoch(1.5), .epoch(2)])
    #expect((log.series("eval_loss")?.role, log.series("eval_loss")?.split) == (.loss, .validation))
    #expect(log.incidents(.finished).count == 1)
    #expect(log.source.understood == log.source.parts)
  }

  @Test func kerasProgressBar() throws {
    let log = try log("keras")
    try #require(log.runs.count == 1)
    for name in ["accuracy", "loss"] {
      // The last figure of an epoch, when all of its four batches are seen.
      let ends = log.series(name)?.points?.filter { $0.progress.batch == 4 } ?? []
      expect(ends.map(\.value), try kept("keras", name), digits: 1e-4)
      #expect(ends.map(\.progress.epoch) == [1, 2, 3])
    }
    for name in ["val_accuracy", "val_loss", "learning_rate"] {
      expect(log.values(name), try kept("keras", name), digits: 1e-4)
    }
    #expect(log.incidents(.rateChanged).map { $0.figures.count } == [1, 1])
    #expect(abs((log.incidents(.rateChanged).first?.figures.first ?? 0) - 0.05) < 1e-6)
    #expect(log.incidents(.stoppedEarly).count == 1)
    #expect(log.setting("epochs") == .number(4))
    #expect(log.setting("batches") == .number(4))
  }

  @Test func lightningProgressBar() throws {
    let log = try log("lightning")
    try #require(log.runs.count == 1)
    let theirs = try kept("lightning", "train_loss")
    expect(distinct(log.values("train_loss")), theirs, digits: 5e-3)
    #expect(log.progress("train_loss").first == .epoch(0, batch: 1))
    #expect(log.series("train_loss")?.last?.progress == .epoch(1, batch: 6))
    #expect(log.series("val_loss")?.split == .validation)
    #expect(log.setting("Total params") == .number(5))
    #expect(log.incidents(.finished).count == 1)
    #expect(log.runs[0].series.map(\.key.name) == ["train_loss", "val_loss"])
  }

  @Test func lightGBM() throws {
    let log = try log("lightgbm")
    for name in ["valid_0's l2", "valid_0's mape"] {
      expect(log.values(name), try kept("lightgbm", name), digits: 1e-5)
      #expect(log.series(name)?.split == .validation)
    }
    #expect(log.progress("valid_0's l2") == (1...8).map { .step($0) })
    #expect((log.source.understood, log.source.parts) == (8, 8))
  }
}
