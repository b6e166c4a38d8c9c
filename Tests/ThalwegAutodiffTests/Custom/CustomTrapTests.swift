import Testing
import ThalwegAutodiff
import ThalwegTensor

/// Copies its operand, and keeps and asks for what it is told to.
private struct Keeping: CustomOperation {
  let name = "keeping"
  var forwardCounts = [1]
  var backwardCount = 1
  var operand = 0

  func shape(of operands: OperandShapes) -> Shape { operands[0] }

  func forward<Number: BinaryFloatingPoint>(_ step: CustomForward<Number>) {
    for count in forwardCounts { _ = step.saved(count) }
    let x = step.operand(operand)
    for index in x.indices { step.result[index] = x[index] }
  }

  func backward<Number: BinaryFloatingPoint>(_ step: CustomBackward<Number>) {
    _ = step.saved(backwardCount)
    if let dx = step.gradient(0) {
      for index in dx.indices { dx[index] = step.cotangent[index] }
    }
  }
}

/// What a custom operation must not ask for stops the program and names the operation and the place.
@Suite struct CustomTrapTests {
  private static func run(_ operation: Keeping) throws {
    let model = try Model([("x", [2], [1, 2])])
    let pass = model.pass()
    _ = pass.enter(model.parameters.place("net.head"))
    pass.minimize("loss", pass[model.handle(0)].applying(operation).sum())
    model.tape.backward()
  }

  @Test func `kept memory is asked for under one count`() async throws {
    try Self.run(Keeping())
    let forward = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      try Self.run(Keeping(forwardCounts: [1, 64]))
    }
    #expect(
      trapText(forward).contains(
        "keeping: keeps 1 numbers for its derivative, not 64, in net.head"))
    let backward = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      try Self.run(Keeping(backwardCount: 40))
    }
    #expect(
      trapText(backward).contains(
        "keeping: keeps 1 numbers for its derivative, not 40, in net.head"))
  }

  @Test func `an operand that is not there is not read`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      try Self.run(Keeping(operand: 1))
    }
    #expect(trapText(result).contains("keeping: operand 1 of 1, in net.head"))
  }

  @Test func `no operand is missing before another`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let model = try Model([("x", [2], [1, 2])])
      let x = model.pass()[model.handle(0)]
      _ = Value.applying(Keeping(), to: x, nil, x)
    }
    #expect(trapText(result).contains("keeping: an operand is missing before another"))
  }
}
