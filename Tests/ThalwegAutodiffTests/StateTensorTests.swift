import Testing
import ThalwegAutodiff
import ThalwegTensor

/// Numbers of a model that are read and proposed in a step and trained by nothing.
@Suite struct StateTensorTests {
  private struct Made {
    let parameters: Parameters
    let weight: Parameter
    let mean: StateTensor
    let count: StateTensor
    let tape: Tape

    init(_ type: ScalarType = .float64) throws {
      parameters = Parameters(type)
      weight = parameters.register("norm.weight", [2]) { Double($0) + 1 }
      mean = parameters.registerState("norm.mean", [2, 3]) { Double($0) + 0.1 }
      count = parameters.registerState("norm.count", .scalar) { _ in -1 }
      tape = Tape(try Machine(threads: 1), parameters)
    }
  }

  @Test(arguments: ScalarType.allCases)
  func `state tensors keep their path, shape and values, apart from the parameters`(
    _ type: ScalarType
  ) throws {
    let made = try Made(type)
    let parameters = made.parameters
    #expect(parameters.stateCount == 2)
    #expect(parameters.allStates.map(\.path) == ["norm.mean", "norm.count"])
    #expect(parameters.allStates.map(\.state) == [made.mean, made.count])
    #expect(parameters.state("norm.mean") == made.mean)
    #expect(parameters.state("norm.weight") == nil && parameters["norm.mean"] == nil)
    #expect(parameters.paths == ["norm.weight"])
    #expect(parameters.elementCount == 2)
    let expected = (0..<6).map {
      type == .float32 ? Double(Float(Double($0) + 0.1)) : Double($0) + 0.1
    }
    #expect(parameters.tensor(made.mean).doubles == expected)
    #expect(parameters.tensor(made.mean).shape == [2, 3])
    #expect(parameters.tensor(made.mean).scalarType == type)
    let revision = parameters.revision
    parameters.setValue(made.count, 0, to: 7)
    #expect(parameters.value(made.count, 0) == 7)
    #expect(parameters.revision > revision)
    #expect(parameters.tensor(made.mean).doubles == expected)
  }

  @Test func `conversion copies them`() throws {
    let made = try Made(.float32)
    let wide = made.parameters.converted(to: .float64)
    #expect(wide.allStates.map(\.path) == made.parameters.allStates.map(\.path))
    #expect(wide.tensor(made.mean).doubles == made.parameters.tensor(made.mean).doubles)
    #expect(wide.tensor(made.mean).scalarType == .float64)
    wide.setValue(made.mean, 0, to: 9)
    #expect(made.parameters.value(made.mean, 0) != 9)
  }

  @Test func `a step reads them as data, without a gradient`() throws {
    let made = try Made()
    let pass = Pass(made.tape, .train)
    let product = pass[made.weight] * pass[made.count]
    #expect(pass[made.mean].tensor == made.parameters.tensor(made.mean))
    pass.minimize("sum", product.sum())
    made.tape.backward()
    #expect(product.tensor.doubles == [-1, -2])
    #expect(made.parameters.gradient(made.weight, 0) == -1)
    #expect(pass[made.count].gradient == nil)
  }

  @Test func `a proposal changes nothing before it is committed`() throws {
    let made = try Made()
    let before = made.parameters.tensor(made.mean)
    let pass = Pass(made.tape, .train)
    func pending(_ index: Int) -> Double {
      pass.pending(made.mean).assumingMemoryBound(to: Double.self)[index]
    }
    #expect(pending(4) == 4.1)
    pass.propose(made.mean, pass[made.mean].affine(scale: 2))
    #expect(pending(4) == 8.2)
    #expect(made.parameters.tensor(made.mean) == before)
    #expect(pass[made.mean].tensor == before)
    // A second proposal takes the place of the first.
    let numbers = (0..<6).map { Double(10 * $0) }
    numbers.withUnsafeBytes { bytes in
      if let start = bytes.baseAddress { pass.propose(made.mean, from: start) }
    }
    #expect(pending(4) == 40)
    made.tape.commitProposals()
    #expect(made.parameters.tensor(made.mean).doubles == numbers)
    #expect(made.parameters.value(made.count, 0) == -1)
  }

  @Test func `a cleared tape forgets proposals`() throws {
    let made = try Made()
    let before = made.parameters.tensor(made.mean)
    let pass = Pass(made.tape, .train)
    pass.propose(made.mean, pass[made.mean].affine(scale: 2))
    made.tape.clear()
    #expect(pass.pending(made.mean).assumingMemoryBound(to: Double.self)[1] == 1.1)
    made.tape.commitProposals()
    #expect(made.parameters.tensor(made.mean) == before)
  }

  @Test func `the first proposal that is not finite is named`() throws {
    let made = try Made(.float32)
    let pass = Pass(made.tape, .train)
    pass.propose(made.mean, pass[made.mean])
    #expect(made.tape.firstNonFiniteProposal() == nil)
    pass.propose(made.count, pass[made.count].affine(scale: 0, shift: 1e39))
    let culprit = try #require(made.tape.firstNonFiniteProposal())
    #expect(culprit.description == "entry 0 of what was proposed for state norm.count")
  }

  @Test func `more state tensors than a tape has seen are proposed for after clearing`() throws {
    let made = try Made()
    let more = (0..<50).map { index in
      made.parameters.registerState("more.\(index)", [33]) { _ in 0 }
    }
    made.tape.clear()
    let pass = Pass(made.tape, .train)
    for (index, state) in more.enumerated() {
      pass.propose(state, pass[state].affine(scale: 0, shift: Double(index)))
    }
    made.tape.commitProposals()
    for (index, state) in more.enumerated() {
      #expect(
        made.parameters.tensor(state).doubles == [Double](repeating: Double(index), count: 33))
    }
  }

  @Test func `a path is taken once, by whatever`() async {
    let first = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = try Made().parameters.registerState("norm.weight", [1]) { _ in 0 }
    }
    #expect(trapText(first).contains("'norm.weight' is registered twice"))
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = try Made().parameters.register("norm.count", [1]) { _ in 0 }
    }
    #expect(trapText(result).contains("'norm.count' is registered twice"))
  }

  @Test func `proposing while evaluating traps`() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let made = try Made()
      let pass = Pass(made.tape, .evaluate)
      pass.propose(made.mean, pass[made.mean])
    }
    #expect(trapText(result).contains("propose: 'norm.mean' in a pass that evaluates"))
  }

  @Test func `proposing another shape traps`() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let made = try Made()
      let pass = Pass(made.tape, .train)
      pass.propose(made.mean, pass[made.count])
    }
    #expect(trapText(result).contains("propose: shapes [] and [2, 3] of 'norm.mean'"))
  }

  @Test func `proposing for a tensor of after the step's beginning traps`() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let made = try Made()
      let pass = Pass(made.tape, .train)
      let late = made.parameters.registerState("late", [1]) { _ in 0 }
      pass.propose(late, pass[late])
    }
    #expect(trapText(result).contains("'late' was registered after the step began"))
  }

  @Test func `a tensor of another model traps`() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let other = Parameters(.float64)
      let state = other.registerState("x", [4]) { _ in 0 }
      _ = Pass(try Made().tape, .train)[state]
    }
    #expect(trapText(result).contains("is of another model"))
  }
}
