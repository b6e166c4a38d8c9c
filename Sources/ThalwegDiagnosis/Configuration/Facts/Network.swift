import ThalwegRecord

/// The layers of a network, as far as normalization needs them, and when it is the one in use.
struct Network: Sendable {
  enum Layer: Sendable {
    /// Each takes the length of what it gets to that of what it gives.
    case convolution(kernel: Int, stride: Int, padding: Int)
    /// Over examples and places of a channel.
    case batchNormalization(name: String)
    /// Over the features of one example: `layer_normalization`, `group_normalization`,
    /// `instance_normalization`.
    case ownNormalization(String)
  }

  /// A batch normalization, with the places of one example that it averages over.
  struct Normalized: Sendable, Equatable {
    var name: String
    var places: Int
  }

  var name: String
  /// The keys that select it, with their values; without any it is always in use.
  var conditions: [(key: String, value: Setting.Value, place: Place)]
  var inputLength: Int
  /// What the examples of one forward call are: `signals of one scenario`, or `batch`.
  var rows: String
  var parameters: Double?
  var layers: [Layer] = []
  var places: [Place]

  init(_ branch: SettingBranch, _ problems: inout [CodeFacts.Problem]) {
    name = branch.text("name") ?? "a network"
    let length = branch["input_length"]?.number.map { Int(clamping: $0) } ?? 1
    inputLength = min(1 << 40, max(0, length))
    rows = branch.text("rows") ?? "batch"
    parameters = branch["parameters"]?.number
    places = branch.place.map { [$0] } ?? []
    let when = branch.branch("when")
    conditions = when.settings.map {
      (key: $0.path.dropFirst(when.path.count).joined(separator: "."), value: $0.value, $0.place)
    }
    for layer in branch.branch("layers").elements {
      switch Network.layer(layer) {
      case .success(let layer): layers.append(layer)
      case .failure(let problem): problems.append(problem.problem)
      }
    }
  }

  /// Every batch normalization that the network holds.
  var batchNormalizations: [Normalized] {
    var length = inputLength
    var found: [Normalized] = []
    for layer in layers {
      switch layer {
      case .convolution(let kernel, let stride, let padding):
        // torch.nn.Conv1d: floor((length + 2 padding - kernel) / stride) + 1.
        length = max(0, (length + 2 * padding - kernel) / stride + 1)
      case .batchNormalization(let name): found.append(Normalized(name: name, places: length))
      case .ownNormalization: break
      }
    }
    return found
  }

  /// Whether the settings select it; nil where a key is not set. With the lines that say so.
  func isActive(_ training: TrainingSettings) -> (isActive: Bool?, evidence: [Place]) {
    var evidence: [Place] = []
    for condition in conditions {
      guard let setting = training.setting(condition.key) else { return (nil, evidence) }
      evidence.append(setting.place)
      if setting.value != condition.value { return (false, [setting.place]) }
    }
    return (true, evidence)
  }

  private struct Refusal: Error {
    var problem: CodeFacts.Problem
  }

  private static func layer(_ branch: SettingBranch) -> Result<Layer, Refusal> {
    let place = branch.place ?? Place(source: 0, position: nil)
    func refuse(_ text: String) -> Result<Layer, Refusal> {
      .failure(Refusal(problem: .init(text: text, place: place)))
    }
    func whole(_ key: String, least: Int) -> Int? {
      guard let number = branch[key]?.number, let value = Int(exactly: number) else { return nil }
      return value >= least && value < 1 << 30 ? value : nil
    }
    switch branch.text("kind") {
    case "convolution":
      guard let kernel = whole("kernel", least: 1), let stride = whole("stride", least: 1),
        let padding = whole("padding", least: 0)
      else { return refuse("a convolution has whole numbers: kernel, stride, padding") }
      return .success(.convolution(kernel: kernel, stride: stride, padding: padding))
    case "batch_normalization":
      return .success(.batchNormalization(name: branch.text("name") ?? "batch_normalization"))
    case "layer_normalization", "group_normalization", "instance_normalization":
      return .success(.ownNormalization(branch.text("kind") ?? ""))
    default:
      return refuse(
        "a layer's kind is convolution, batch_normalization, layer_normalization, "
          + "group_normalization or instance_normalization")
    }
  }
}
