import Testing
import ThalwegAutodiff
import ThalwegTensor

/// Losses that cannot be taken stop the program; the text names the operation and what is wrong.
@Suite struct LossTrapTests {
  private static func pass() throws -> (Model, Pass) {
    let model = try Model([
      ("m", [2, 3], [1, 2, 3, 4, 5, 6]), ("v", [2], [1, 0]), ("e", [0, 3], []),
    ])
    let pass = model.pass()
    _ = pass.enter(model.parameters.place("net.head"))
    return (model, pass)
  }

  @Test func `a class beyond the extent is named with its row`() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try Self.pass()
      _ = pass[model.handle(0)].crossEntropy(to: pass.indices([2, 3], [2]))
    }
    #expect(
      trapText(result).contains(
        "crossEntropy: class 3 at row 1 is beyond the extent 3 of shape [2, 3], in net.head"))
    let masked = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try Self.pass()
      _ = pass[model.handle(0)].crossEntropy(
        to: pass.indices([9, 9], [2]), mask: pass[model.handle(1)])
    }
    #expect(trapText(masked).contains("crossEntropy: class 9 at row 0 is beyond the extent 3"))
  }

  @Test func `shapes that differ`() async {
    let classes = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try Self.pass()
      _ = pass[model.handle(0)].crossEntropy(to: pass.indices([1, 2, 0], [3]))
    }
    #expect(
      trapText(classes).contains(
        "crossEntropy: logits [2, 3], classes [3], mask none do not fit, in net.head"))
    let target = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try Self.pass()
      let x = pass[model.handle(0)]
      _ = x.crossEntropy(to: x, mask: x)
    }
    #expect(
      trapText(target).contains(
        "crossEntropy: logits [2, 3], target [2, 3], mask [2, 3] do not fit, in net.head"))
    let variance = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try Self.pass()
      let x = pass[model.handle(0)]
      _ = x.gaussianNegativeLogLikelihood(to: x, variance: pass[model.handle(1)])
    }
    #expect(
      trapText(variance).contains(
        "gaussianNegativeLogLikelihood: shapes [2, 3] and [2, 3], variance [2], mask none, differ"))
    let absolute = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try Self.pass()
      _ = pass[model.handle(0)].meanAbsoluteError(to: pass[model.handle(1)])
    }
    #expect(
      trapText(absolute).contains(
        "meanAbsoluteError: shapes [2, 3] and [2], mask none, differ, in net.head"))
  }

  @Test func `losses over nothing`() async {
    let absolute = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try Self.pass()
      let e = pass[model.handle(2)]
      _ = e.meanAbsoluteError(to: e)
    }
    #expect(
      trapText(absolute).contains("meanAbsoluteError: shape [0, 3] has no entry, in net.head"))
    let entropy = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try Self.pass()
      _ = pass[model.handle(2)].crossEntropy(to: pass.indices([], [0]))
    }
    #expect(trapText(entropy).contains("crossEntropy: shape [0, 3] has no row, in net.head"))
  }

  @Test func `settings that are no numbers to work with`() async {
    let delta = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try Self.pass()
      let x = pass[model.handle(0)]
      _ = x.huberLoss(to: x, delta: 0)
    }
    #expect(trapText(delta).contains("huberLoss: delta 0.0 is not a positive number, in net.head"))
    let weight = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try Self.pass()
      let x = pass[model.handle(0)]
      _ = x.binaryCrossEntropy(to: x, positiveWeight: .nan)
    }
    #expect(trapText(weight).contains("binaryCrossEntropy: weight nan is not a positive number"))
    let epsilon = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try Self.pass()
      let x = pass[model.handle(0)]
      _ = x.gaussianNegativeLogLikelihood(to: x, variance: x, epsilon: -1)
    }
    #expect(trapText(epsilon).contains("epsilon -1.0 is not a positive number, in net.head"))
    let smoothing = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try Self.pass()
      _ = pass[model.handle(0)].crossEntropy(to: pass.indices([0, 0], [2]), labelSmoothing: 1.5)
    }
    #expect(trapText(smoothing).contains("crossEntropy: smoothing 1.5 is not from 0 to 1"))
  }
}
