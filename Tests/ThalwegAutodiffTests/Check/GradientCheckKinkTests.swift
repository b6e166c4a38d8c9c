import Testing
import ThalwegAutodiff
import ThalwegTensor

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Kinks, steep functions and small entries are each called what they are.
@Suite struct GradientCheckKinkTests {
  /// A check of a loss of parameters with these numbers.
  private func check(
    _ numbers: [[Double]], operations: [Operation] = OperationKind.table,
    _ body: (Pass, [Value]) -> Void
  ) throws -> GradientCheck {
    let parameters = Parameters(.float64)
    let handles = numbers.enumerated().map { index, numbers in
      parameters.register("p\(index)", [numbers.count]) { numbers[$0] }
    }
    return GradientCheck(parameters, on: try Machine(threads: 1), operations: operations) { pass in
      body(pass, handles.map { pass[$0] })
    }
  }

  /// The table with one derivative that is wrong by a factor.
  private func table(_ kind: OperationKind, times factor: Double) -> [Operation] {
    var table = OperationKind.table
    table[Int(kind.rawValue)] = kind.operation.scaling(factor)
    return table
  }

  private func negative(_ x: Value) -> Value { (-1) * x }

  @Test func `the tape's choice at a kink need not be a slope of the whole`() throws {
    // t, written so that both derivatives are 0 at 0.
    let identity = try check([[0, 0.5, 0, -1]]) { pass, p in
      pass.minimize("loss", (p[0].relu() - self.negative(p[0]).relu()).sum())
    }
    #expect(identity.errors == [])
    #expect(identity.tensors[0].kinks == 2 && identity.tensors[0].checked == 2)
    // Slopes 0.1 and 1, of which the tape's 0 is neither nor between them.
    let leaky = try check([[0, 0.5, 0, -1]]) { pass, p in
      pass.minimize("loss", (p[0].relu() - 0.1 * self.negative(p[0]).relu()).sum())
    }
    #expect(leaky.errors == [])
    #expect(leaky.tensors[0].kinks == 2 && leaky.tensors[0].checked == 2)
  }

  @Test func `a choice at a kink excuses no wrong derivative`() throws {
    let wrong = try check([[0, 0.5, 0, -1]], operations: table(.sigmoid, times: 1.01)) { pass, p in
      let odd = p[0].relu() - self.negative(p[0]).relu()
      pass.minimize("loss", (odd + p[0].sigmoid()).sum())
    }
    #expect(wrong.tensors[0].isWrong && wrong.tensors[0].kinks == 0)
    #expect(wrong.tensors[0].wrong.count == 4)
  }

  @Test func `kinks close together do not stand for an error`() throws {
    // Slopes change at 40 places between 1e-10 and 1e-3 on both sides.
    let places = (0..<40).map { index -> Double in
      (index % 2 == 0 ? 1e-10 : -1e-10) * pow(1.5, Double(index))
    }
    func loss(_ pass: Pass, _ p: [Value]) {
      let bends = (p[0].broadcast(to: [40]) - pass.constant(places, [40])).relu()
      pass.minimize("loss", (bends * bends.sigmoid()).sum() + 3 * p[0].square().sum())
    }
    let right = try check([[1e-11]], loss)
    #expect(right.errors == [])
    let wrong = try check([[1e-11]], operations: table(.square, times: 3), loss)
    #expect(wrong.errors.first?.hasSuffix("is wrong by a factor 3.000") == true)
  }

