private import CKernels
internal import ThalwegTensor

extension Operation {
  static let layerNormalize = normalize("layerNormalize")
  static let groupNormalize = normalize("groupNormalize")

  /// Attributes: epsilon, the number of groups (0: each row of the innermost axis is one).
  private static func normalize(_ name: String) -> Operation {
    Operation(name) { step in
      let groups = Operation.groups(step.attributes, step.shape)
      let saved = step.saved(2 * Int(groups.batch * groups.groups))
      NormalizeLoop(
        step.tape, groups, x: step.input(0), saved: saved, gain: step.input(1),
        kind: .forward(offset: step.input(2), result: step.value)
      ).run(on: step.tape.machine)
    } backward: { step in
      let groups = Operation.groups(step.attributes, step.shape)
      step.deliver(to: 0) { place in
        NormalizeLoop(
          step.tape, groups, x: step.input(0), saved: step.saved, gain: step.input(1),
          kind: .backward(cotangent: step.cotangent, target: place)
        ).run(on: step.tape.machine)
      }
      let shape = step.operand(1).pointee.shape
      if !step.operand(1).pointee.needsGradient && !step.operand(2).pointee.needsGradient { return }
      let (gain, offset) = (step.scratch(shape), step.scratch(shape))
      NormalizeLoop(
        step.tape, groups, x: step.input(0), saved: step.saved, gain: step.input(1),
        kind: .parameters(cotangent: step.cotangent, gain: gain, offset: offset)
      ).run(on: step.tape.machine)
      let bytes = shape.count * step.tape.scalarType.width
      step.deliver(to: 1) { $0.copyMemory(from: gain, byteCount: bytes) }
      step.deliver(to: 2) { $0.copyMemory(from: offset, byteCount: bytes) }
    }
  }

  private static func groups(_ attributes: SIMD4<Double>, _ shape: Shape) -> tw_groups {
    let groups = Int(attributes[1])
    if groups == 0 {
      return tw_groups(
        batch: Int64(shape.rows), groups: 1, channels: Int64(shape.last), length: 1,
        epsilon: attributes[0])
    }
    var length = 1
    for axis in 2..<shape.rank { length *= shape[axis] }
    return tw_groups(
      batch: Int64(shape[0]), groups: Int64(groups), channels: Int64(shape[1] / groups),
      length: Int64(length), epsilon: attributes[0])
  }
}

extension Value {
  /// y = (x - m) / sqrt(v + epsilon) g + b over the innermost axis, m and v being the mean and the
  /// biased variance of each row (Ba, Kiros, Hinton 2016, arXiv 1607.06450, eq. 3 and 4).
  ///
  /// With h = (x - m) s, s = 1 / sqrt(v + epsilon) and d = g dy:
  /// dx = s (d - mean(d) - h mean(d h)); dg and db are the sums over the rows of dy h and of dy.
  /// - Parameters:
  ///   - gain: `[features]`; nil is 1.
  ///   - offset: `[features]`; nil is 0.
  /// - Precondition: `self` is `[..., features]`; epsilon is not negative.
  public func layerNormalized(
    gain: Value? = nil, offset: Value? = nil, epsilon: Double = 1e-5
  ) -> Value {
    let x = tape.node(self, "layerNormalize").pointee.shape
    if x.rank == 0 { mistake("layerNormalize: a scalar has no axis, \(tape.whereabouts)") }
    let (gain, offset) = tape.gains("layerNormalize", x, x.last, gain, offset, epsilon)
    return tape.apply(
      .layerNormalize, x, self, gain, offset, attributes: SIMD4(epsilon, 0, 0, 0))
  }

  /// Like `layerNormalized`, over the channels of a group and all axes behind them; gain and offset
  /// belong to channels (Wu, He 2018, arXiv 1803.08494, eq. 1 to 7).
  /// - Parameters:
  ///   - groups: of adjacent channels, all of one size.
  ///   - gain: `[channels]`; nil is 1.
  ///   - offset: `[channels]`; nil is 0.
  /// - Precondition: `self` is `[batch, channels, ...]`, and `groups` divides the channels; epsilon
  ///   is not negative.
  public func groupNormalized(
    _ groups: Int, gain: Value? = nil, offset: Value? = nil, epsilon: Double = 1e-5
  ) -> Value {
    let x = tape.node(self, "groupNormalize").pointee.shape
    if x.rank < 2 || groups < 1 || x[1] % groups != 0 {
      mistake("groupNormalize: \(groups) groups of shape \(x), \(tape.whereabouts)")
    }
    let (gain, offset) = tape.gains("groupNormalize", x, x[1], gain, offset, epsilon)
    return tape.apply(
      .groupNormalize, x, self, gain, offset,
      attributes: SIMD4(epsilon, Double(groups), 0, 0))
  }
}

extension Tape {
  /// Gain and offset of `count` entries, or ones and zeros in their place.
  func gains(
    _ name: StaticString, _ x: Shape, _ count: Int, _ gain: Value?, _ offset: Value?,
    _ epsilon: Double
  ) -> (gain: Value, offset: Value) {
    if !(epsilon >= 0) { mistake("\(name): epsilon \(epsilon), \(whereabouts)") }
    let row = Shape(count)
    if let gain, node(gain, name).pointee.shape != row {
      mistake("\(name): shapes \(x) and gain \(gain.shape) do not fit, \(whereabouts)")
    }
    if let offset, node(offset, name).pointee.shape != row {
      mistake("\(name): shapes \(x) and offset \(offset.shape) do not fit, \(whereabouts)")
    }
    return (gain ?? filled(1, row), offset ?? filled(0, row))
  }

  /// The same number everywhere, as data.
  private func filled(_ number: Double, _ shape: Shape) -> Value {
    let value = append(.constant, shape)
    kernels.pointee.fill(nodes[Int(value.id)].value, number, Int64(shape.count))
    return value
  }
}
