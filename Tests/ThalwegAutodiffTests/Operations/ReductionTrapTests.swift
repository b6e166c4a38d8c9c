import Testing
import ThalwegAutodiff
import ThalwegTensor

/// Reductions that cannot be done stop the program; the text names the operation and the shape.
@Suite struct ReductionTrapTests {
  private static func pass() throws -> (Model, Pass) {
    let model = try Model([
      ("m", [2, 3], [1, 2, 3, 4, 5, 6]), ("e", [0, 3], []), ("s", [], [1]),
    ])
    let pass = model.pass()
    _ = pass.enter(model.parameters.place("net.head"))
    return (model, pass)
  }

  @Test func `axes that are not there`() async {
    let variance = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try Self.pass()
      _ = pass[model.handle(0)].variance(axis: 2)
    }
    #expect(trapText(variance).contains("variance: axis 2 of shape [2, 3], in net.head"))
    let norm = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try Self.pass()
      _ = pass[model.handle(0)].norm(axis: -1)
    }
    #expect(trapText(norm).contains("norm: axis -1 of shape [2, 3], in net.head"))
    let softmax = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try Self.pass()
      _ = pass[model.handle(2)].softmax()
    }
    #expect(trapText(softmax).contains("softmax: axis -1 of shape [], in net.head"))
  }

  @Test func `extremes of nothing`() async {
    let all = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try Self.pass()
      _ = pass[model.handle(1)].maximum()
    }
    #expect(trapText(all).contains("maximum: shape [0, 3] has no entry, in net.head"))
    let along = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try Self.pass()
      _ = pass[model.handle(1)].minimum(axis: 0)
    }
    #expect(trapText(along).contains("minimum: shape [0, 3] has no entry, in net.head"))
  }

  @Test func `a correction that is none`() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try Self.pass()
      _ = pass[model.handle(0)].standardDeviation(axis: 0, correction: 2)
    }
    #expect(
      trapText(result).contains(
        "standardDeviation: correction 2 is neither 0 nor 1, in net.head"))
  }
}
