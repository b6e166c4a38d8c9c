import Testing
import ThalwegAutodiff
import ThalwegTensor

/// Different answers to where the gradient went, never a silent zero.
@Suite struct ReachTests {
  /// Parameters `encoder.w` and `head.w`, and a pass whose modules are set by path.
  private func model() throws -> Model {
    try Model([("encoder.w", [2], [1, -2]), ("head.w", [2], [3, 4])])
  }

  private func entering(_ path: String, _ model: Model, _ pass: Pass, _ body: () -> Value) -> Value
  {
    let outer = pass.enter(model.parameters.place(path))
    defer { pass.leave(to: outer) }
    return body()
  }

  private func reach(_ model: Model, _ index: Int, _ term: String) -> Reach {
    model.tape.backward(only: term)
    return model.tape.reach(model.handle(index), from: term)
  }

  private func expectEnd(
    _ reach: Reach, _ kind: PathEnd.Kind, operation: String?, module: String?, terms: [String],
    at location: SourceLocation = #_sourceLocation
  ) {
    guard case .noPath(let end) = reach else {
      Issue.record("\(reach) where no path is", sourceLocation: location)
      return
    }
    #expect(end.kind == kind, sourceLocation: location)
    #expect(end.operation == operation, sourceLocation: location)
    #expect(end.module == module, sourceLocation: location)
    #expect(end.terms == terms, sourceLocation: location)
  }

  @Test func `a gradient that came is live, with its norm`() throws {
    let model = try model()
    let pass = model.pass()
    pass.minimize("loss", pass[model.handle(0)].square().sum(), weight: 0.5)
    #expect(reach(model, 0, "loss") == .live(norm: 5.0.squareRoot()))
  }

  @Test(arguments: [1e-30, 1e-44, 1e30], ScalarType.allCases)
  func `the norm of tiny and huge gradients neither vanishes nor overflows`(
    _ size: Double, _ type: ScalarType
  ) throws {
    let model = try Model([("a", [2], [1, 1])], in: type)
    let pass = model.pass()
    pass.minimize("loss", (pass[model.handle(0)] * pass.constant([3 * size, 4 * size], [2])).sum())
    guard case .live(let norm) = reach(model, 0, "loss") else {
      Issue.record("no gradient")
      return
    }
    // In Float 1e-44 is a subnormal number of few bits.
    #expect(abs(norm / size / 5 - 1) < (type == .float32 ? (size < 1e-40 ? 0.2 : 1e-6) : 1e-12))
  }

  @Test func `a path that carries nothing is zero`() throws {
    let model = try model()
    let pass = model.pass()
    // relu is shut for both entries.
    pass.minimize("shut", (pass[model.handle(0)].square() - 100).relu().sum())
    pass.minimize("weightless", pass[model.handle(1)].sum(), weight: 0)
    #expect(reach(model, 0, "shut") == .zero)
    #expect(reach(model, 1, "weightless") == .zero)
  }

  @Test func `a parameter that is not read is unused`() throws {
    let model = try model()
    let pass = model.pass()
    pass.minimize("loss", pass[model.handle(0)].sum())
    expectEnd(reach(model, 1, "loss"), .unused, operation: nil, module: nil, terms: [])
  }

  @Test func `a cut is named with its operation, module and the terms behind it`() throws {
    let model = try model()
    let pass = model.pass()
    let hidden = entering("encoder", model, pass) { pass[model.handle(0)].sigmoid() }
    let cut = entering("gate", model, pass) { hidden.stopGradient() }
    let output = entering("head", model, pass) { (cut * pass[model.handle(1)]).sum() }
    pass.minimize("loss", output)
    expectEnd(
      reach(model, 0, "loss"), .cut, operation: "stopGradient", module: "gate", terms: ["loss"])
    guard case .live = reach(model, 1, "loss") else {
      Issue.record("the head's weight has a path")
      return
    }
  }

  @Test func `what goes to other terms only is elsewhere`() throws {
    let model = try model()
    let pass = model.pass()
    let hidden = entering("encoder", model, pass) { pass[model.handle(0)].sigmoid() }
    pass.minimize("penalty", hidden.square().sum())
    pass.minimize("second", hidden.sum())
    pass.minimize("loss", pass[model.handle(1)].sum())
    expectEnd(
      reach(model, 0, "loss"), .elsewhere, operation: "sigmoid", module: "encoder",
      terms: ["penalty", "second"])
    guard case .live = reach(model, 0, "second") else {
      Issue.record("the other term has a path")
      return
    }
  }

