import CKernels
import Testing
import ThalwegTensor

/// Checks functions of one kernel table against plain Swift in Double.
struct KernelCheck<Number: KernelNumber> {
  static var sizes: [Int] { [0, 1, 7, 64, 1000] }

  let table: tw_kernels
  let level: KernelLevel
  let keeper = MemoryKeeper<Number>()

  init(_ level: KernelLevel) throws {
    self.level = level
    table = try Machine(level: level, threads: 1).kernels(Number.scalarType).pointee
  }

  /// Numbers of both signs with magnitudes from 2^-8 to 2^8.
  func drawn(_ count: Int, _ path: String) -> [Number] {
    let stream = RandomStream(seed: 17, path: path)
    return (0..<count).map { index in
      let draw = stream.uniform(2 * index)
      let exponent = stream.integer(2 * index + 1, below: 16) - 8
      return Number(
        sign: draw < 0.5 ? .minus : .plus, exponent: Number.Exponent(exponent),
        significand: 1 + Number(draw))
    }
  }

  /// Numbers in [low, high).
  func drawn(_ count: Int, _ path: String, _ low: Double, _ high: Double) -> [Number] {
    let stream = RandomStream(seed: 18, path: path)
    return (0..<count).map { Number(low + (high - low) * stream.uniform($0)) }
  }

  /// The same bits, where any NaN is a NaN.
  func expectSame(
    _ got: [Number], _ expected: [Number], _ what: @autoclosure () -> String = "",
    at location: SourceLocation = #_sourceLocation
  ) {
    let wrong = got.indices.first {
      got[$0].pattern != expected[$0].pattern && !(got[$0].isNaN && expected[$0].isNaN)
    }
    #expect(got.count == expected.count, sourceLocation: location)
    if let wrong {
      Issue.record(
        "\(what()) entry \(wrong): \(got[wrong]), not \(expected[wrong])", sourceLocation: location)
    }
  }

  /// Within `units` units in the last place of `size`, which is the magnitude of what was added up.
  func expectNear(
    _ got: Double, _ expected: Double, size: Double, units: Double,
    _ what: @autoclosure () -> String = "", at location: SourceLocation = #_sourceLocation
  ) {
    if got.isNaN && expected.isNaN || got == expected { return }
    let step = max(
      2 * Number.scalarType.unitRoundoff * abs(size), Double(Number.leastNonzeroMagnitude))
    if !(abs(got - expected) <= units * step) {
      Issue.record("\(what()): \(got), not \(expected)", sourceLocation: location)
    }
  }

  func expectNear(
    _ got: [Number], _ expected: [(value: Double, size: Double)], units: Double,
    _ what: @autoclosure () -> String = "", at location: SourceLocation = #_sourceLocation
  ) {
    #expect(got.count == expected.count, sourceLocation: location)
    for index in got.indices {
      expectNear(
        Double(got[index]), Double(Number(expected[index].value)), size: expected[index].size,
        units: units, "\(what()) entry \(index)", at: location)
    }
  }

  func run(_ entry: KernelEntry) {
    defer { keeper.free() }
    switch entry {
    case .fill: fill()
    case .accumulate: accumulate()
    case .binary: binary()
    case .broadcast: broadcast()
    case .sumTo: sumTo()
    case .affine: affine()
    case .sum: sum()
    case .repeatRow: repeatRow()
    case .sumRows: sumRows()
    case .transpose: transpose()
    case .trace: trace()
    case .diagonal: diagonal()
    case .select: select()
    case .topKMask: topKMask()
    case .firstNonFinite: firstNonFinite()
    case .gradientStatistics: gradientStatistics()
    case .adam: adam()
    case .sgd: sgd()
    case .momentum: momentum()
    case .clipValues: clipValues()

    // Functions of one or two operands, entry by entry.
    case .unary: unary()
    case .unaryBackward: unaryBackward()
    case .choose: choose()

    // Reductions, softmax, losses.
    case .reduceAxis: reduceAxis()
    case .reduceAxisBackward: reduceAxisBackward()
    case .softmax: softmax()
    case .softmaxBackward: softmaxBackward()
    case .logSoftmax: logSoftmax()
    case .logSoftmaxBackward: logSoftmaxBackward()
    case .loss: loss()
    case .lossBackward: lossBackward()
    case .classCrossEntropy: classCrossEntropy()
    case .classCrossEntropyBackward: classCrossEntropyBackward()
    case .crossEntropy: crossEntropy()
    case .crossEntropyBackward: crossEntropyBackward()

    // Layout and indices.
    case .move: move(adding: false)
    case .moveAdding: move(adding: true)
    case .firstOutside: firstOutside()
    case .take: take(adding: false)
    case .takeAdding: take(adding: true)
    case .gather: gather(adding: false)
    case .gatherAdding: gather(adding: true)
    case .oneHot: oneHot()
    case .extreme: extreme()
    case .sort: sort()
    case .cumulativeSum: cumulativeSum()
    case .round: round()
    case .step: step()

    // Products and windows.
    case .product: product()
    case .unfold: unfold()
    case .fold: fold()
    case .averagePool: averagePool()
    case .averagePoolBackward: averagePoolBackward()
    case .maximumPool: maximumPool()
    case .maximumPoolBackward: maximumPoolBackward()

    // Normalization.
    case .groupNormalize: groupNormalize()
    case .groupNormalizeBackward: groupNormalizeBackward()
    case .groupNormalizeParameters: groupNormalizeParameters()
    case .channelMoments: channelMoments()
    case .channelScale: channelScale()
    case .channelProducts: channelProducts()
    case .channelCombine: channelCombine()
    case .keepMask: keepMask()

    // Attention and recurrence.
    case .attentionSoftmax: attentionSoftmax()
    case .attentionSoftmaxBackward: attentionSoftmaxBackward()
    case .keepRows: keepRows()
    case .lstmGates: lstmGates()
    case .lstmGatesBackward: lstmGatesBackward()
    case .gruGates: gruGates()
    case .gruGatesBackward: gruGatesBackward()
    }
  }
}
