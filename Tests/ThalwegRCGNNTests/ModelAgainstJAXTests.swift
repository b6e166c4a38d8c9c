import Testing
import ThalwegAutodiff
import ThalwegRCGNN
import ThalwegTensor

/// Loss and gradient of both models against an implementation of its own, in Double.
@Suite struct ModelAgainstJAXTests {
  private static let loss = [
    "loss.reconstruction=10", "loss.sparsity=0.3", "model.hidden=3", "data.window=5",
    "data.made.variables=4",
  ]

  private func model(_ kind: String, _ figures: ModelFigures) throws -> MadeModel {
    let model =
      switch kind {
      case "latent":
        // 5 of 16 entries are kept.
        try MadeModel(
          "published-stable",
          Self.loss + [
            "loss.acyclicity=2", "loss.disentanglement=0.7", "model.latent=4",
            "model.kept_share=0.32",
          ], .float64)
      default: try MadeModel("default", Self.loss + ["model.lags=2"], .float64)
      }
    let paths = try figures.names(kind, "parameters")
    #expect(Set(paths) == Set(model.parameters.paths))
    for path in paths { try model.set(path, try figures.list(kind, "parameters", path)) }
    return model
  }

  private func expectClose(_ found: [Double]?, _ expected: [Double], _ what: String) {
    guard let found else {
      #expect(expected.allSatisfy { $0 == 0 }, "no gradient of \(what)")
      return
    }
    let scale = expected.map(abs).max() ?? 0
    let difference = zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity
    #expect(found.count == expected.count)
    // A shift of a code changes no correlation: that gradient is 0 up to rounding on both sides.
    #expect(difference <= max(1e-8 * scale, 1e-15), "\(what): \(difference) of \(scale)")
  }

  @Test(arguments: ["latent", "graph"])
  func lossAndGradientAgree(_ kind: String) throws {
    let figures = try ModelFigures()
    let model = try model(kind, figures)
    let tape = try model.tape()
    model.minimize([0, 3, 6], tape, try figures.series())
    let terms = try figures.names(kind, "terms")
    #expect(tape.terms.map(\.name) == terms)
    for (name, value) in model.terms(tape) {
      let expected = try figures.number(kind, "terms", name)
      #expect(abs(value - expected) <= 1e-12 * abs(expected), "\(name)")
    }
    let expected = try figures.number(kind, "loss")
    #expect(abs((try #require(tape.loss)) - expected) <= 1e-12 * expected)
    tape.backward()
    for path in model.parameters.paths {
      expectClose(
        try model.gradient(path, tape), try figures.list(kind, "gradient", path), path)
    }
    let weights = [
      "reconstruction": 10, "sparsity": 0.3, "acyclicity": 2, "disentanglement": 0.7,
    ]
    for term in terms {
      let weight = try #require(weights[term])
      tape.backward(only: term)
      for path in model.parameters.paths {
        let expected = try figures.list(kind, "term_gradients", term, path)
        expectClose(
          try model.gradient(path, tape), expected.map { weight * $0 }, "\(term) of \(path)")
      }
    }
  }

  @Test func disentanglementIsNumPysCorrelation() throws {
    let figures = try ModelFigures()
    let tape = Tape(try Machine(threads: 1), Parameters(.float64))
    let pass = Pass(tape, .evaluate)
    let codes = pass.constant(try figures.list("codes"), Shape(7, 6))
    let found = Disentanglement.published(
      codes, weights: Disentanglement.pairWeights(latent: 2), pass)
    let expected = try figures.list("pair_means").reduce(0, +)
    #expect(abs(found.item - expected) <= 1e-12 * expected)
  }

  @Test(arguments: ["drawn", "large"])
  func acyclicityAndItsGradientAgree(_ name: String) throws {
    let figures = try ModelFigures()
    let parameters = Parameters(.float64)
    let entries = try figures.list("matrices", name)
    let matrix = parameters.register("matrix", Shape(5, 5)) { entries[$0] }
    let tape = Tape(try Machine(threads: 1), parameters)
    let pass = Pass(tape, .train)
    pass.minimize(
      "acyclicity",
      Acyclicity.published(pass[matrix], identity: Acyclicity.identity(5), pass))
    let expected = try figures.number("acyclicity", name)
    #expect(abs((try #require(tape.loss)) - expected) <= 1e-12 * expected)
    tape.backward()
    let gradient = (0..<25).map { parameters.gradient(matrix, $0) }
    expectClose(gradient, try figures.list("acyclicity_gradient", name), name)
  }
}