  @Test(arguments: [1e3, 1e5, 1e6])
  func `a steep smooth function is no kink`(_ slope: Double) throws {
    let found = try check([[0, 1e-6, -3e-6, 4e-7]]) { pass, p in
      pass.minimize("sigmoid", (slope * p[0]).sigmoid().sum())
      pass.minimize("tanh", (slope * p[0]).tanh().sum())
    }
    #expect(found.errors == [])
    #expect(found.tensors[0].kinks == 0 && found.tensors[0].checked == 4, "\(found.tensors)")
    #expect(found.derivatives.allSatisfy { $0.kinks == 0 && $0.verdict == .right })
    let wrong = try check(
      [[0, 1e-6, -3e-6, 4e-7]], operations: table(.sigmoid, times: 1.01)
    ) { pass, p in
      pass.minimize("loss", (slope * p[0]).sigmoid().sum())
    }
    #expect(wrong.errors.first?.hasSuffix("is wrong by a factor 1.010") == true)
    #expect(wrong.tensors[0].isWrong)
  }

  @Test(arguments: [1e2, 1e4, 1e5])
  func `a fast oscillation is no error`(_ frequency: Double) throws {
    let numbers = [0.3, -0.2, 0.11]
    let right = try check([numbers]) { pass, p in
      pass.minimize("wave", p[0].applying(Wave(frequency: frequency)).sum())
    }
    #expect(right.errors == [])
    #expect(right.tensors[0].kinks == 0 && right.derivatives[0].verdict == .right)
    guard case .ofOrder(let order) = right.terms[0].remainder else {
      Issue.record("\(right.terms)")
      return
    }
    #expect(order > 1.9)
    let wrong = try check([numbers]) { pass, p in
      pass.minimize("wave", p[0].applying(Wave(frequency: frequency, factor: 1.01)).sum())
    }
    #expect(wrong.errors.first?.hasSuffix("is wrong by a factor 1.010") == true)
    #expect(wrong.tensors[0].isWrong && wrong.terms[0].remainder.isWrong)
  }

