private import ThalwegBenchmarks

/// What the command can be asked to do.
enum Verb: String, CaseIterable {
  case train, audit, inspect, recorder, bench, help

  var summary: String {
    switch self {
    case .train: "train a system, with the health of its gradients on the screen"
    case .audit: "say for every parameter and loss term whether gradient reaches it"
    case .inspect: "list what lies in a checkpoint of PyTorch or safetensors, and run nothing of it"
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
    case .inspect: "thalweg inspect CHECKPOINT [options]"
    case .recorder: "thalweg recorder FRAMEWORK > thalweg_recorder.py"
    case .bench: "thalweg bench WORKLOAD [options]"
    case .help: "thalweg help [VERB]"
    }
  }

  var arguments: [String] {
    switch self {
    case .train, .audit: ["rc-gnn"]
    case .inspect: []
    case .recorder: RecorderVerb.frameworks
    case .bench: Workload.Kind.allCases.map(\.rawValue)
    case .help: Verb.allCases.map(\.rawValue)
    }
  }

  var options: [Option] {
    switch self {
    case .train: Option.configuration + [.out, .resume, .json] + Option.execution
    case .audit: Option.configuration + [.checkGradients, .failOn, .json] + Option.execution
    case .inspect: [.skipUnknown, .json]
    case .bench: [.sizes, .batch, .steps, .preset, .machine, .export, .json] + Option.execution
    case .recorder, .help: []
    }
  }
}
