import Testing
import ThalwegAutodiff
import ThalwegTensor

/// The error of reductions and losses in Float does not grow with their length.
@Suite struct LongReductionTests {
  private static let rows = 400_000

  private func tape(_ level: KernelLevel) throws -> Tape {
    Tape(try Machine(level: level, threads: 1), Parameters())
  }

  private func expectClose(
    _ got: Double, _ exact: Double, at location: SourceLocation = #_sourceLocation
  ) {
    #expect(abs(got / exact - 1) < 2e-6, sourceLocation: location)
  }

  @Test(arguments: KernelLevel.available)
  func reductions(_ level: KernelLevel) throws {
    let pass = Pass(try tape(level), .evaluate)
    let x = pass.constant([Float](repeating: 0.1, count: 3 * Self.rows), Shape(Self.rows, 3))
    let exact = Double(Float(0.1))
    expectClose(x.norm(.l1).item, exact * 3 * Double(Self.rows))
    expectClose(x.norm().item, exact * (3 * Double(Self.rows)).squareRoot())
    // log(400,000).
    let logRows = 12.899219826090119
    for sum in x.logSumExp(axis: 0).tensor.doubles { expectClose(sum, exact + logRows) }
    for norm in x.norm(.l1, axis: 0).tensor.doubles {
      expectClose(norm, exact * Double(Self.rows))
    }
    let alternating = (0..<3 * Self.rows).map { $0 / 3 % 2 == 0 ? Float(1000.25) : 1000.75 }
    let y = pass.constant(alternating, Shape(Self.rows, 3))
    expectClose(y.variance(correction: 0).item, 0.0625)
    for deviation in y.standardDeviation(axis: 0, correction: 0).tensor.doubles {
      expectClose(deviation, 0.25)
    }
  }

  @Test(arguments: KernelLevel.available)
  func softmax(_ level: KernelLevel) throws {
    let pass = Pass(try tape(level), .evaluate)
    let x = pass.constant([Float](repeating: 0.1, count: Self.rows), Shape(Self.rows))
    expectClose(x.softmax().tensor.doubles[7], 1 / Double(Self.rows))
    expectClose(x.logSoftmax().tensor.doubles[7], -12.899219826090119)
  }

  @Test(arguments: KernelLevel.available)
  func losses(_ level: KernelLevel) throws {
    let pass = Pass(try tape(level), .evaluate)
    let shape = Shape(Self.rows, 3)
    func all(_ number: Float) -> Value {
      pass.constant([Float](repeating: number, count: shape.count), shape)
    }
    let (x, zero) = (all(0.1), all(0))
    let exact = Double(Float(0.1))
    expectClose(x.meanAbsoluteError(to: zero).item, exact)
    expectClose(x.huberLoss(to: zero).item, exact * exact / 2)
    expectClose(zero.binaryCrossEntropy(to: x).item, 0.6931471805599453)
    expectClose(
      x.gaussianNegativeLogLikelihood(to: zero, variance: all(1)).item, exact * exact / 2)
    let classes = pass.indices([Int32](repeating: 1, count: Self.rows), Shape(Self.rows))
    // log(3).
    expectClose(x.crossEntropy(to: classes).item, 1.0986122886681098)
    expectClose(zero.crossEntropy(to: all(0.25)).item, 0.75 * 1.0986122886681098)
  }
}
