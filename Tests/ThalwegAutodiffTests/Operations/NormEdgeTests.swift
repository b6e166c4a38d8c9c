import Testing
import ThalwegAutodiff
import ThalwegTensor

/// Products of batches, windows and normalizations at the edges: nothing, one, NaN, many threads.
@Suite struct NormEdgeTests {
  private static func drawn(_ name: String, _ shape: Shape) -> (String, Shape, [Double]) {
    let stream = RandomStream(seed: 6, path: name)
    return (name, shape, (0..<shape.count).map { 2 * stream.uniform($0) - 1 })
  }

  /// Value and gradients of the sum of squares, as bits.
  private func bits(
    _ values: [(String, Shape, [Double])], threads: Int, _ body: ([Value]) -> Value
  ) throws -> [[Double]] {
    let model = try Model(values, in: .float32, threads: threads)
    let pass = model.pass()
    let result = body(values.indices.map { pass[model.handle($0)] })
    pass.minimize("loss", result.square().sum())
    model.tape.backward()
    return [result.tensor.doubles] + values.indices.map { model.gradient($0) }
  }

  @Test(arguments: [
    (Shape(40, 32, 32), Shape(40, 32, 32)), (Shape(3, 300, 40), Shape(3, 40, 50)),
    (Shape(40, 64, 32), Shape(32, 32)), (Shape(64, 32), Shape(40, 32, 32)),
    (Shape(20, 1, 32, 40), Shape(1, 3, 40, 32)),
  ])
  func `products have the same bits with any number of threads`(
    _ first: Shape, _ second: Shape
  ) throws {
    let values = [Self.drawn("a", first), Self.drawn("b", second)]
    let all = try [1, 2, 5].map { try bits(values, threads: $0) { $0[0].matrixProduct($0[1]) } }
    #expect(all[0] == all[1] && all[0] == all[2])
    // And they are right, entry by entry, in Double.
    let product = all[0][0]
    let (rows, inner, columns) = (first[first.rank - 2], first.last, second.last)
    let narrow = values.map { $0.2.map { Double(Float($0)) } }
    for index in stride(from: 0, to: product.count, by: 997) {
      let matrix = index / (rows * columns)
      let (a, b): (Int, Int)
      if first.rank == 4 {
        (a, b) = (matrix / 3, matrix % 3)
      } else {
        (a, b) = (first.rank == 3 ? matrix : 0, second.rank == 3 ? matrix : 0)
      }
      let (row, column) = (index / columns % rows, index % columns)
      let exact = (0..<inner).reduce(0) { sum, k in
        sum + narrow[0][(a * rows + row) * inner + k]
          * narrow[1][(b * inner + k) * columns + column]
      }
      #expect(abs(product[index] - exact) <= 1e-5)
    }
  }

  @Test(arguments: [1, 3, 40])
  func `convolutions have the same bits with any number of threads`(_ batch: Int) throws {
    let values = [
      Self.drawn("x", Shape(batch, 8, 100)), Self.drawn("w", Shape(24, 8, 5)),
      Self.drawn("b", Shape(24)),
    ]
    let all = try [1, 2, 5].map {
      try bits(values, threads: $0) { $0[0].convolved(weight: $0[1], bias: $0[2], padding: 2) }
    }
    #expect(all[0] == all[1] && all[0] == all[2])
    let narrow = values.map { $0.2.map { Double(Float($0)) } }
    for index in stride(from: 0, to: all[0][0].count, by: 311) {
      let (n, f, o) = (index / 2400, index / 100 % 24, index % 100)
      var exact = narrow[2][f]
      for c in 0..<8 {
        for k in 0..<5 where o + k - 2 >= 0 && o + k - 2 < 100 {
          exact += narrow[1][(f * 8 + c) * 5 + k] * narrow[0][(n * 8 + c) * 100 + o + k - 2]
        }
      }
      #expect(abs(all[0][0][index] - exact) <= 1e-5)
    }
  }

