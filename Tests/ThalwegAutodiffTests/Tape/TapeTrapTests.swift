import Testing
import ThalwegAutodiff
import ThalwegTensor

/// Mistakes of a caller stop the program and say what, which shapes and where.
@Suite struct TapeTrapTests {
  private static func model(isRecording: Bool = true) throws -> Model {
    try Model([("a", [2], [1, 2]), ("b", [3], [1, 2, 3])], isRecording: isRecording)
  }

  @Test func `a value of an earlier step traps`() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let model = try Self.model()
      let old = model.pass()[model.handle(0)]
      let pass = model.pass()
      _ = pass.enter(model.parameters.place("encoder.0"))
      _ = pass[model.handle(0)] + old
    }
    #expect(trapText(result).contains("add: a value of an earlier step was used, in encoder.0"))
  }

  @Test func `a value of another tape traps`() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, other) = (try Self.model(), try Self.model())
      _ = model.pass()[model.handle(0)] * other.pass()[other.handle(0)]
    }
    #expect(
      trapText(result).contains("multiply: a value of another tape was used, outside any module"))
  }

  @Test func `reading a value of an earlier step traps`() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let model = try Self.model()
      let old = model.pass()[model.handle(0)].sum()
      model.tape.clear()
      _ = old.item
    }
    #expect(trapText(result).contains("item: a value of an earlier step was used"))
  }

  @Test func `shapes that do not broadcast are both named`() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let model = try Self.model()
      let pass = model.pass()
      _ = pass.enter(model.parameters.place("head"))
      _ = pass.constant([0.0, 0], [1, 2]) - pass[model.handle(1)]
    }
    #expect(
      trapText(result).contains(
        "subtract: shapes [1, 2] and [3] do not broadcast (axis 1: 2 and 3), in head"))
  }

  @Test func `only a single number is minimized`() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let model = try Self.model()
      let pass = model.pass()
      pass.minimize("loss", pass[model.handle(0)])
    }
    #expect(trapText(result).contains("minimize: term 'loss' has shape [2]"))
  }

  @Test func `a name is minimized once`() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let model = try Self.model()
      let pass = model.pass()
      pass.minimize("loss", pass[model.handle(0)].sum())
      pass.minimize("loss", pass[model.handle(1)].sum())
    }
    #expect(trapText(result).contains("term 'loss' is minimized twice in one step"))
  }

  @Test func `backward needs a tape that records`() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let model = try Self.model(isRecording: false)
      let pass = model.pass()
      pass.minimize("loss", pass[model.handle(0)].sum())
      model.tape.backward()
    }
    #expect(trapText(result).contains("the tape was made with recording off"))
  }

  @Test func `backward needs a term that exists`() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let model = try Self.model()
      let pass = model.pass()
      pass.minimize("loss", pass[model.handle(0)].sum())
      model.tape.backward(only: "penalty")
    }
    #expect(trapText(result).contains(#"no term 'penalty'; the step has ["loss"]"#))
  }

  @Test func `data must fill its shape`() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = try Self.model().pass().constant([1.0, 2], [3]) }
    #expect(trapText(result).contains("constant: 2 numbers for shape [3]"))
  }

  @Test func `a parameter made after the step began traps by name`() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let model = try Self.model()
      let pass = model.pass()
      let late = model.parameters.register("late.weight", [1]) { _ in 0 }
      _ = pass[late]
    }
    #expect(trapText(result).contains("'late.weight' was registered after the step began"))
  }
}
