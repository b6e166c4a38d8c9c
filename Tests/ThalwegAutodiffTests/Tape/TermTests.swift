import Testing
import ThalwegAutodiff
import ThalwegTensor

/// Several terms of one loss on one tape.
@Suite struct TermTests {
  private func model(_ type: ScalarType) throws -> (Model, [(name: String, weight: Double)]) {
    let model = try Model([("a", [3], [1, -2, 3]), ("b", [3], [0.5, 4, -1])], in: type)
    let pass = model.pass()
    let (a, b) = (pass[model.handle(0)], pass[model.handle(1)])
    let product = a * b
    pass.minimize("product", product.sum(), weight: 0.5)
    pass.minimize("squares", product.square().mean(), weight: -2)
    pass.minimize("a", a.sigmoid().sum())
    // Two terms may be one node.
    let shared = (a + b).square().sum()
    pass.minimize("once", shared, weight: 0.25)
    pass.minimize("again", shared, weight: 4)
    return (model, model.tape.terms.map { ($0.name, $0.weight) })
  }

  @Test(arguments: ScalarType.allCases)
  func `the gradient of all is the sum of the single ones`(_ type: ScalarType) throws {
    let (model, terms) = try model(type)
    model.tape.backward()
    let whole = [model.gradient(0), model.gradient(1)]
    var sums = [[0.0, 0, 0], [0.0, 0, 0]]
    for term in terms {
      model.tape.backward(only: term.name)
      for index in 0..<2 where model.tape.isReached(index) {
        sums[index] = zip(sums[index], model.gradient(index)).map { $0 + $1 }
      }
    }
    let tolerance = type == .float64 ? 1e-14 : 1e-6
    #expect(distance(whole[0], sums[0]) < tolerance)
    #expect(distance(whole[1], sums[1]) < tolerance)
  }

  @Test func `the loss is the weighted sum of the terms`() throws {
    let (model, terms) = try model(.float64)
    let numbers = model.tape.terms.map { model.tape.number(of: $0) }
    let sum = zip(terms, numbers).reduce(0) { $0 + $1.0.weight * $1.1 }
    let loss = try #require(model.tape.loss)
    #expect(abs(loss - sum) < 1e-12)
    #expect(numbers[0] == -10.5)
  }

  @Test func `a single term reaches only its own parameters`() throws {
    let (model, _) = try model(.float64)
    model.tape.backward(only: "a")
    #expect(model.tape.isReached(0))
    #expect(!model.tape.isReached(1))
    model.tape.backward(only: "product")
    #expect(model.tape.isReached(1))
    #expect(model.gradient(1) == [0.5, -1, 1.5])
  }

  @Test func `stopGradient keeps the value and cuts the path`() throws {
    let model = try Model([("a", [2], [2, 3])])
    let pass = model.pass()
    let a = pass[model.handle(0)]
    let stopped = a.stopGradient()
    #expect(stopped.tensor == a.tensor)
    pass.minimize("loss", (a * stopped).sum())
    model.tape.backward()
    #expect(model.gradient(0) == [2, 3])
    #expect(stopped.gradient == nil)
  }
}
