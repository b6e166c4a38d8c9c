import Testing
import ThalwegAutodiff
import ThalwegTensor

/// Operands that do not fit stop the program; the text names the operation and the shapes.
@Suite struct OperationTrapTests {
  @Test func `matrixProduct`() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = pass[model.handle(0)].matrixProduct(pass[model.handle(0)])
    }
    #expect(
      trapText(result).contains(
        "matrixProduct: shapes [2, 3] and [2, 3] do not fit, in net.head"))
  }

  @Test func `linear`() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = pass[model.handle(0)].linear(weight: pass[model.handle(0)], bias: pass[model.handle(1)])
    }
    #expect(
      trapText(result).contains(
        "linear: shapes [2, 3], weight [2, 3] and bias [2] do not fit, in net.head"))
  }

  @Test func `transpose and trace`() async {
    let vector = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = pass[model.handle(1)].transposed()
    }
    #expect(trapText(vector).contains("transpose: shape [2] is not a matrix, in net.head"))
    let oblong = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = pass[model.handle(0)].trace()
    }
    #expect(trapText(oblong).contains("trace: shape [2, 3] is not a square matrix, in net.head"))
  }

  @Test func `reshape and concatenate`() async {
    let reshaped = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = pass[model.handle(0)].reshaped(to: [5])
    }
    #expect(trapText(reshaped).contains("reshape: shapes [2, 3] and [5] differ in count"))
    let joined = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = Value.concatenated(pass[model.handle(0)], pass[model.handle(1)])
    }
    #expect(trapText(joined).contains("concatenate: shapes [2, 3] and [2] do not fit"))
    let scalar = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = Value.concatenated(pass[model.handle(2)])
    }
    #expect(trapText(scalar).contains("concatenate: shapes [] and [] do not fit"))
  }

  @Test func `sum and topK`() async {
    let axis = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = pass[model.handle(0)].sum(axis: 2)
    }
    #expect(trapText(axis).contains("sum: axis 2 of shape [2, 3], in net.head"))
    let largest = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = pass[model.handle(0)].keepingLargest(7)
    }
    #expect(trapText(largest).contains("topK: k = 7 of shape [2, 3], in net.head"))
    let none = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = pass[model.handle(0)].keepingLargest(0)
    }
    #expect(trapText(none).contains("topK: k = 0 of shape [2, 3]"))
  }

  @Test func `meanSquaredError`() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      let x = pass[model.handle(0)]
      _ = x.meanSquaredError(to: x, mask: pass[model.handle(1)])
    }
    #expect(
      trapText(result).contains(
        "meanSquaredError: shapes [2, 3] and [2, 3], mask [2], differ, in net.head"))
  }
}