  @Test func `empty batches pass through, and weights get the gradient 0`() throws {
    let model = try Model([
      ("e", [0, 2, 3], []), ("m", [3, 3], [Double](repeating: 1, count: 9)),
      ("w", [2, 2, 2], [Double](repeating: 1, count: 8)), ("g", [3], [1, 1, 1]),
      ("c", [2], [1, 1]),
    ])
    let pass = model.pass()
    let values = (0..<5).map { pass[model.handle($0)] }
    let (e, m, w, g, c) = (values[0], values[1], values[2], values[3], values[4])
    let results = [
      e.matrixProduct(m), e.convolved(weight: w, bias: c), e.averagePooled(kernel: 2),
      e.adaptiveMaximumPooled(2), e.layerNormalized(gain: g), e.groupNormalized(2, offset: c),
      e.matrixProduct(e.reshaped(to: [0, 3, 2])),
    ]
    let shapes: [Shape] = [
      [0, 2, 3], [0, 2, 2], [0, 2, 1], [0, 2, 2], [0, 2, 3], [0, 2, 3], [0, 2, 2],
    ]
    #expect(results.map(\.shape) == shapes)
    for (index, result) in results.enumerated() { pass.minimize("\(index)", result.sum()) }
    model.tape.backward()
    for index in 1..<5 {
      #expect(model.tape.isReached(index) && model.gradient(index).allSatisfy { $0 == 0 })
    }
  }

  @Test func `a power of 0 is the identity, through which nothing flows`() throws {
    let model = try Model([("a", [2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8])])
    let pass = model.pass()
    let power = pass[model.handle(0)].matrixPower(0)
    #expect(power.tensor.doubles == [1, 0, 0, 1, 1, 0, 0, 1])
    pass.minimize("loss", power.sum())
    #expect(!model.tape.hasPath)
  }

  @Test func `of equals the first is the largest, and NaN is larger than all`() throws {
    let model = try Model([("a", [1, 1, 6], [2, 2, 1, .nan, -1, -1])])
    let pass = model.pass()
    let x = pass[model.handle(0)]
    let pooled = x.maximumPooled(kernel: 2)
    let values = pooled.tensor.doubles
    #expect(values[0] == 2 && values[1].isNaN && values[2] == -1)
    #expect(x.averagePooled(kernel: 2).tensor.doubles[1].isNaN)
    #expect(x.adaptiveMaximumPooled(1).tensor.doubles[0].isNaN)
    pass.minimize("loss", pooled.sum())
    model.tape.backward()
    #expect(model.gradient(0) == [1, 0, 0, 1, 1, 0])
  }

  @Test func `a row of one number is its offset, and gets no gradient`() throws {
    let model = try Model([("a", [3, 1], [1, -7, 0.1]), ("b", [1], [0.5])])
    let pass = model.pass()
    let y = pass[model.handle(0)].layerNormalized(offset: pass[model.handle(1)])
    #expect(y.tensor.doubles == [0.5, 0.5, 0.5])
    pass.minimize("loss", y.square().sum())
    model.tape.backward()
    #expect(model.gradient(0).allSatisfy { abs($0) < 1e-12 })
    #expect(model.gradient(1) == [3])
  }

  @Test func `a mean that is far from 0 does not spoil the variance in Float`() throws {
    let count = 4000
    let numbers = (0..<count).map { 10_000 + ($0 % 2 == 0 ? 1.0 : -1) }
    let model = try Model([("a", Shape(1, count), numbers)], in: .float32)
    let x = model.pass()[model.handle(0)]
    let layer = x.layerNormalized(epsilon: 0).tensor.doubles
    let group = x.reshaped(to: [1, 2, count / 2]).groupNormalized(1, epsilon: 0).tensor.doubles
    let batch = x.reshaped(to: [count, 1]).batchNormalized(epsilon: 0)
    #expect(batch.mean.tensor.doubles == [10_000])
    #expect(abs(batch.variance.item - 1) < 1e-6)
    for got in [layer, group, batch.value.tensor.doubles] {
      #expect(got.enumerated().allSatisfy { abs($1 - ($0 % 2 == 0 ? 1 : -1)) < 1e-6 })
    }
  }

  @Test func `computing a node again gives the new value`() throws {
    let model = try Model([Self.drawn("a", Shape(3, 2, 4)), Self.drawn("w", Shape(2, 2, 3))])
    func results(_ pass: Pass) -> [Value] {
      let (x, w) = (pass[model.handle(0)], pass[model.handle(1)])
      return [
        x.convolved(weight: w), x.maximumPooled(kernel: 2), x.layerNormalized(),
        x.batchNormalized().value, x.matrixProduct(x.reshaped(to: [3, 4, 2])),
      ]
    }
    let old = results(model.pass())
    for index in 0..<24 {
      model.parameters.setValue(model.handle(0), index, to: Double((index * 7) % 11))
    }
    for id in 0...(old.map { Int($0.id) }.max() ?? 0) { model.tape.compute(at: id) }
    let again = old.map(\.tensor.doubles)
    #expect(again == results(model.pass()).map(\.tensor.doubles))
  }
}
