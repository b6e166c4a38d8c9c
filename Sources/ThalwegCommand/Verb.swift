private import ThalwegBenchmarks

/// What the command can be asked to do.
enum Verb: String, CaseIterable {
  case train, audit, diagnose, inspect, replay, recorder, bench, help

  var summary: String {
    switch self {
    case .train: "train a system, with the health of its gradients on the screen"
    case .audit: "say for every parameter and loss term whether gradient reaches it"
    case .diagnose:
      "read the logs, metrics and configuration of a run, whoever trained it, and judge it"
    case .inspect:
      "say what lies in a checkpoint of PyTorch, safetensors, NumPy or ours, what was trained"
    case .replay: "replay a case report, and judge each of its claims by figures of this call"
    case .recorder: "print the file that records a training in another framework"
    case .bench: "measure microseconds and allocations of a training step"
    case .help: "explain a verb"
    }
  }

  /// The line that shows how to call it.
  var call: String {
    switch self {
    case .train: "thalweg train SYSTEM [options]"
    case .audit: "thalweg audit SYSTEM [options]"
    case .diagnose: "thalweg diagnose PATH... [options]"
    case .inspect: "thalweg inspect CHECKPOINT [EARLIER] [options]"
    case .replay: "thalweg replay CASE [options]"
    case .recorder: "thalweg recorder FRAMEWORK > thalweg_recorder.py"
    case .bench: "thalweg bench WORKLOAD [options]"
    case .help: "thalweg help [VERB]"
    }
  }

  var arguments: [String] {
    switch self {
    case .train, .audit: ["rc-gnn"]
    case .diagnose, .inspect: []
    case .replay: ["high-gradient"]
    case .recorder: RecorderVerb.frameworks
    case .bench: Workload.Kind.allCases.map(\.rawValue)
    case .help: Verb.allCases.map(\.rawValue)
    }
  }

  /// How many things it can be about in one call.
  var mostSubjects: Int {
    switch self {
    case .diagnose: .max
    case .inspect: 2
    case .train, .audit, .replay, .recorder, .bench, .help: 1
    }
  }

  var options: [Option] {
    switch self {
    case .train: Option.configuration + [.out, .resume, .json] + Option.execution
    case .audit: Option.configuration + [.checkGradients, .failOn, .json] + Option.execution
    case .diagnose: [.config, .terms, .map, .follow, .failOn, .json]
    case .inspect: [.stats, .skipUnknown, .json]
    case .replay: [.set, .data, .out, .json]
    case .bench: [.sizes, .batch, .steps, .preset, .machine, .export, .json] + Option.execution
    case .recorder, .help: []
    }
  }
}
