public import ThalwegAutodiff
public import ThalwegTensor

/// Names and fills the parameters of a model while it is made; each child module has its own path.
public struct Builder {
  /// Where the parameters are registered.
  public let parameters: Parameters
  /// The dotted path of the module being made; empty for the root.
  public let path: String
  /// The root seed of all random draws.
  public let seed: UInt64

  /// The builder of a root module.
  public init(_ parameters: Parameters, seed: UInt64) {
    self.init(parameters, path: "", seed: seed)
  }

  private init(_ parameters: Parameters, path: String, seed: UInt64) {
    self.parameters = parameters
    self.path = path
    self.seed = seed
  }

  /// The builder of a child module.
  public static func / (parent: Builder, name: String) -> Builder {
    Builder(parent.parameters, path: parent.joined(name), seed: parent.seed)
  }

  /// The place of the module being made.
  public var place: Place { parameters.place(path) }

  /// Registers a parameter of the module being made.
  ///
  /// Its entries depend on the seed, its path and their index alone, never on the order in which
  /// modules are made.
  public func parameter(_ name: String, _ shape: Shape, _ initializer: Initializer) -> Parameter {
    let full = joined(name)
    let stream = RandomStream(seed: seed, path: full)
    return parameters.register(full, shape) { initializer.entry($0, stream) }
  }

  /// Registers numbers of the module being made that are not trained, such as running statistics.
  ///
  /// They start like a parameter of that name would, and belong to checkpoints and snapshots.
  public func state(_ name: String, _ shape: Shape, _ initializer: Initializer) -> StateTensor {
    let full = joined(name)
    let stream = RandomStream(seed: seed, path: full)
    return parameters.registerState(full, shape) { initializer.entry($0, stream) }
  }

  private func joined(_ name: String) -> String { path.isEmpty ? name : path + "." + name }
}
