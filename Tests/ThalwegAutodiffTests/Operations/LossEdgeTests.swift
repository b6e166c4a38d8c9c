import Testing
import ThalwegAutodiff
import ThalwegTensor

/// Losses under masks, over nothing, and at the edges of their numbers.
@Suite struct LossEdgeTests {
  private static let (rows, columns) = (7, 5)
  private static let count = rows * columns

  /// What a loss is made of; some of it stands under the mask.
  struct Data {
    var x: [Double]
    var target: [Double]
    var variance: [Double]
    var classes: [Int32]
    var mask: [Double]
    var rowMask: [Double]
  }

  private static func drawn(_ path: String, _ count: Int, _ low: Double, _ high: Double) -> [Double]
  {
    let stream = RandomStream(seed: 7, path: path)
    return (0..<count).map { low + (high - low) * stream.uniform($0) }
  }

  private static let clean = Data(
    x: drawn("x", count, -3, 3), target: drawn("target", count, 0, 1),
    variance: drawn("variance", count, 0.2, 3),
    classes: drawn("classes", rows, 0, 5).map { Int32($0) },
    mask: drawn("mask", count, 0, 1).map { $0 < 0.4 ? 0 : 1 },
    rowMask: drawn("rowMask", rows, 0, 1).map { $0 < 0.5 ? 0 : 1 })

  /// A loss that has a mask, of predictions, pass and data.
  struct Loss: Sendable, CustomTestStringConvertible {
    let name: String
    var isByRow = false
    let body: @Sendable (Value, Pass, Data, MaskedDivisor) -> Value?

    var testDescription: String { name }
  }

  private static func by(
    _ name: String, _ body: @escaping @Sendable (Value, Value, Value, MaskedDivisor) -> Value?
  ) -> Loss {
    Loss(name: name) { x, pass, data, divisor in
      body(x, pass.constant(data.target, x.shape), pass.constant(data.mask, x.shape), divisor)
    }
  }

  static var losses: [Loss] {
    [
      by("meanSquaredError") { $0.meanSquaredError(to: $1, mask: $2, dividingBy: $3) },
      by("meanAbsoluteError") { $0.meanAbsoluteError(to: $1, mask: $2, dividingBy: $3) },
      by("huberLoss") { $0.huberLoss(to: $1, mask: $2, dividingBy: $3) },
      by("binaryCrossEntropy") { $0.binaryCrossEntropy(to: $1, mask: $2, dividingBy: $3) },
      Loss(name: "gaussianNegativeLogLikelihood") { x, pass, data, divisor in
        x.gaussianNegativeLogLikelihood(
          to: pass.constant(data.target, x.shape),
          variance: pass.constant(data.variance, x.shape),
          mask: pass.constant(data.mask, x.shape), dividingBy: divisor)
      },
      Loss(name: "classCrossEntropy", isByRow: true) { x, pass, data, divisor in
        x.crossEntropy(
          to: pass.indices(data.classes, [data.classes.count]), labelSmoothing: 0.1,
          mask: pass.constant(data.rowMask, [data.rowMask.count]), dividingBy: divisor)
      },
      Loss(name: "crossEntropy", isByRow: true) { x, pass, data, divisor in
        x.crossEntropy(
          to: pass.constant(data.target, x.shape),
          mask: pass.constant(data.rowMask, [data.rowMask.count]), dividingBy: divisor)
      },
    ]
  }

  /// The bytes of the loss and of the gradient by the predictions.
  private func bytes(
    _ loss: Loss, _ data: Data, _ type: ScalarType, _ divisor: MaskedDivisor
  ) throws -> (loss: UInt64, gradient: [UInt8], numbers: [Double]) {
    let model = try Model([("x", [Self.rows, Self.columns], data.x)], in: type)
    let pass = model.pass()
    let value = try #require(loss.body(pass[model.handle(0)], pass, data, divisor))
    pass.minimize("loss", value)
    model.tape.backward()
    return (
      value.item.bitPattern, Array(model.parameters.gradients.bytes), model.gradient(0)
    )
  }

  @Test(arguments: losses, ScalarType.allCases)
  func `what stands under the mask changes no byte`(_ loss: Loss, _ type: ScalarType) throws {
    for divisor in MaskedDivisor.allCases {
      let clean = try bytes(loss, Self.clean, type, divisor)
      #expect(clean.gradient.contains { $0 != 0 })
      for anything in [0, 1e6, -.infinity, .nan] {
        var data = Self.clean
        for index in 0..<Self.count {
          let isSeen = loss.isByRow ? data.rowMask[index / Self.columns] : data.mask[index]
          if isSeen != 0 { continue }
          (data.x[index], data.target[index], data.variance[index]) = (anything, anything, anything)
          data.classes[index / Self.columns] = loss.isByRow ? 1_000_000 : 0
          #expect(clean.numbers[index] == 0)
        }
        let dirty = try bytes(loss, data, type, divisor)
        #expect(dirty.loss == clean.loss, "\(anything)")
        #expect(dirty.gradient == clean.gradient, "\(anything)")
      }
    }
  }

