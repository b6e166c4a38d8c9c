import Testing
import ThalwegAutodiff
import ThalwegTensor

/// What is copied and what is shared, ties, NaN, and empty axes.
@Suite struct LayoutEdgeTests {
  private func memory(_ value: Value) -> UnsafeMutableRawPointer {
    value.tape.nodes[Int(value.id)].value
  }

  @Test func `parts that lie in one piece share the memory of their operand`() throws {
    let model = try Model([("a", [1, 4, 3], (0..<12).map(Double.init))], in: .float32)
    let x = model.pass()[model.handle(0)]
    #expect(memory(x.sliced(axis: 1, from: 2, to: 4)) == memory(x) + 6 * 4)
    #expect(memory(x.sliced(axis: 0, from: 0, to: 1)) == memory(x))
    #expect(memory(x.sliced(axis: 1, from: 3, to: 4, step: 5)) == memory(x) + 9 * 4)
    #expect(memory(x.permuted(1, 0, 2)) == memory(x))
    #expect(memory(x.chunk(1, of: 2, axis: 1)) == memory(x) + 6 * 4)
    #expect(memory(x.insertingAxis(3)) == memory(x))
    #expect(memory(x.removingAxis(0)) == memory(x))
    #expect(memory(x.flattened()) == memory(x))
    #expect(memory(x.sliced(axis: 1, from: 0, to: 4, step: 2)) != memory(x))
    #expect(memory(x.sliced(axis: 2, from: 0, to: 2)) != memory(x))
    #expect(memory(x.permuted(0, 2, 1)) != memory(x))
    #expect(x.broadcast(to: [1, 4, 3]).id == x.id)
  }

  @Test func `shapes that change by an axis`() throws {
    let model = try Model([("a", [2, 3, 4], [Double](repeating: 0, count: 24)), ("s", [], [1])])
    let pass = model.pass()
    let (x, s) = (pass[model.handle(0)], pass[model.handle(1)])
    #expect(x.flattened().shape == [24])
    #expect(x.flattened(from: 1).shape == [2, 12])
    #expect(x.flattened(from: 3).shape == [2, 3, 4, 1])
    #expect(s.flattened().shape == [1])
    #expect(s.insertingAxis(0).removingAxis(0).shape == [])
    #expect((0...3).map { x.insertingAxis($0).shape[$0] } == [1, 1, 1, 1])
    #expect(x.transposed(1, 1).shape == [2, 3, 4])
    #expect(s.permuted([]).item == 1)
    #expect(pass.indices([1, 0, 2, 1], [2, 2]).reshaped(to: [4]).numbers == [1, 0, 2, 1])
  }

  @Test(arguments: ScalarType.allCases)
  func `of equals the first, and a NaN stands above every number`(_ type: ScalarType) throws {
    let nan = Double.nan
    let model = try Model(
      [("a", [5], [1, 3, 3, -2, -2]), ("n", [5], [1, nan, .infinity, nan, -.infinity])], in: type)
    let pass = model.pass()
    let (a, n) = (pass[model.handle(0)], pass[model.handle(1)])
    #expect(a.argMaximum(axis: 0).numbers == [1])
    #expect(a.argMinimum(axis: 0).numbers == [3])
    #expect(a.argSorted(axis: 0).numbers == [3, 4, 0, 1, 2])
    #expect(a.argSorted(axis: 0, descending: true).numbers == [1, 2, 0, 3, 4])
    #expect(a.topK(3, axis: 0).indices.numbers == [1, 2, 0])
    #expect(a.topK(3, axis: 0).values.tensor.doubles == [3, 3, 1])
    #expect(n.argMaximum(axis: 0).numbers == [1])
    #expect(n.argMinimum(axis: 0).numbers == [1])
    #expect(n.argSorted(axis: 0).numbers == [4, 0, 2, 1, 3])
    #expect(n.argSorted(axis: 0, descending: true).numbers == [1, 3, 2, 0, 4])
    #expect(n.hardMaximum(axis: 0, estimator: .none).tensor.doubles == [0, 1, 0, 0, 0])
    #expect(n.largestMask(2, estimator: .none).tensor.doubles == [0, 1, 0, 1, 0])
    #expect(n.largestMask(3, estimator: .none).tensor.doubles == [0, 1, 1, 1, 0])
  }

  @Test func `halves are rounded to the even number, and a step keeps NaN`() throws {
    let model = try Model([("a", [6], [0.5, 1.5, -2.5, -0.2, 7.6, .nan])], in: .float32)
    let x = model.pass()[model.handle(0)]
    let rounded = x.rounded(estimator: .none).tensor.doubles
    #expect(rounded.dropLast() == [0, 2, -2, 0, 8] && rounded[5].isNaN)
    let stepped = x.stepped(at: 0.5, estimator: .none).tensor.doubles
    #expect(stepped.dropLast() == [0, 1, 0, 0, 1] && stepped[5].isNaN)
  }

  @Test func `axes without entries pass through`() throws {
    let model = try Model([("e", [2, 0, 3], []), ("v", [3], [1, 2, 3])])
    let pass = model.pass()
    let e = pass[model.handle(0)]
    let none = pass.indices([], [0, 2])
    #expect(e.argMaximum(axis: 0).shape == [1, 0, 3])
    #expect(e.argSorted(axis: 1).shape == [2, 0, 3])
    #expect(e.hardMaximum(axis: 2, estimator: .straightThrough).shape == [2, 0, 3])
    #expect(e.selected(none, axis: 1).shape == [2, 0, 2, 3])
    #expect(none.oneHot(0).shape == [0, 2, 0])
    #expect(e.chunk(0, of: 3, axis: 1).shape == [2, 0, 3])
    let joined = Value.concatenated(e, e, axis: 1) + pass[model.handle(1)]
    #expect(Value.stacked(e, e, axis: 3).shape == [2, 0, 3, 2])
    pass.minimize("loss", joined.permuted(2, 0, 1).sum() + e.cumulativeSum(axis: 1).sum())
    model.tape.backward()
    #expect(model.gradient(1) == [0, 0, 0])
  }

  @Test func `a value is computed again from operands that have changed`() throws {
    let model = try Model([("a", [4], [4, 1, 3, 2])])
    let tape = model.tape
    let x = model.pass()[model.handle(0)] + 0
    let (sorted, order) = x.sorted(axis: 0)
    let kept = x.sliced(axis: 0, from: 0, to: 4, step: 3)
    let hard = x.hardMaximum(axis: 0, estimator: .straightThrough)
    memory(x).assumingMemoryBound(to: Double.self)[0] = 0
    for index in Int(x.id) + 1..<tape.nodeCount { tape.compute(at: index) }
    #expect(order.numbers == [0, 1, 3, 2])
    #expect(sorted.tensor.doubles == [0, 1, 2, 3])
    #expect(kept.tensor.doubles == [0, 2])
    #expect(hard.tensor.doubles == [0, 0, 1, 0])
  }

  @Test func `the gradient of a part is added where it belongs and nowhere else`() throws {
    let model = try Model([("a", [4], [1, 2, 3, 4])])
    let pass = model.pass()
    let x = pass[model.handle(0)]
    pass.minimize(
      "loss", (x.sliced(axis: 0, from: 1, to: 3) * x.sliced(axis: 0, from: 0, to: 2)).sum())
    model.tape.backward()
    #expect(model.gradient(0) == [2, 4, 2, 0])
  }
}
