import ThalwegFormats
import ThalwegRCGNN
import ThalwegRecord
import ThalwegTensor
import ThalwegTraining

/// What a run found, for the end of the console and for `--json`.
struct RunSummary {
  private let experiment: RCGNNExperiment
  private let evaluation: EvaluationRecord
  /// nil: the oracle's threshold was asked for, and none finds a true edge.
  private let found: [Bool]?
  private let end: RunEnd
  private let outcomes: [Int]

  /// - Parameter outcomes: steps by what became of them, in the order of `StepOutcome.allCases`.
  init(_ experiment: RCGNNExperiment, _ machine: Machine, _ end: RunEnd, outcomes: [Int]) {
    self.outcomes = outcomes
    self.experiment = experiment
    self.end = end
    evaluation = experiment.evaluate(on: machine, epoch: 0)
    let threshold =
      experiment.configuration.usesOracle
      ? evaluation["best_threshold"] : RCGNNExperiment.threshold
    let weights = experiment.adjacency(on: machine)
    found = threshold.map { threshold in weights.map { $0 > threshold } }
  }

  func lines() -> [String] {
    let names = experiment.data.series.names
    let truth = experiment.data.truth?.graph
    let counts = zip(StepOutcome.allCases, outcomes).map { "\($1) \($0.rawValue)" }
    var lines = ["", "Steps: " + counts.joined(separator: ", ")]
    lines += ["", "Graph (\(experiment.data.truthText)):"]
    if let found {
      lines += GraphPicture.lines(found: found, truth: truth, names: names)
    } else {
      lines.append("none: the oracle's sweep has no true graph, or no threshold finds a true edge")
    }
    lines.append(
      evaluation.metrics.map {
        "\($0.name)\($0.isOracle ? " (oracle)" : "") \(Text.short($0.value, 4))"
      }.joined(separator: ", "))
    return lines
  }

  func json(_ folder: RunFolder, _ summary: JSON) -> JSON {
    let names = experiment.data.series.names
    let edges = found.map { found in
      Graph(names: names, adjacency: found).edges.map {
        JSON.array([.string(names[$0.cause]), .string(names[$0.effect])])
      }
    }
    return .object([
      .init("format", .integer(1)),
      .init("run", .string(folder.path)),
      .init("end", .string(end.rawValue)),
      .init("true_graph", .string(experiment.data.truthText)),
      .init("edges", edges.map(JSON.array) ?? .null),
      .init(
        "metrics",
        .object(
          evaluation.metrics.map {
            .init($0.isOracle ? $0.name + "_oracle" : $0.name, .optional($0.value))
          })),
      .init("summary", summary),
    ])
  }
}
