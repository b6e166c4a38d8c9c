import Testing
import ThalwegAutodiff
import ThalwegTensor
import ThalwegTraining

@Suite struct ParameterGroupTests {
  @Test(arguments: [
    ("encoder.0.weight", "encoder.0.weight", true),
    ("encoder.0.weight", "encoder.0.weights", false),
    ("encoder.0", "encoder.0.weight", false), ("*", "encoder.0.weight", true), ("*", "", true),
    ("", "", true), ("", "a", false), ("encoder.*", "encoder.0.weight", true),
    ("encoder.*", "encoder.", true), ("encoder.*", "encoder", false), ("*.bias", "a.b.bias", true),
    ("*.bias", "bias", false), ("*.bias", "a.bias.gain", false), ("*.0.*", "encoder.0.bias", true),
    ("*.0.*", "encoder.10.bias", false), ("e*r.*t", "encoder.0.weight", true),
    ("a**b", "ab", true), ("*a*a*", "banana", true), ("*x*", "banana", false),
    ("größe.*", "größe.weight", true),
  ])
  func `a star stands for any run of characters`(_ pattern: String, _ path: String, _ fits: Bool) {
    #expect(ParameterGroup(pattern).matches(path) == fits)
  }

  /// Parameters `a.weight`, `a.bias` and `b.weight`, each 1, with the gradient 1.
  private func stepped(_ groups: [ParameterGroup]) throws -> [Double] {
    let parameters = Parameters(.float64)
    let handles = ["a.weight", "a.bias", "b.weight"].map {
      parameters.register($0, .scalar) { _ in 1 }
    }
    let configuration = OptimizerConfiguration(
      .sgd, learningRate: 0.5, weightDecay: 0.25, groups: groups)
    let trainer = try Trainer(parameters, configuration, on: Machine(threads: 1))
    trainer.step { pass in
      pass.minimize("sum", pass[handles[0]] + pass[handles[1]] + pass[handles[2]])
    }
    return handles.map { parameters.value($0, 0) }
  }

  @Test func `a group scales the rate, sets the decay or freezes`() throws {
    // p - rate (g + decay p) with p = g = 1.
    #expect(try stepped([]) == [0.375, 0.375, 0.375])
    #expect(
      try stepped([ParameterGroup("a.*", learningRateScale: 0.5)]) == [0.6875, 0.6875, 0.375])
    #expect(try stepped([ParameterGroup("*.bias", weightDecay: 0)]) == [0.375, 0.5, 0.375])
    #expect(try stepped([ParameterGroup("b.*", isFrozen: true)]) == [0.375, 0.375, 1])
  }

  @Test func `the first group that matches holds`() throws {
    let groups = [ParameterGroup("*.bias", isFrozen: true), ParameterGroup("a.*", weightDecay: 0)]
    #expect(try stepped(groups) == [0.5, 1, 0.375])
  }

  @Test func `a pattern that matches nothing is refused, with the paths that are there`() throws {
    let parameters = Parameters(.float32)
    _ = parameters.register("encoder.weight", [1]) { _ in 0 }
    let configuration = OptimizerConfiguration(groups: [ParameterGroup("enkoder.*")])
    let error = #expect(throws: OptimizerError.self) {
      try Optimizer(parameters, configuration)
    }
    #expect(error == .noParameter(pattern: "enkoder.*", paths: ["encoder.weight"]))
    #expect(error?.description.contains("'enkoder.*' matches no parameter") == true)
  }
}
