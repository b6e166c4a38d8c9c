import Testing
import ThalwegAutodiff
import ThalwegTensor

/// Operations that are defined outside the package, beside what `OperationTests` asks of them.
@Suite struct CustomOperationTests {
  @Test func `a custom operation stands under its own name where the gradient ends`() throws {
    let model = try Model([("net.w", [2], [1, -2])])
    let pass = model.pass()
    _ = pass.enter(model.parameters.place("net.1"))
    pass.minimize("loss", pass[model.handle(0)].applying(Cube()).stopGradient().sum())
    model.tape.backward(only: "loss")
    guard case .noPath(let end) = model.tape.reach(model.handle(0), from: "loss") else {
      Issue.record("a path through stopGradient")
      return
    }
    #expect(end.operation == "stopGradient")
    let other = model.pass()
    _ = other[model.handle(0)].applying(Cube())
    other.minimize("loss", other.constant([1.0], [1]).sum())
    model.tape.backward(only: "loss")
    guard case .noPath(let end) = model.tape.reach(model.handle(0), from: "loss") else {
      Issue.record("a path from nothing")
      return
    }
    #expect(end.kind == .dropped && end.operation == "cube")
  }

  @Test(arguments: ScalarType.allCases)
  func `a custom operation is the culprit under its own name`(_ type: ScalarType) throws {
    let model = try Model([("net.w", [2], [1, 1e200])], in: type)
    model.parameters.setValue(model.handle(0), 1, to: type == .float32 ? 1e30 : 1e200)
    let pass = model.pass()
    _ = pass.enter(model.parameters.place("net.1"))
    pass.minimize("loss", pass[model.handle(0)].applying(Cube()).sum())
    let culprit = try #require(model.tape.firstNonFiniteValue())
    #expect(culprit == Culprit(kind: .value, operation: "cube", path: "net.1", index: 1))
  }

  @Test func `the operations of one step do not leak into the next`() throws {
    let model = try Model([("a", [1], [3])])
    for slope in [2.0, 5, 7] {
      let pass = model.pass()
      let (first, second) = (
        pass[model.handle(0)].applying(OwnSquare(slope: slope)),
        pass[model.handle(0)].applying(Cube())
      )
      pass.minimize("loss", (first + second).sum())
      model.tape.backward()
      #expect(model.gradient(0) == [slope * 3 + 27])
    }
  }

  @Test func `an operand that needs no gradient gets none`() throws {
    let model = try Model([("a", [3], [1, 2, 3])])
    let pass = model.pass()
    let x = pass.constant([1.0, 2, 3, 4, 5, 6], [2, 3])
    pass.minimize("loss", Value.applying(WeightedRows(), to: x, pass[model.handle(0)]).sum())
    model.tape.backward()
    #expect(x.gradient == nil)
    #expect(model.gradient(0) == [5, 7, 9])
  }

  @Test func `a shape that does not fit traps in the operation's own words`() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let model = try Model([("m", [2, 3], [1, 2, 3, 4, 5, 6])])
      let pass = model.pass()
      _ = pass.enter(model.parameters.place("net.head"))
      _ = Value.applying(WeightedRows(), to: pass[model.handle(0)], pass[model.handle(0)])
    }
    #expect(
      trapText(result).contains(
        "weightedRows: shapes [2, 3] and [2, 3] do not fit, in net.head"))
  }

  @Test func `a replaced gradient is straight through`() throws {
    let model = try Model([("a", [3], [0.4, 1.6, -2.2])])
    let pass = model.pass()
    let x = pass[model.handle(0)]
    let y = x.applying(Rounded()).replacingGradient(by: x)
    #expect(y.tensor.doubles == [0, 2, -2])
    pass.minimize("loss", y.square().sum())
    model.tape.backward()
    #expect(model.gradient(0) == [0, 4, -4])
  }

  @Test func `replaced gradients of two shapes trap`() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let model = try Model([("m", [2, 3], [1, 2, 3, 4, 5, 6])])
      let x = model.pass()[model.handle(0)]
      _ = x.replacingGradient(by: x.sum(axis: 0))
    }
    #expect(trapText(result).contains("replaceGradient: shapes [2, 3] and [1, 3] differ"))
  }
}
