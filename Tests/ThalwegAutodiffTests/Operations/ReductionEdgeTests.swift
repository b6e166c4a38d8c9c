import Testing
import ThalwegAutodiff
import ThalwegTensor

/// Reductions and softmax over nothing, over infinities, and computed again.
@Suite struct ReductionEdgeTests {
  private static var along: [@Sendable (Value, Int, Bool) -> Value] {
    [
      { $0.sum(axis: $1, keepingAxis: $2) }, { $0.mean(axis: $1, keepingAxis: $2) },
      { $0.variance(axis: $1, keepingAxis: $2) },
      { $0.standardDeviation(axis: $1, keepingAxis: $2) },
      { $0.minimum(axis: $1, keepingAxis: $2) }, { $0.maximum(axis: $1, keepingAxis: $2) },
      { $0.logSumExp(axis: $1, keepingAxis: $2) }, { $0.norm(.l1, axis: $1, keepingAxis: $2) },
      { $0.norm(axis: $1, keepingAxis: $2) }, { $0.norm(.infinity, axis: $1, keepingAxis: $2) },
    ]
  }

  @Test func `an axis stays with extent 1 or goes, and the numbers are the same`() throws {
    let model = try Model([("x", [2, 3, 2], (0..<12).map { Double($0 * $0 % 7) - 2.5 })])
    let kept: [Shape] = [[1, 3, 2], [2, 1, 2], [2, 3, 1]]
    let dropped: [Shape] = [[3, 2], [2, 2], [2, 3]]
    for body in Self.along {
      for axis in 0..<3 {
        let x = model.pass()[model.handle(0)]
        let (with, without) = (body(x, axis, true), body(x, axis, false))
        #expect(with.shape == kept[axis])
        #expect(without.shape == dropped[axis])
        #expect(with.tensor.doubles == without.tensor.doubles)
      }
    }
  }

  @Test func `reductions over nothing`() throws {
    let model = try Model([("e", [0, 3], [])])
    let e = model.pass()[model.handle(0)]
    #expect(e.variance().item.isNaN && e.standardDeviation().item.isNaN)
    #expect(e.logSumExp().item == -.infinity)
    for norm in Norm.allCases { #expect(e.norm(norm).item == 0) }
    #expect(e.logSumExp(axis: 0).tensor.doubles == [-.infinity, -.infinity, -.infinity])
    #expect(e.norm(axis: 0, keepingAxis: false).tensor.doubles == [0, 0, 0])
    // No result, so that none lacks an entry.
    #expect(e.maximum(axis: 1).shape == [0, 1])
    #expect(e.minimum(axis: 1, keepingAxis: false).shape == [0])
    #expect(e.softmax(axis: 0).shape == [0, 3] && e.logSoftmax().shape == [0, 3])
  }

  @Test func `the variance of one entry is no number unless it is all there is`() throws {
    let model = try Model([("x", [3, 1], [1, 2, 3])])
    let pass = model.pass()
    let x = pass[model.handle(0)]
    #expect(x.variance(axis: 1).tensor.doubles.allSatisfy { $0.isNaN })
    #expect(x.standardDeviation(axis: 1, correction: 0).tensor.doubles == [0, 0, 0])
    pass.minimize("loss", x.variance(axis: 1, correction: 0).sum())
    model.tape.backward()
    #expect(model.gradient(0) == [0, 0, 0])
  }

  @Test(arguments: ScalarType.allCases)
  func `where all are hidden softmax gives no share and no gradient`(_ type: ScalarType) throws {
    let hidden = -Double.infinity
    let numbers = [hidden, hidden, hidden, hidden, 2, 2, hidden, 2, 2]
    let model = try Model([("x", [3, 3], numbers)], in: type)
    for axis in [1, 0] {
      let pass = model.pass()
      let y = pass[model.handle(0)].softmax(axis: axis)
      let weights = pass.constant((0..<9).map { Double($0) + 1 }, [3, 3])
      pass.minimize("loss", (y * weights).sum())
      model.tape.backward()
      #expect(y.tensor.doubles.allSatisfy { $0.isFinite })
      #expect(model.gradient(0).allSatisfy { $0.isFinite })
      // The first row is hidden whole; the first column too.
      for index in axis == 1 ? [0, 1, 2] : [0, 3, 6] {
        #expect(y.tensor.doubles[index] == 0)
        #expect(model.gradient(0)[index] == 0)
      }
      #expect(y.tensor.doubles[8] == 0.5)
    }
    let pass = model.pass()
    let x = pass[model.handle(0)]
    let y = x.logSoftmax()
    #expect(y.tensor.doubles[0..<4].allSatisfy { $0 == hidden })
    #expect(abs(y.tensor.doubles[4] + 0.6931471805599453) < 1e-7)
    let sums = x.logSumExp(axis: 1, keepingAxis: false)
    #expect(sums.tensor.doubles[0] == hidden)
    // exp(-infinity) = 0 keeps the loss finite; the rows' own gradients are what is looked at.
    pass.minimize("loss", y.exponential().sum() + sums.exponential().sum())
    model.tape.backward()
    #expect(model.gradient(0).allSatisfy { $0.isFinite })
    #expect(model.gradient(0)[0..<4] == [0, 0, 0, 0])
  }

  @Test func `a node computed again has the value of its operands as they stand`() throws {
    let model = try Model([("x", [2, 3], [1, 2, 4, -1, 0.5, 3])])
    let bodies: [(Pass, Value) -> Value] = [
      { $1.variance(axis: 1) }, { $1.standardDeviation(axis: 0) }, { $1.logSumExp(axis: 1) },
      { $1.norm(axis: 1) }, { $1.maximum(axis: 0) }, { $1.softmax() }, { $1.logSoftmax(axis: 0) },
      { $1.crossEntropy(to: $0.indices([2, 0], [2])) },
      { $1.crossEntropy(to: $0.constant([0.5, 0.5, 0, 0, 0, 1.0], [2, 3])) },
    ]
    for body in bodies {
      let before = model.parameters.value(model.handle(0), 1)
      let pass = model.pass()
      let y = body(pass, pass[model.handle(0)])
      let first = y.tensor
      model.parameters.setValue(model.handle(0), 1, to: before + 0.25)
      model.tape.compute(at: Int(y.id))
      let again = y.tensor
      #expect(again != first)
      let fresh = model.pass()
      #expect(body(fresh, fresh[model.handle(0)]).tensor == again)
      model.parameters.setValue(model.handle(0), 1, to: before)
    }
  }
}
