import Testing
import ThalwegAutodiff
import ThalwegTensor

@Suite struct TapeTests {
  private func model(isRecording: Bool = true) throws -> Model {
    try Model([("a", [3], [1, -2, 3]), ("b", [3], [0.5, 4, -1])], isRecording: isRecording)
  }

  @Test func `a parameter is one node however often it is asked for`() throws {
    let model = try model()
    let pass = model.pass()
    let (first, second) = (pass[model.handle(0)], pass[model.handle(0)])
    #expect(first.id == second.id)
    #expect(model.tape.nodeCount == 1)
  }

  @Test func `constants take Float and Double in either precision`() throws {
    for type in ScalarType.allCases {
      let pass = try Model([("a", [1], [0])], in: type).pass()
      #expect(pass.constant([0.5, 2] as [Float], [2]).tensor.doubles == [0.5, 2])
      #expect(pass.constant([0.5, 2] as [Double], [1, 2]).tensor.doubles == [0.5, 2])
      let rounded = type == .float32 ? Double(Float(0.1)) : 0.1
      #expect(pass.constant(Tensor([0.1] as [Double], shape: .scalar)).item == rounded)
      let narrow = pass.constant(Tensor([0.1] as [Float], shape: .scalar))
      #expect(narrow.item == Double(Float(0.1)))
      #expect(narrow.tensor.scalarType == type)
    }
  }

  @Test func `clearing forgets nodes, terms and gradients`() throws {
    let model = try model()
    var pass = model.pass()
    pass.minimize("loss", pass[model.handle(0)].sum())
    model.tape.backward()
    #expect(model.tape.isReached(0))
    pass = model.pass()
    #expect(model.tape.nodeCount == 0)
    #expect(model.tape.loss == nil)
    #expect(!model.tape.isReached(0))
    // The same names may be used again.
    pass.minimize("loss", pass[model.handle(1)].sum())
    model.tape.backward()
    #expect(!model.tape.isReached(0) && model.tape.isReached(1))
    #expect(model.gradient(1) == [1, 1, 1])
  }

  @Test func `a second backward pass starts anew`() throws {
    let model = try model()
    let pass = model.pass()
    let x = pass[model.handle(0)]
    let y = x * x
    pass.minimize("loss", y.sum(), weight: 3)
    model.tape.backward()
    model.tape.backward()
    #expect(model.gradient(0) == [6, -12, 18])
    #expect(y.gradient?.doubles == [3, 3, 3])
    #expect(x.gradient?.doubles == [6, -12, 18])
  }

  @Test func `a step may have many nodes`() throws {
    let model = try model()
    let pass = model.pass()
    let x = pass[model.handle(0)]
    var y = x
    for _ in 0..<1000 { y = y + x }
    pass.minimize("loss", y.sum())
    #expect(model.tape.nodeCount == 1002)
    #expect(y.tensor.doubles == [1001, -2002, 3003])
    model.tape.backward()
    #expect(model.gradient(0) == [1001, 1001, 1001])
  }

  @Test func `with recording off values are computed and no gradient is needed`() throws {
    let model = try model(isRecording: false)
    let pass = model.pass()
    let y = pass[model.handle(0)].square().sum()
    pass.minimize("loss", y)
    #expect(y.item == 14)
    #expect(model.tape.loss == 14)
    #expect(!model.tape.hasPath)
  }

  @Test func `a step without terms has no loss, one without parameters no path`() throws {
    let model = try model()
    let pass = model.pass()
    #expect(model.tape.loss == nil)
    #expect(!model.tape.hasPath)
    pass.minimize("data", pass.constant([2.0], .scalar), weight: 0.5)
    #expect(model.tape.loss == 1)
    #expect(!model.tape.hasPath)
    model.tape.backward()
    #expect(!model.tape.isReached(0))
  }

  @Test func `a gradient is nil where none came`() throws {
    let model = try model()
    let pass = model.pass()
    let (x, unused) = (pass[model.handle(0)], pass[model.handle(1)])
    let constant = pass.constant([1.0, 2, 3], [3])
    pass.minimize("loss", (x * constant).sum())
    model.tape.backward()
    #expect(x.gradient?.doubles == [1, 2, 3])
    #expect(unused.gradient == nil)
    #expect(constant.gradient == nil)
  }

  @Test(arguments: ScalarType.allCases)
  func `large products give the same bits for any number of threads`(_ type: ScalarType) throws {
    let stream = RandomStream(seed: 2, path: "x")
    let numbers = (0..<256 * 96).map { stream.uniform($0) - 0.5 }
    func gradients(_ threads: Int) throws -> [UInt8] {
      let model = try Model(
        [("x", [256, 96], numbers), ("w", [96, 96], numbers)], in: type, threads: threads)
      let pass = model.pass()
      let y = pass[model.handle(0)].matrixProduct(pass[model.handle(1)])
      pass.minimize("loss", y.sigmoid().square().sum())
      model.tape.backward()
      return Array(model.parameters.gradients.bytes)
    }
    let one = try gradients(1)
    #expect(try gradients(2) == one)
    #expect(try gradients(5) == one)
  }
}
