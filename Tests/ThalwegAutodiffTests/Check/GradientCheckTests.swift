private import CKernels
import Testing
import ThalwegAutodiff
import ThalwegTensor

/// The check tells a wrong derivative, its factor and its place from a kink, from a cut and from what
/// is right.
@Suite struct GradientCheckTests {
  private func check(_ net: NormalizedNet) throws -> GradientCheck {
    GradientCheck(net.parameters, on: try Machine(threads: 1)) { net.minimize($0) }
  }

  /// A check of a loss of parameters that are drawn anew.
  private func check(
    _ shapes: [Shape], entries: Int = 64, seed: UInt64 = 0, size: Double = 1,
    operations: [Operation] = OperationKind.table, _ body: (Pass, [Value]) -> Void
  ) throws -> GradientCheck {
    let parameters = Parameters(.float32)
    let handles = shapes.enumerated().map { index, shape in
      let stream = RandomStream(seed: 1, path: "p\(index)")
      return parameters.register("p\(index)", shape) { size * stream.normal($0) }
    }
    return GradientCheck(
      parameters, on: try Machine(threads: 1), entries: entries, seed: seed, operations: operations
    ) { pass in
      body(pass, handles.map { pass[$0] })
    }
  }

  @Test func `a square whose derivative is 2.02 x is wrong by a factor 1.010, in its module`()
    throws
  {
    let found = try check(NormalizedNet(slope: 2.02))
    #expect(found.summary == "the derivative of ownSquare in net.1 is wrong by a factor 1.010")
    let wrong = found.derivatives.filter { $0.verdict.isWrong }
    #expect(wrong.map(\.operation) == ["ownSquare"] && wrong.map(\.path) == ["net.1"])
    #expect(!found.isRight)
    // What lies behind the square has a wrong gradient, what comes after it has not.
    let tensors = Dictionary(uniqueKeysWithValues: found.tensors.map { ($0.path, $0.isWrong) })
    #expect(tensors["input"] == true && tensors["net.0.gain"] == true)
    #expect(tensors["net.2.gain"] == false && tensors["net.2.offset"] == false)
    #expect(found.terms.map(\.remainder.isWrong) == [true])
  }

