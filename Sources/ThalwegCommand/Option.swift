/// A word that changes how a verb works.
enum Option: String, CaseIterable {
  case preset, config, set, data, epochs, seed, out, resume, json, kernels, threads, sizes, batch
  case steps, machine, export, map, follow, terms
  case trueGraph = "true-graph"
  case failOn = "fail-on"
  case printConfig = "print-config"
  case checkGradients = "check-gradients"
  case skipUnknown = "skip-unknown"
  case stats

  static let configuration: [Option] = [
    .preset, .config, .set, .data, .trueGraph, .epochs, .seed, .printConfig,
  ]
  static let execution: [Option] = [.kernels, .threads]

  var word: String { "--" + rawValue }

  /// The name of the value that follows; nil for a switch.
  var value: String? {
    switch self {
    case .json, .machine, .printConfig, .checkGradients, .skipUnknown, .follow, .stats: nil
    case .preset: "NAME"
    case .config, .trueGraph, .terms: "FILE"
    case .set: "KEY=VALUE"
    case .map: "NAME=NAME"
    case .data: "PATH"
    case .out, .export: "DIR"
    case .resume: "RUN"
    case .kernels: "LEVEL"
    case .failOn: "SEVERITY"
    case .sizes: "N,N,..."
    case .epochs, .seed, .threads, .batch, .steps: "N"
    }
  }

  var summary: String {
    switch self {
    case .preset: "a configuration that ships with the command: default, published-stable, ..."
    case .config: "a configuration file; of train and audit, laid over the preset"
    case .set: "overrides one key, as optimizer.learning_rate=0.01; may be given again"
    case .data: "a CSV file; without it data are made. For replay a folder with edited copies"
    case .trueGraph: "a 0/1 matrix or an edge list to score against; never trained on"
    case .epochs: "the same as --set epochs=N"
    case .seed: "the same as --set seed=N"
    case .printConfig: "prints the resolved configuration and ends"
    case .out: "the run folder itself, absent or empty; without it runs/<name>-<n>"
    case .resume: "goes on in a run folder where its last whole checkpoint stands"
    case .json: "one JSON document on standard output, nothing else there"
    case .kernels: "forces a kernel level: baseline, x86-64-v3 or x86-64-v4"
    case .threads: "the number of threads, which never changes a result"
    case .failOn: "exit 4 on a finding of that severity or worse: info, warning, error, critical"
    case .checkGradients:
      "checks every tensor, term and operation of the first batch by differences, in Double"
    case .skipUnknown: "leaves what unknown classes would make unopened, where they are refused"
    case .stats: "reads all numbers: statistics, non-finite entries, moments that are 0"
    case .sizes: "the sizes of the workload; a wrong list says which belong there"
    case .batch: "rows of a batch; 32 for mlp, 8 for rc-gnn without it"
    case .steps: "steps of each round that is timed"
    case .machine: "says what computations run on, and what the machine gives at best"
    case .map: "takes a figure of the files as another, as loss=train_loss; may be given again"
    case .terms: "the forms of the loss's terms, to bound them by; may be given again"
    case .follow: "goes on reading while the files grow; ends when interrupted"
    case .export: "writes weights, data and losses for a twin in another framework; times nothing"
    }
  }
}
