import Testing
import ThalwegAutodiff
import ThalwegTensor

/// Choices at the edges: ties, kinks, empty shapes, means over nothing.
@Suite struct OperationEdgeTests {
  @Test func `of equals the earlier is kept`() throws {
    let model = try Model([("a", [5], [1, 3, 3, 3, 0])])
    let pass = model.pass()
    let (kept, mask) = pass[model.handle(0)].keeping(2)
    #expect(kept.tensor.doubles == [0, 3, 3, 0, 0])
    #expect(mask.tensor.doubles == [0, 1, 1, 0, 0])
    pass.minimize("loss", (kept * mask).sum())
    model.tape.backward()
    #expect(model.gradient(0) == [0, 1, 1, 0, 0])
  }

  @Test func `a mean squared error over nothing is nil`() throws {
    let model = try Model([("a", [2], [1, 2]), ("e", [0], [])])
    let pass = model.pass()
    let (a, e) = (pass[model.handle(0)], pass[model.handle(1)])
    let none = pass.constant([0.0, 0], [2])
    #expect(a.meanSquaredError(to: none, mask: none) == nil)
    #expect(a.meanSquaredError(to: none, mask: none, dividingBy: .all)?.item == 0)
    #expect(e.meanSquaredError(to: e, mask: e) == nil)
  }

  @Test func `empty shapes pass through`() throws {
    let model = try Model([("e", [0, 3], []), ("v", [3], [1, 2, 3])])
    let pass = model.pass()
    let (e, v) = (pass[model.handle(0)], pass[model.handle(1)])
    let sum = e + v
    #expect(sum.shape == [0, 3])
    #expect(e.sum().item == 0)
    #expect(e.mean().item.isNaN)
    #expect(e.sum(axis: 0).tensor.doubles == [0, 0, 0])
    #expect(e.sum(axis: 1).shape == [0, 1])
    pass.minimize("loss", (sum * v).square().sum())
    model.tape.backward()
    #expect(model.tape.isReached(1))
    #expect(model.gradient(1) == [0, 0, 0])
  }

  @Test func `a product over nothing is zero`() throws {
    let model = try Model([("a", [2, 0], []), ("b", [0, 3], [])])
    let pass = model.pass()
    let product = pass[model.handle(0)].matrixProduct(pass[model.handle(1)])
    #expect(product.tensor.doubles == [0, 0, 0, 0, 0, 0])
  }

  @Test func `relu and absolute take the derivative 0 at the kink, and relu keeps NaN`() throws {
    let model = try Model([("a", [4], [0, -0.0, .nan, -.infinity])], in: .float32)
    let pass = model.pass()
    let x = pass[model.handle(0)]
    let y = x.relu().tensor.doubles
    #expect(y[0] == 0 && y[1] == 0 && y[2].isNaN && y[3] == 0)
    let zeros = try Model([("a", [2], [0, -0.0])])
    for body in [{ (x: Value) in x.relu() }, { (x: Value) in x.absolute() }] {
      let pass = zeros.pass()
      pass.minimize("loss", body(pass[zeros.handle(0)]).sum())
      zeros.tape.backward()
      #expect(zeros.gradient(0) == [0, 0])
    }
  }

  @Test func `the short forms of affine are what they say`() throws {
    let model = try Model([("a", [2], [1, -3])])
    let x = model.pass()[model.handle(0)]
    #expect((2 * x).tensor.doubles == [2, -6])
    #expect((x + 0.5).tensor.doubles == [1.5, -2.5])
    #expect((x - 0.5).tensor.doubles == [0.5, -3.5])
  }

  @Test func `reshape and stopGradient share the memory of their operand`() throws {
    let model = try Model([("a", [2, 3], [1, 2, 3, 4, 5, 6])])
    let pass = model.pass()
    let x = pass[model.handle(0)]
    let flat = x.reshaped(to: [6])
    #expect(flat.tensor.doubles == [1, 2, 3, 4, 5, 6])
    let nodes = model.tape.nodes
    #expect(nodes[Int(flat.id)].value == nodes[Int(x.id)].value)
    #expect(nodes[Int(x.stopGradient().id)].value == nodes[Int(x.id)].value)
  }
}
