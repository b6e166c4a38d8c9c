import ThalwegFormats
private import ThalwegPresets
import ThalwegRCGNN
import ThalwegTensor

/// The configuration of a call: preset, then --config, then single keys.
struct SystemSettings {
  let preset: String
  let settings: Settings
  let configuration: RCGNNConfiguration

  init(_ arguments: Arguments) throws {
    let preset = arguments.value(.preset) ?? Presets.rcgnn[0].name
    guard let bytes = Presets.rcgnn.first(where: { $0.name == preset })?.bytes else {
      throw UsageError.unknownArgument(
        preset, verb: "--preset", known: Presets.rcgnn.map(\.name))
    }
    var layers = [try SettingsLayer.yaml(bytes, name: preset + ".yaml")]
    if let path = arguments.value(.config) {
      layers.append(
        try SettingsLayer.yaml(try InputError.wrapping { try Files.read(path) }, name: path))
    }
    layers.append(try SettingsLayer.assignments(SystemSettings.assignments(arguments)))
    try self.init(layers, preset: preset)
  }

  /// The configuration that a run folder was made with.
  init(resuming folder: String, bytes: [UInt8], preset: String) throws {
    try self.init([try SettingsLayer.yaml(bytes, name: folder)], preset: preset)
  }

  private init(_ layers: [SettingsLayer], preset: String) throws {
    self.preset = preset
    settings = try Settings(layers: layers)
    configuration = try RCGNNConfiguration(settings)
    try settings.finish()
  }

  /// The options that stand for a key, then --set: what is said key by key counts most.
  private static func assignments(_ arguments: Arguments) -> [String] {
    var texts: [String] = []
    func add(_ option: Option, _ key: String, _ spell: (String) -> String) {
      if let value = arguments.value(option) { texts.append(key + "=" + spell(value)) }
    }
    // A path is kept whole, so that the run can be resumed from another folder.
    func path(_ text: String) -> String { quoted(Files.absolute(text)) }
    add(.data, "data.path", path)
    add(.trueGraph, "true_graph.path", path)
    add(.epochs, "epochs") { $0 }
    add(.seed, "seed") { $0 }
    return texts + arguments.all(.set)
  }

  private static func quoted(_ text: String) -> String {
    "'" + text.map { $0 == "'" ? "''" : String($0) }.joined() + "'"
  }

  static func machine(_ arguments: Arguments) throws -> Machine {
    var level: KernelLevel?
    if let name = arguments.value(.kernels) {
      level = KernelLevel(rawValue: name)
      if level == nil {
        throw UsageError.unknownArgument(
          name, verb: "--kernels", known: KernelLevel.available.map(\.rawValue))
      }
    }
    return try Machine(level: level, threads: try arguments.int(.threads, least: 1))
  }
}

extension SystemSettings {
  /// A preset with single keys laid over it.
  init(preset: String, assignments: [String]) throws {
    try self.init(
      try Arguments(
        .train, (["--preset", preset] + assignments.flatMap { ["--set", $0] })[...]))
  }
}