  @Test func `what nothing uses is dropped, named by its last operation`() throws {
    let model = try model()
    let pass = model.pass()
    let hidden = entering("encoder", model, pass) { pass[model.handle(0)].sigmoid() }
    _ = entering("aside", model, pass) { hidden.square().sum() }
    pass.minimize("loss", pass[model.handle(1)].sum())
    expectEnd(reach(model, 0, "loss"), .dropped, operation: "sum", module: "aside", terms: [])
  }

  @Test func `a frozen parameter says so`() throws {
    let model = try model()
    model.parameters.setFrozen(0, true)
    let pass = model.pass()
    pass.minimize("loss", (pass[model.handle(0)] * pass[model.handle(1)]).sum())
    #expect(model.parameters.isFrozen(model.handle(0)))
    #expect(reach(model, 0, "loss") == .frozen)
    #expect(reach(model, 1, "loss") == .live(norm: 5.0.squareRoot()))
  }

  @Test func `entries that are no finite numbers are counted`() throws {
    let model = try Model([("a", [3], [0, 4, 0])])
    let pass = model.pass()
    pass.minimize("loss", pass[model.handle(0)].squareRoot().sum())
    #expect(reach(model, 0, "loss") == .nonFinite(count: 2))
  }

  @Test func `a mask that is computed from a parameter cuts its path`() throws {
    let model = try model()
    let pass = model.pass()
    let mask = entering("gate", model, pass) { pass[model.handle(0)].square() }
    let x = pass[model.handle(1)]
    let loss = entering("head", model, pass) {
      x.meanSquaredError(to: pass.constant([0.0, 0], [2]), mask: mask) ?? x
    }
    pass.minimize("loss", loss)
    expectEnd(
      reach(model, 0, "loss"), .cut, operation: "meanSquaredError", module: "head",
      terms: ["loss"])
  }

  @Test(arguments: ["round", "step", "largestMask", "hardMaximum"])
  func `a choice is a cut without an estimator, and a path with one`(_ operation: String) throws {
    for (estimator, isLive) in [(GradientEstimator.none, false), (.straightThrough, true)] {
      let model = try model()
      let pass = model.pass()
      let x = pass[model.handle(0)]
      let choice = entering("gate", model, pass) {
        switch operation {
        case "round": x.rounded(estimator: estimator)
        case "step": x.stepped(estimator: estimator)
        case "largestMask": x.largestMask(1, estimator: estimator)
        default: x.hardMaximum(axis: 0, estimator: estimator)
        }
      }
      pass.minimize("loss", (choice * pass[model.handle(1)]).sum())
      if isLive {
        #expect(reach(model, 0, "loss") == .live(norm: 5))
        #expect(model.gradient(0) == [3, 4])
      } else {
        expectEnd(
          reach(model, 0, "loss"), .cut, operation: operation, module: "gate", terms: ["loss"])
      }
    }
  }

  @Test(arguments: ["argMaximum", "argMinimum", "argSort"])
  func `indices that are computed from a parameter are a cut`(_ operation: String) throws {
    let model = try model()
    let pass = model.pass()
    let x = pass[model.handle(0)]
    let places =
      switch operation {
      case "argMaximum": x.argMaximum(axis: 0)
      case "argMinimum": x.argMinimum(axis: 0)
      default: x.argSorted(axis: 0)
      }
    let chosen = entering("head", model, pass) {
      pass[model.handle(1)].rows(at: places.reshaped(to: places.shape)).sum()
    }
    pass.minimize("loss", chosen)
    expectEnd(reach(model, 0, "loss"), .cut, operation: operation, module: "", terms: ["loss"])
    let again = model.pass()
    let hot = again[model.handle(0)].argSorted(axis: 0).oneHot(2)
    again.minimize("loss", (hot * again[model.handle(1)]).sum())
    expectEnd(reach(model, 0, "loss"), .cut, operation: "argSort", module: "", terms: ["loss"])
  }

  @Test func `the cut that is named is not the choice whose gradient is estimated`() throws {
    let model = try model()
    let pass = model.pass()
    let choice = pass[model.handle(0)].rounded(estimator: .straightThrough)
    let cut = entering("gate", model, pass) { choice.square().stopGradient() }
    pass.minimize("loss", cut.sum())
    pass.minimize("twice", cut.stopGradient().sum())
    for term in ["loss", "twice"] {
      expectEnd(
        reach(model, 0, term), .cut, operation: "stopGradient", module: "gate",
        terms: ["loss", "twice"])
    }
  }
}
