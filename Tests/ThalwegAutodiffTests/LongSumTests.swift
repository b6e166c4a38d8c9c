import Testing
import ThalwegAutodiff
import ThalwegTensor

/// The error of a sum in Float does not grow with its length.
@Suite struct LongSumTests {
  private static let rows = 400_000

  private func tape(_ level: KernelLevel) throws -> (Tape, Parameter) {
    let parameters = Parameters()
    let bias = parameters.register("bias", [3]) { _ in 0.1 }
    return (Tape(try Machine(level: level, threads: 1), parameters), bias)
  }

  @Test(arguments: KernelLevel.available)
  func sumsAndMeans(_ level: KernelLevel) throws {
    let (tape, _) = try tape(level)
    let pass = Pass(tape, .evaluate)
    let x = pass.constant([Float](repeating: 0.1, count: 3 * Self.rows), Shape(Self.rows, 3))
    let exact = Double(Float(0.1))
    #expect(abs(x.mean().item / exact - 1) < 2e-6)
    for mean in x.mean(axis: 0).tensor.doubles { #expect(abs(mean / exact - 1) < 2e-6) }
    let zero = pass.constant([Float](repeating: 0, count: 3 * Self.rows), Shape(Self.rows, 3))
    #expect(abs(x.meanSquaredError(to: zero).item / (exact * exact) - 1) < 2e-6)
  }

  @Test(arguments: KernelLevel.available)
  func gradientsOfWhatIsRepeated(_ level: KernelLevel) throws {
    let (tape, bias) = try tape(level)
    let pass = Pass(tape, .train)
    let zeros = pass.constant([Float](repeating: 0, count: 3 * Self.rows), Shape(Self.rows, 3))
    pass.minimize("loss", (zeros + pass[bias]).affine(scale: 0.1).sum())
    tape.backward()
    let exact = Double(Float(0.1)) * Double(Self.rows)
    for entry in 0..<3 {
      #expect(abs(tape.parameters.gradient(bias, entry) / exact - 1) < 2e-6)
    }
    tape.clear()
    let weight = tape.parameters.register("weight", Shape(1, 3)) { _ in 0 }
    tape.clear()
    let again = Pass(tape, .train)
    let ones = again.constant([Float](repeating: 1, count: Self.rows), Shape(Self.rows, 1))
    again.minimize(
      "loss", ones.linear(weight: again[weight], bias: again[bias]).affine(scale: 0.1).sum())
    tape.backward()
    for entry in 0..<3 {
      #expect(abs(tape.parameters.gradient(bias, entry) / exact - 1) < 2e-6)
    }
  }

  /// Torch's result is exact to rounding; one chain of Float additions is off by 3e-5.
  @Test(arguments: KernelLevel.available)
  func `a long trace`(_ level: KernelLevel) throws {
    let count = 3000
    let tape = Tape(try Machine(level: level, threads: 1), Parameters())
    let x = Pass(tape, .train).constant(
      [Float](repeating: 0.1, count: count * count), Shape(count, count))
    let exact = Double(count) * Double(Float(0.1))
    #expect(abs(x.trace().item / exact - 1) < 2e-7)
  }
}
