import Testing
import ThalwegAutodiff
import ThalwegTensor

/// The check claims no more than was compared: kinks elsewhere, large numbers and zeros hide nothing.
@Suite struct GradientCheckLimitTests {
  /// A check of the sum of the positive entries of x through `square`, beside a term of u.
  private func check(
    _ square: FilledSquare, _ numbers: [Double] = [0.5, -1, 2, -0.25, 1.5, -3],
    besides: (Value) -> Value? = { _ in nil }
  ) throws -> GradientCheck {
    let parameters = Parameters(.float64)
    let shape = Shape(numbers.count)
    let x = parameters.register("x", shape) { numbers[$0] }
    let u = parameters.register("u", [3]) { _ in 0 }
    return GradientCheck(parameters, on: try Machine(threads: 1)) { pass in
      let kept = pass.constant(numbers.map { $0 > 0 ? 1.0 : 0 }, shape)
      let zero = pass.constant([Double](repeating: 0, count: numbers.count), shape)
      pass.minimize("squares", Value.choosing(kept, pass[x].applying(square), zero).sum())
      if let other = besides(pass[u]) { pass.minimize("other", other) }
    }
  }

  @Test func `numbers that do not move hide no error`() throws {
    let right = try check(FilledSquare())
    #expect(right.errors == [])
    let wrong = try check(FilledSquare(slope: 2.02))
    #expect(
      wrong.summary
        == "the derivative of filledSquare outside any module is wrong by a factor 1.010")
  }

  @Test func `a kink elsewhere excuses nothing`() throws {
    let wrong = try check(FilledSquare(slope: 2.02)) { $0.relu().mean() }
    #expect(!wrong.isRight && wrong.kinks > 0)
    let tensor = try #require(wrong.tensors.first { $0.path == "x" })
    #expect(tensor.isWrong && tensor.kinks == 0 && tensor.wrong.count == 3)
  }

  @Test func `a gradient that is no number is never right, whatever kinks lie about`() throws {
    let parameters = Parameters(.float64)
    let x = parameters.register("x", [3]) { _ in 0 }
    let found = GradientCheck(parameters, on: try Machine(threads: 1)) { pass in
      // 0 times the infinite derivative of the root, and a kink beside it.
      let hidden = pass.constant([0.0, 0, 0] as [Double], [3]) * pass[x].squareRoot()
      pass.minimize("loss", (hidden + pass[x].relu()).sum())
    }
    #expect(!found.isRight)
    #expect(!found.summary.hasPrefix("the gradient is right"), "\(found.summary)")
  }

  @Test func `what rounding hides is unchecked, not right`() throws {
    let found = try check(FilledSquare(slope: 2, shift: 1e13))
    let own = try #require(found.derivatives.first { $0.operation == "filledSquare" })
    #expect(own.verdict == .unchecked("rounding hides it"))
    #expect(found.summary.contains("right where it was checked"), "\(found.summary)")
  }

  @Test func `a derivative that is 0 with these numbers is unchecked, not right`() throws {
    let found = try check(FilledSquare(slope: 2.02), [-1, -2, -0.5])
    let own = try #require(found.derivatives.first { $0.operation == "filledSquare" })
    #expect(own.verdict == .unchecked("the derivative is 0 with these numbers"))
    #expect(found.summary.contains("right where it was checked"), "\(found.summary)")
  }

  @Test func `a factor near 1 is told apart from it`() throws {
    let found = try check(FilledSquare(slope: 2.0002))
    #expect(
      found.summary
        == "the derivative of filledSquare outside any module is wrong by a factor 1.0001")
  }
}
