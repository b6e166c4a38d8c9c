private import ThalwegBenchmarks

/// What the command can be asked to do.
enum Verb: String, CaseIterable {
  case train, audit, inspect, bench, help

  var summary: String {
    switch self {
    case .train: "train a system, with the health of its gradients on the screen"
    case .audit: "say for every parameter and loss term whether gradient reaches it"
    case .inspect:
      "say what lies in a checkpoint of PyTorch, safetensors, NumPy or ours, what was trained"
    case .bench: "measure microseconds and allocations of a training step"
    case .help: "explain a verb"
    }
  }

  /// The line that shows how to call it.
  var call: String {
    switch self {
    case .train: "thalweg train SYSTEM [options]"
    case .audit: "thalweg audit SYSTEM [options]"
    case .inspect: "thalweg inspect CHECKPOINT [EARLIER] [options]"
    case .bench: "thalweg bench WORKLOAD [options]"
    case .help: "thalweg help [VERB]"
    }
  }

  var arguments: [String] {
    switch self {
    case .train, .audit: ["rc-gnn"]
    case .inspect: []
    case .bench: Workload.Kind.allCases.map(\.rawValue)
    case .help: Verb.allCases.map(\.rawValue)
    }
  }

  /// How many things it can be about in one call.
  var mostSubjects: Int { self == .inspect ? 2 : 1 }

  var options: [Option] {
    switch self {
    case .train: Option.configuration + [.out, .resume, .json] + Option.execution
    case .audit: Option.configuration + [.checkGradients, .failOn, .json] + Option.execution
    case .inspect: [.stats, .skipUnknown, .json]
    case .bench: [.sizes, .batch, .steps, .preset, .machine, .export, .json] + Option.execution
    case .help: []
    }
  }
}
