import Testing
import ThalwegAutodiff
import ThalwegRCGNN
import ThalwegRecord
import ThalwegTensor
import ThalwegTraining

/// Whole trainings on made data.
@Suite struct LearningTests {
  /// Asks, while the run goes on, what the reconstruction brings to the structure.
  private final class StructureWatch: RunObserver {
    weak var loop: TrainingLoop?
    private(set) var noPath = 0
    private(set) var others: [Reach] = []
    private(set) var failures = 0
    private(set) var lastEpoch: EpochRecord?

    func observe(_ event: RunEvent) {
      switch event {
      case .step(let record):
        if record.outcome != .taken { failures += 1 }
        guard record.step % 25 == 0, let tape = loop?.trainer.tape,
          let logits = tape.parameters["structure.logits"]
        else { return }
        tape.backward(only: "reconstruction")
        switch tape.reach(logits, from: "reconstruction") {
        case .noPath: noPath += 1
        case let other: others.append(other)
        }
      case .epoch(let record): lastEpoch = record
      default: break
      }
    }
  }

  private func train(
    _ preset: String, _ assignments: [String]
  ) throws -> (MadeModel, StructureWatch, TrainingLoop) {
    let model = try MadeModel(preset, assignments)
    let watch = StructureWatch()
    let loop = try TrainingLoop(
      model.experiment, model.experiment.effectiveTraining, on: try Machine(threads: 1),
      observers: [watch])
    watch.loop = loop
    _ = try loop.run()
    return (model, watch, loop)
  }

  /// Seed 90210 was drawn for this test and never used in a choice; measured: AUROC 0.996 off the
  /// diagonal at 30 % missing.
  @Test func defaultPresetFindsTheGraphOfAFreshSeed() throws {
    let (model, watch, _) = try train("default", ["seed=90210"])
    let truth = try #require(model.experiment.data.truth).graph
    let scores = model.experiment.adjacency(on: try Machine(threads: 1))
    let ranking = EdgeRanking(scores: scores, truth: truth, entries: .offDiagonal)
    let auroc = try #require(ranking.auroc)
    #expect(auroc > 0.95, "\(auroc)")
    let evaluation = try #require(watch.lastEpoch?.evaluation)
    #expect(evaluation["auroc_off_diagonal"] == auroc)
    #expect(watch.failures == 0)
    #expect(watch.noPath == 0)
    #expect(watch.others.count > 100)
    let isLive = watch.others.allSatisfy { if case .live = $0 { true } else { false } }
    #expect(isLive)
  }

  /// The published decoder does not look at the graph, on the same data.
  @Test func publishedStructureNeverHearsOfTheReconstruction() throws {
    let (model, watch, loop) = try train(
      "published-stable", ["seed=90210", "data.made.variables=10", "epochs=20"])
    #expect(watch.others.isEmpty)
    #expect(watch.noPath == loop.trainer.stepCount / 25)
    #expect(watch.noPath > 20)
    #expect(watch.failures == 0)
    let truth = try #require(model.experiment.data.truth).graph
    let scores = model.experiment.adjacency(on: try Machine(threads: 1))
    let auroc = try #require(
      EdgeRanking(scores: scores, truth: truth, entries: .offDiagonal).auroc)
    #expect(abs(auroc - 0.5) < 0.2, "\(auroc)")
  }

  /// The gradients of the real loop on the real experiment: every step taken, every gradient a
  /// number, more than half of the tensors with one that is not 0.
  @Test(arguments: ["default", "published-stable", "published-exploding"])
  func gradientsFlowInTheRealLoop(_ preset: String) throws {
    let (model, watch, loop) = try train(preset, ["epochs=1", "seed=7"])
    let steps = loop.trainer.stepCount
    let items = model.experiment.trainingItemCount
    #expect(steps == (items + 7) / 8)
    #expect(loop.trainer.count(.taken) == steps)
    let epoch = try #require(watch.lastEpoch)
    #expect(epoch.loss?.isFinite == true)
    let gradient = try #require(epoch.gradient)
    let tensors = model.parameters.tensorCount
    #expect(gradient.nonFinite == 0)
    #expect(gradient.noPath == 0)
    #expect(2 * (tensors - gradient.zero) > tensors)
    #expect((try #require(gradient.mean)) > 0)
    #expect(gradient.top.count == 3)
    #expect(gradient.top[0].norm == gradient.largest)
    #expect(gradient.top[0].norm >= gradient.top[1].norm)
  }
}