  @Test(arguments: losses)
  func `the observed are counted, not all`(_ loss: Loss) throws {
    let observed = Double(bitPattern: try bytes(loss, Self.clean, .float64, .observed).loss)
    let all = Double(bitPattern: try bytes(loss, Self.clean, .float64, .all).loss)
    let mask = loss.isByRow ? Self.clean.rowMask : Self.clean.mask
    let share = mask.reduce(0, +) / Double(mask.count)
    #expect(share > 0 && share < 1)
    #expect(abs(all - observed * share) <= 1e-14 * abs(all))
  }

  @Test(arguments: losses)
  func `a loss over nothing observed is nil`(_ loss: Loss) throws {
    let model = try Model([
      ("x", [Self.rows, Self.columns], Self.clean.x), ("e", [0, Self.columns], []),
    ])
    var data = Self.clean
    data.mask = data.mask.map { _ in 0 }
    data.rowMask = data.rowMask.map { _ in 0 }
    let pass = model.pass()
    let x = pass[model.handle(0)]
    #expect(loss.body(x, pass, data, .observed) == nil)
    #expect(loss.body(x, pass, data, .all)?.item == 0)
    let none = Data(x: [], target: [], variance: [], classes: [], mask: [], rowMask: [])
    for divisor in MaskedDivisor.allCases {
      #expect(loss.body(pass[model.handle(1)], pass, none, divisor) == nil)
    }
  }

  @Test(arguments: losses)
  func `a mask of ones is no mask`(_ loss: Loss) throws {
    var data = Self.clean
    data.mask = data.mask.map { _ in 1 }
    data.rowMask = data.rowMask.map { _ in 1 }
    let masked = Double(bitPattern: try bytes(loss, data, .float64, .observed).loss)
    let model = try Model([("x", [Self.rows, Self.columns], data.x)])
    let pass = model.pass()
    let x = pass[model.handle(0)]
    let target = pass.constant(data.target, x.shape)
    let plain =
      switch loss.name {
      case "meanSquaredError": x.meanSquaredError(to: target)
      case "meanAbsoluteError": x.meanAbsoluteError(to: target)
      case "huberLoss": x.huberLoss(to: target)
      case "binaryCrossEntropy": x.binaryCrossEntropy(to: target)
      case "gaussianNegativeLogLikelihood":
        x.gaussianNegativeLogLikelihood(
          to: target, variance: pass.constant(data.variance, x.shape))
      case "classCrossEntropy":
        x.crossEntropy(to: pass.indices(data.classes, [Self.rows]), labelSmoothing: 0.1)
      default: x.crossEntropy(to: target)
      }
    #expect(abs(plain.item - masked) <= 1e-14 * abs(masked))
  }

  @Test(arguments: ScalarType.allCases)
  func `cross entropy takes logits beyond what exp holds`(_ type: ScalarType) throws {
    let model = try Model([("x", [2, 3], [5000, 0, -5000, -5000, -5000, 0])], in: type)
    let pass = model.pass()
    let x = pass[model.handle(0)]
    pass.minimize("loss", x.crossEntropy(to: pass.indices([1, 2], [2])))
    #expect(model.tape.loss == 2500)
    model.tape.backward()
    #expect(model.gradient(0) == [0.5, -0.5, 0, 0, 0, 0])
  }

  @Test func `a negative variance stops the step`() throws {
    let model = try Model([("x", [2], [1, 2]), ("v", [2], [1, -0.5])])
    let pass = model.pass()
    let x = pass[model.handle(0)]
    let loss = x.gaussianNegativeLogLikelihood(to: x, variance: pass[model.handle(1)])
    #expect(loss.item.isNaN)
  }

  /// Below the floor the derivative is not that of the value, which does not change there.
  @Test func `a variance below the floor has the floor's derivative`() throws {
    let model = try Model([("x", [2], [0.1, 0.3]), ("v", [2], [0.05, 0.4])])
    let pass = model.pass()
    let target = pass.constant([0.5, 0.2], [2])
    let loss = pass[model.handle(0)].gaussianNegativeLogLikelihood(
      to: target, variance: pass[model.handle(1)], epsilon: 0.25)
    pass.minimize("loss", loss)
    model.tape.backward()
    // torch 2.13: gaussian_nll_loss of these numbers with eps = 0.25.
    #expect(distance(model.gradient(1), [0.3599999999999999, 0.609375]) <= 1e-14)
  }

  @Test func `the slope of the Huber loss is steady at its joints`() throws {
    let (inner, outer) = (1.0.nextDown, 1.0.nextUp)
    let model = try Model([("x", [8], [inner, 1, outer, -inner, -1, -outer, 0, 3])])
    let pass = model.pass()
    let x = pass[model.handle(0)]
    let loss = x.huberLoss(to: pass.constant([Double](repeating: 0, count: 8), [8]))
    pass.minimize("loss", loss, weight: 8)
    // Six entries at 1/2, and 3 - 1/2.
    #expect(abs(loss.item - 5.5 / 8) <= 1e-15)
    model.tape.backward()
    #expect(model.gradient(0) == [inner, 1, 1, -inner, -1, -1, 0, 1])
  }
}