  @Test func `the same net with the right derivative is clean`() throws {
    let found = try check(NormalizedNet(slope: 2))
    #expect(found.errors == [])
    #expect(found.isRight && found.uncheckedTensors.isEmpty && found.hiddenTerms.isEmpty)
    #expect(found.summary.hasPrefix("the gradient is right; the problem is conditioning"))
    #expect(found.tensors.first?.checked == 64 && found.tensors.first?.elements == 72)
    #expect(found.tensors.dropFirst().allSatisfy { $0.checked == 4 && $0.elements == 4 })
    #expect(found.derivatives.allSatisfy { $0.verdict == .right })
    // Every operand of every operation that a gradient goes through.
    let normalization = [Int](0..<3).map { "layerNormalize \($0)" }
    #expect(
      found.derivatives.map { "\($0.operation) \($0.operand)" }
        == ["permute 0", "slice 0"] + normalization + ["ownSquare 0"] + normalization
        + ["meanSquaredError 0"])
    #expect(found.conditioning.curvatureAlongGradient != nil)
    guard case .ofOrder(let order)? = found.terms.first?.remainder else {
      Issue.record("\(found.terms)")
      return
    }
    #expect(order > 1.9 && order < 2.2)
  }

  @Test func `the factor is that of the derivative`() throws {
    for slope in [4.0, 2.0002, -2, 0, 1] {
      let found = try check([[5]]) { pass, p in
        pass.minimize("loss", p[0].applying(OwnSquare(slope: slope)).sum())
      }
      let factors = found.derivatives.compactMap { derivative -> Double? in
        if case .wrong(let factor) = derivative.verdict { factor } else { nil }
      }
      #expect(factors.count == 1 && abs((factors.first ?? .nan) - slope / 2) < 1e-6, "\(slope)")
      #expect(found.tensors.map(\.isWrong) == [true])
    }
  }

  @Test func `a wrong derivative that is no multiple is called wrong without a factor`() throws {
    let found = try check([[4, 3], [3]]) { pass, p in
      pass.minimize("loss", Value.applying(NarrowRows(), to: p[0], p[1]).square().sum())
    }
    #expect(
      found.summary
        == "the derivative of narrowRows outside any module, operand 1, is wrong, and not by a factor"
    )
    #expect(found.derivatives.filter { $0.verdict.isWrong }.map(\.operand) == [1])
  }

  @Test func `a derivative that overwrites what is there is found`() throws {
    var table = OperationKind.table
    let square = OperationKind.square.operation
    table[Int(OperationKind.square.rawValue)] = Operation(square.name, forward: square.forward) {
      $0.operand(0).pointee.gradient = nil
      square.backward($0)
    }
    let found = try check([[4]], operations: table) { pass, p in
      pass.minimize("loss", (p[0].exponential() * p[0]).sum() + p[0].square().sum())
    }
    #expect(found.derivatives.filter { $0.verdict == .notAdded }.map(\.operation) == ["square"])
    #expect(found.summary.contains("overwrites what other uses of the operand have brought"))
  }

  @Test func `errors that cancel are found in each operation`() throws {
    var table = OperationKind.table
    for (kind, factor) in [(OperationKind.exponential, 2.0), (.square, 0.5)] {
      table[Int(kind.rawValue)] = kind.operation.scaling(factor)
    }
    let found = try check([[4]], operations: table) { pass, p in
      pass.minimize("loss", p[0].exponential().square().sum())
    }
    #expect(found.tensors.map(\.isWrong) == [false])
    #expect(
      found.errors == [
        "the derivative of exponential outside any module is wrong by a factor 2.000",
        "the derivative of square outside any module is wrong by a factor 0.500",
      ])
  }

  @Test func `an absolute value at 0 is a kink and no error`() throws {
    let parameters = Parameters(.float64)
    let handle = parameters.register("a", [6]) { [0.5, 0, -0.7, 0, 0, 2][$0] }
    let found = GradientCheck(parameters, on: try Machine(threads: 1)) { pass in
      pass.minimize("loss", pass[handle].absolute().sum())
    }
    #expect(found.isRight)
    #expect(found.derivatives.first?.kinks == 3 && found.derivatives.first?.verdict == .right)
    #expect(found.tensors.first?.kinks == 3 && found.tensors.first?.checked == 3)
    #expect(found.terms.first?.remainder == .kinks)
    #expect(found.kinks == 6)
  }

  @Test func `a kink does not hide a wrong derivative beside it`() throws {
    var table = OperationKind.table
    table[Int(OperationKind.absolute.rawValue)] = OperationKind.absolute.operation.scaling(1.01)
    let parameters = Parameters(.float64)
    let handle = parameters.register("a", [6]) { [0.5, 0, -0.7, 0, 0, 2][$0] }
    let found = GradientCheck(parameters, on: try Machine(threads: 1), operations: table) { pass in
      pass.minimize("loss", pass[handle].absolute().sum())
    }
    #expect(found.errors.first?.hasSuffix("is wrong by a factor 1.010") == true)
    #expect(found.derivatives.first?.kinks == 3)
  }

  @Test(arguments: [1.0, 1e-3, 1e3])
  func `a network of many kinks is right`(_ size: Double) throws {
    for seed in 0..<4 {
      let found = try check(
        [[9, 16], [16], [16, 12], [12], [12, 1], [1]], seed: UInt64(seed), size: size
      ) { pass, p in
        let stream = RandomStream(seed: UInt64(seed), path: "x")
        let x = pass.constant((0..<45).map { stream.normal($0) }, [5, 9])
        let hidden = x.linear(weight: p[0], bias: p[1]).relu()
          .linear(weight: p[2], bias: p[3]).relu()
        let y = hidden.linear(weight: p[4], bias: p[5])
        pass.minimize("loss", y.square().mean())
      }
      #expect(found.errors == [])
      #expect(found.tensors.reduce(0) { $0 + $1.checked } > 150)
    }
  }

  @Test func `numbers at 0 behind a relu are kinks and no errors`() throws {
    let found = try check([[4, 8], [8, 1]]) { pass, p in
      let x = pass.constant([Double](repeating: 0, count: 12), [3, 4])
      let y = x.matrixProduct(p[0]).relu().matrixProduct(p[1])
      pass.minimize("loss", (y + 1).square().mean())
    }
    #expect(found.isRight && found.kinks > 0)
  }

  @Test func `a path that is cut is no error, and its tensor is called unchecked`() throws {
    let found = try check([[4], [4], [4]]) { pass, p in
      let held = p[0].square().stopGradient().reshaped(to: [2, 2]).reshaped(to: [4])
      pass.minimize("loss", (held * p[1] * p[0]).sum() + p[2].stopGradient().square().sum())
    }
    #expect(found.errors == [])
    #expect(found.uncheckedTensors == ["p2"])
    #expect(found.tensors[2].unchecked == "no gradient comes to it")
    #expect(found.hiddenTerms == ["loss"])
  }

  @Test func `a replaced gradient is measured as what it replaces`() throws {
    let found = try check([[5]], size: 3) { pass, p in
      let rounded = p[0].applying(Rounded()).replacingGradient(by: p[0].sigmoid())
      pass.minimize("loss", (rounded * p[0]).square().sum())
    }
    #expect(found.errors == [])
    #expect(
      found.derivatives.contains {
        $0.operation == "replaceGradient"
          && $0.verdict == .unchecked("the gradient is replaced on purpose")
      })
  }

  @Test func `numbers read from the tape are told of`() throws {
    let found = try check([[3]]) { pass, p in
      let scale = p[0].square().sum().item
      pass.minimize("seen", p[0].square().sum())
      pass.minimize("hidden", (scale * p[0]).sum())
    }
    #expect(found.isRight && found.hiddenTerms == ["hidden"])
  }

  @Test func `a linear term is exempt from the remainder`() throws {
    let found = try check([[3]]) { pass, p in
      pass.minimize("linear", p[0].sum())
      pass.minimize("square", p[0].square().sum())
      pass.minimize("data", pass.constant([1.0], [1]))
    }
    #expect(found.terms.map(\.name) == ["linear", "square", "data"])
    #expect(found.terms[0].remainder == .belowRounding && found.terms[2].remainder == .noPath)
    guard case .ofOrder(let order) = found.terms[1].remainder else {
      Issue.record("\(found.terms[1])")
      return
    }
    #expect(abs(order - 2) < 0.01)
  }

  @Test func `the curvature is measured`() throws {
    // L = (100 a^2 + b^2) / 2: curvature near 100 along the gradient.
    let parameters = Parameters(.float64)
    let handle = parameters.register("a", [2]) { [1, 1][$0] }
    let found = GradientCheck(parameters, on: try Machine(threads: 1)) { pass in
      let weights = pass.constant([50, 0.5], [2])
      pass.minimize("loss", (weights * pass[handle].square()).sum())
    }
    let curvature = try #require(found.conditioning.curvatureAlongGradient)
    #expect(abs(curvature - (1_000_001.0 / 10_001)) < 0.01)
    #expect(found.conditioning.largest?.norm == 10_001.0.squareRoot())
    #expect(found.summary.contains("curvature along the gradient 100.0"))
  }

  @Test func `the same seed gives the same sample, and frozen tensors are unchecked`() throws {
    let parameters = Parameters(.float32)
    let (a, b) = (
      parameters.register("a", [50]) { 0.1 * Double($0) }, parameters.register("b", [2]) { _ in 1 }
    )
    parameters.setFrozen(b, true)
    func run(_ seed: UInt64) throws -> GradientCheck {
      GradientCheck(parameters, on: try Machine(threads: 1), entries: 7, seed: seed) { pass in
        pass.minimize("loss", (pass[a].sigmoid().sum() * pass[b]).sum())
      }
    }
    let (first, second, other) = (try run(1), try run(1), try run(2))
    #expect(first.tensors.map(\.checked) == [7, 0])
    #expect(first.tensors[1].unchecked == "it is frozen")
    #expect(first.tensors[0].worstShare == second.tensors[0].worstShare)
    #expect(first.tensors[0].worstShare != other.tensors[0].worstShare)
  }

  @Test func `an operation that changes when it is computed again is found`() throws {
    final class Count: @unchecked Sendable { var value = 0.0 }
    let count = Count()
    var table = OperationKind.table
    let square = OperationKind.square.operation
    table[Int(OperationKind.square.rawValue)] = Operation(square.name) { step in
      square.forward(step)
      count.value += 1
      step.tape.store(count.value, step.value)
    } backward: {
      square.backward($0)
    }
    let found = try check([[4]], operations: table) { pass, p in
      pass.minimize("loss", p[0].square().sum())
    }
    #expect(
      found.summary == "square outside any module gives another value when computed again")
  }
}

extension Operation {
  /// The same operation with a derivative that is wrong by a factor.
  func scaling(_ factor: Double) -> Operation {
    let original = self
    return Operation(name, cutsGradient: cutsGradient, forward: forward) { step in
      step.kernels.pointee.affine(step.cotangent, step.cotangent, factor, 0, step.count)
      original.backward(step)
      step.kernels.pointee.affine(step.cotangent, step.cotangent, 1 / factor, 0, step.count)
    }
  }
}

/// The weighted sum of rows, whose derivative forgets the first row for the weights.
private struct NarrowRows: CustomOperation {
  let name = "narrowRows"
  private let whole = WeightedRows()

  func shape(of operands: OperandShapes) -> Shape { whole.shape(of: operands) }

  func forward<Number: BinaryFloatingPoint>(_ step: CustomForward<Number>) { whole.forward(step) }

  func backward<Number: BinaryFloatingPoint>(_ step: CustomBackward<Number>) {
    whole.backward(step)
    guard let gradient = step.gradient(1) else { return }
    for column in gradient.indices {
      gradient[column] -= step.operand(0)[column] * step.cotangent[0]
    }
  }
}