  @Test func `an error in small entries of a large operand is found`() throws {
    let numbers = (0..<400).map { index -> Double in
      index % 100 == 7 ? 1e-3 : 1 + 0.001 * Double(index)
    }
    func found(_ factor: Double) throws -> GradientCheck {
      try check([numbers]) { pass, p in
        pass.minimize("loss", p[0].applying(SteepWhereLarge(factor: factor)).sum())
      }
    }
    #expect(try found(1).errors == [])
    let wrong = try found(2)
    #expect(
      wrong.errors.first
        == "the derivative of steepWhereLarge outside any module is wrong, and not by a factor")
  }

  @Test func `a kink is counted by the remainder too`() throws {
    let found = try check([[0, 0]]) { pass, p in
      pass.minimize("loss", (p[0].relu() - self.negative(p[0]).relu()).sum())
    }
    #expect(found.terms[0].remainder == .kinks)
    // The numbers are large, the term that is their difference is not.
    let large = try check([[0.3, -0.2]]) { pass, p in
      pass.minimize("loss", (p[0].square() + 1e6).sum() - 2e6 + p[0].absolute().sum())
    }
    #expect(large.errors == [])
  }

  @Test func `a place where the function jumps is a kink`() throws {
    let found = try check([[0, 0.4]]) { pass, p in
      pass.minimize("loss", p[0].applying(Jump()).sum())
    }
    #expect(found.errors == [])
    #expect(found.derivatives[0].kinks == 1 && found.tensors[0].kinks == 1)
  }

  @Test func `a term that is large beside its gradient hides no more than rounding`() throws {
    for (shift, factor) in [(1e5, 1.0001), (1e4, 1.00002), (1e3, 1.000003)] {
      let wrong = try check([[0.5, -0.3]], operations: table(.affine, times: factor)) { pass, p in
        pass.minimize("loss", (p[0] + shift).sum())
      }
      #expect(wrong.tensors[0].isWrong && wrong.terms[0].remainder.isWrong, "\(shift)")
    }
  }

  @Test func `numbers close to the edge of a domain are no kinks`() throws {
    for least in [1e-7, 1e-9, 1e-12] {
      let right = try check([[least, 1]]) { pass, p in
        pass.minimize("loss", (p[0].logarithm() + p[0].squareRoot()).sum())
      }
      #expect(right.errors == [] && right.tensors[0].checked == 2 && right.hiddenTerms == [])
      let wrong = try check([[least, 1]], operations: table(.logarithm, times: 2)) { pass, p in
        pass.minimize("loss", p[0].logarithm().sum())
      }
      #expect(wrong.tensors[0].wrong.count == 2)
      #expect(wrong.errors.first?.hasSuffix("is wrong by a factor 2.000") == true)
    }
    let edge = try check([[1, 2], [0]]) { pass, p in
      pass.minimize("loss", p[0].square().sum() + p[1].applying(Root32()).sum())
    }
    #expect(edge.errors == [] && edge.tensors[1].unsettled == 1 && edge.tensors[1].kinks == 0)
  }

  @Test func `numbers of all sizes are moved by their own size`() throws {
    // Others would leave the logarithm's domain where a zero is moved off its kink.
    let small = [1] + [Double](repeating: 1e-6, count: 19)
    let wrong = try check([[0, 0.5], small], operations: table(.sigmoid, times: 1.01)) { pass, p in
      let odd = p[0].relu() - self.negative(p[0]).relu()
      pass.minimize("loss", (odd + p[0].sigmoid()).sum() + p[1].logarithm().sum())
    }
    #expect(wrong.tensors[0].isWrong && wrong.tensors[0].kinks == 0)
    let mixed = try check([[0, 1e-3, 1e4]], operations: table(.tanh, times: 1.01)) { pass, p in
      let odd = p[0].relu() - self.negative(p[0]).relu()
      pass.minimize("loss", (odd + p[0].tanh()).sum())
    }
    #expect(mixed.tensors[0].isWrong)
    for seed in 0..<20 {
      let stream = RandomStream(seed: UInt64(seed), path: "mixed")
      let numbers = (0..<3).map { stream.normal($0) * [1e4, 1, 1e-4][$0] }
      let right = try check([numbers]) { pass, p in
        pass.minimize("loss", (p[0].relu() + p[0].absolute()).sum())
      }
      #expect(right.errors == [], "\(numbers)")
    }
    let huge = try check(
      [[0, 0.5], [1e160, 2e160]], operations: table(.exponential, times: 1.01)
    ) {
      pass, p in
      let odd = p[0].relu() - self.negative(p[0]).relu()
      pass.minimize("loss", odd.sum() + (1e-160 * p[1]).exponential().sum())
    }
    #expect(huge.tensors[1].unchecked == nil && huge.hiddenTerms == [])
  }

  @Test func `the largest of equal entries in windows that overlap`() throws {
    for seed in 0..<40 {
      for (count, kernel, padding) in [(3, 2, 0), (4, 3, 0), (6, 3, 1)] {
        let parameters = Parameters(.float64)
        let x = parameters.register("x", [1, 1, count]) { _ in 1 }
        func check(_ operations: [Operation]) throws -> GradientCheck {
          GradientCheck(
            parameters, on: try Machine(threads: 1), seed: UInt64(seed), operations: operations
          ) { pass in
            let pooled = pass[x].maximumPooled(kernel: kernel, stride: 1, padding: padding)
            pass.minimize("loss", pooled.sum())
          }
        }
        #expect(try check(OperationKind.table).errors == [], "\(seed) \(count)")
        let wrong = try check(table(.maximumPool, times: 1.01))
        #expect(!wrong.isRight, "\(seed) \(count)")
      }
    }
  }

  @Test func `what no step resolves is unsettled, not wrong`() throws {
    for slope in [1e10, 1e12] {
      let found = try check([[0, 1e-10, 0.3]]) { pass, p in
        pass.minimize("loss", (slope * p[0]).sigmoid().sum())
      }
      #expect(found.tensors[0].wrong.isEmpty, "\(slope): \(found.summary)")
      #expect(found.tensors[0].unsettled > 0)
    }
    // Slopes of 1e-11 beside a sum of 2000.
    let hidden = try check([[1], [-25, -24]], operations: table(.exponential, times: 2)) {
      pass, p in
      pass.minimize("loss", (p[0].square() + 2000).sum() + p[1].exponential().sum())
    }
    #expect(hidden.tensors[1].checked == 0 && hidden.tensors[1].unsettled == 2)
    #expect(hidden.errors.first?.hasSuffix("is wrong by a factor 2.000") == true)
  }

  @Test func `what large numbers inside an operation swallow is no error`() throws {
    for margin in [5.0, 15, 20, 30, 40] {
      let sure = try check([[0, margin]]) { pass, p in
        pass.minimize("loss", (-1) * p[0].logSoftmax().sliced(axis: 0, from: 1, to: 2).sum())
      }
      #expect(sure.errors == [], "\(margin)")
      let share = try check([[0, margin]]) { pass, p in
        pass.minimize("loss", p[0].softmax().sliced(axis: 0, from: 1, to: 2).sum())
      }
      #expect(share.errors == [], "\(margin)")
    }
    let flat = try check([[10, -10.5], [15, -15], [36, -50]]) { pass, p in
      pass.minimize("loss", p[0].tanh().sum() + p[1].tanh().sum() + p[2].sigmoid().sum())
    }
    #expect(flat.errors == [])
    for size in [1e3, 1e5, 1e7] {
      let numbers = (0..<4).map { size * (1 + 0.001 * Double($0)) }
      let spread = try check([numbers]) { pass, p in
        pass.minimize("loss", p[0].square().mean() - p[0].mean().square())
        pass.minimize("cancelled", (p[0].square() + size).sum() - 4 * size)
      }
      #expect(spread.errors == [], "\(size)")
    }
    let tiny = try check([[1e-22, 1], [1e-20, 1], [-50, 1]]) { pass, p in
      pass.minimize(
        "loss", p[0].square().sum() + (p[1] * p[1]).sum() + p[2].sigmoid().square().sum())
    }
    #expect(tiny.errors == [])
  }

  @Test func `a nudge that leads out of the domain is no evidence`() throws {
    let found = try check([[0, 0.5], [1 + 1e-5]]) { pass, p in
      let odd = p[0].relu() - self.negative(p[0]).relu()
      pass.minimize("loss", odd.sum() + (p[1] - 1).logarithm().sum())
    }
    #expect(found.tensors[0].wrong.isEmpty)
  }

  @Test(arguments: [5.0, -3, 1e6, .nan])
  func `what is chosen at a kink of one entry has to be a slope`(_ choice: Double) throws {
    let found = try check([[0, 1, -1]]) { pass, p in
      pass.minimize("loss", p[0].applying(ChosenAtZero(choice: choice)).sum())
    }
    #expect(found.derivatives[0].verdict == .wrong(factor: nil) && !found.isRight)
    let alone = try check([[0, -1]]) { pass, p in
      pass.minimize("loss", p[0].applying(ChosenAtZero(choice: choice)).sum())
    }
    #expect(alone.derivatives[0].verdict == .wrong(factor: nil) && !alone.isRight)
  }

  @Test func `a kink excuses no smooth entry of the same operand`() throws {
    let found = try check([[0, 1, 0.4]]) { pass, p in
      pass.minimize("loss", p[0].applying(BentAtOne()).sum())
    }
    #expect(found.derivatives[0].verdict.isWrong)
    let bend = try check([[3e-9, 0.5]]) { pass, p in
      let bend = (p[0].square() + 1e-16).squareRoot()
      pass.minimize("loss", bend.sum())
    }
    #expect(bend.errors == [])
    let wrong = try check([[3e-9, 0.5]], operations: table(.squareRoot, times: 1.5)) { pass, p in
      pass.minimize("loss", (p[0].square() + 1e-16).squareRoot().sum())
    }
    #expect(!wrong.isRight && wrong.tensors[0].isWrong)
  }
}
