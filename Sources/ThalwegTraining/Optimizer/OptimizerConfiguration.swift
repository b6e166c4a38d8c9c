/// How parameters are updated.
public struct OptimizerConfiguration: Sendable, Equatable {
  /// The update rule.
  public enum Rule: String, Sendable, CaseIterable {
    /// p = p - rate (g + decay p), or with momentum (Sutskever, Martens, Dahl, Hinton 2013).
    case sgd
    /// Kingma, Ba 2015 (arXiv 1412.6980), with the decay added to the gradient.
    case adam
    /// Adam with the decay taken from the parameter (Loshchilov, Hutter 2019, arXiv 1711.05101).
    case adamW = "adamw"
  }

  /// The update rule.
  public var rule: Rule
  /// The step size; positive.
  public var learningRate: Double
  /// The factor of the decay; not negative.
  public var weightDecay: Double
  /// Adam's decay rate of the first moment, in [0, 1).
  public var beta1: Double
  /// Adam's decay rate of the second moment, in [0, 1).
  public var beta2: Double
  /// Adam's addend of the denominator.
  public var epsilon: Double
  /// The share of the last direction that SGD keeps: m = momentum m + g + decay p, and the step is
  /// rate m; in [0, 1), 0: no momentum. Torch's form with dampening 0.
  public var momentum = 0.0
  /// Whether the step is rate (g + decay p + momentum m), Nesterov's look ahead in torch's form.
  public var isNesterov = false
  /// The largest norm of all gradients together; nil: no clipping by norm. At most one of the three
  /// ways of clipping is chosen.
  public var clipNorm: Double?
  /// The largest magnitude of an entry of a gradient, larger ones are set to it; nil: no clipping by
  /// value. Gradients are left as clipped in `Parameters`.
  public var clipValue: Double?
  /// The largest ratio c of a gradient's norm to its parameter's, each tensor by itself: gradients
  /// are scaled to a norm of at most c max(||p||, 1e-3) (Brock, De, Smith, Simonyan 2021, arXiv
  /// 2102.06171, eq. 3, taken per tensor and not per unit); nil: no adaptive clipping.
  public var clipAdaptive: Double?
  /// Exceptions by path; the first that matches a parameter holds for it.
  public var groups: [ParameterGroup]

  /// Whether any way of clipping is chosen.
  public var clips: Bool { clipNorm != nil || clipValue != nil || clipAdaptive != nil }

  /// An update rule with the customary constants.
  public init(
    _ rule: Rule = .adam, learningRate: Double = 1e-3, weightDecay: Double = 0,
    clipNorm: Double? = nil, groups: [ParameterGroup] = []
  ) {
    self.rule = rule
    self.learningRate = learningRate
    self.weightDecay = weightDecay
    self.clipNorm = clipNorm
    self.groups = groups
    beta1 = 0.9
    beta2 = 0.999
    epsilon = 1e-8
  }
}

/// What is different for the parameters whose path matches a pattern.
public struct ParameterGroup: Sendable, Equatable {
  /// A path in which `*` stands for any run of characters, dots included.
  public var pattern: String
  /// The rate is multiplied with it.
  public var learningRateScale: Double
  /// Takes the place of the configuration's decay; nil: the same.
  public var weightDecay: Double?
  /// No gradient is computed and no update made.
  public var isFrozen: Bool

  /// A group of parameters.
  public init(
    _ pattern: String, learningRateScale: Double = 1, weightDecay: Double? = nil,
    isFrozen: Bool = false
  ) {
    self.pattern = pattern
    self.learningRateScale = learningRateScale
    self.weightDecay = weightDecay
    self.isFrozen = isFrozen
  }

  /// Whether the pattern matches the whole path.
  public func matches(_ path: String) -> Bool {
    ParameterGroup.matches(Array(pattern.utf8)[...], Array(path.utf8)[...])
  }

  private static func matches(_ pattern: ArraySlice<UInt8>, _ path: ArraySlice<UInt8>) -> Bool {
    guard let first = pattern.first else { return path.isEmpty }
    if first == UInt8(ascii: "*") {
      let rest = pattern.dropFirst()
      return (path.startIndex...path.endIndex).contains { matches(rest, path[$0...]) }
    }
    return path.first == first && matches(pattern.dropFirst(), path.dropFirst())
  }
}
