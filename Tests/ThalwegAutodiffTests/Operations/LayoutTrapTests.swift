import Testing
import ThalwegAutodiff
import ThalwegTensor

/// Axes and parts that do not fit stop the program; the text names the operation, what was
/// asked for and the place.
@Suite struct LayoutTrapTests {
  @Test func `permute`() async {
    let result0 = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = pass[model.handle(0)].permuted(0, 0)
    }
    #expect(
      trapText(result0).contains(
        "permute: axes [0, 0] of shape [2, 3], in net.head"))
    let result1 = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = pass[model.handle(0)].permuted(0, 2)
    }
    #expect(
      trapText(result1).contains(
        "permute: axes [0, 2] of shape [2, 3], in net.head"))
    let result2 = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = pass[model.handle(0)].permuted(0, 1, 2)
    }
    #expect(
      trapText(result2).contains(
        "permute: axes [0, 1, 2] of shape [2, 3]"))
    let result3 = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = pass[model.handle(0)].transposed(0, 2)
    }
    #expect(
      trapText(result3).contains(
        "transpose: axis 2 of shape [2, 3], in net.head"))
  }

  @Test func `slice`() async {
    let result0 = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = pass[model.handle(0)].sliced(axis: 1, from: 1, to: 4)
    }
    #expect(
      trapText(result0).contains(
        "slice: 1..<4 by 1 of axis 1 of shape [2, 3], in net.head"))
    let result1 = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = pass[model.handle(0)].sliced(axis: 1, from: 2, to: 1)
    }
    #expect(
      trapText(result1).contains(
        "slice: 2..<1 by 1 of axis 1 of shape [2, 3]"))
    let result2 = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = pass[model.handle(0)].sliced(axis: 0, from: 0, to: 2, step: 0)
    }
    #expect(
      trapText(result2).contains(
        "slice: 0..<2 by 0 of axis 0 of shape [2, 3]"))
    let result3 = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = pass[model.handle(2)].sliced(axis: 0, from: 0, to: 1)
    }
    #expect(
      trapText(result3).contains(
        "slice: axis 0 of shape [], in net.head"))
    let result4 = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = pass[model.handle(0)].chunk(0, of: 2, axis: 1)
    }
    #expect(
      trapText(result4).contains(
        "chunk: part 0 of 2 of axis 1 of shape [2, 3], in net.head"))
  }

  @Test func `broadcast`() async {
    let result0 = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = pass[model.handle(0)].broadcast(to: [3])
    }
    #expect(
      trapText(result0).contains(
        "broadcast: shape [2, 3] does not repeat to [3], in net.head"))
    let result1 = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = pass[model.handle(0)].broadcast(to: [4, 3])
    }
    #expect(
      trapText(result1).contains(
        "broadcast: shapes [2, 3] and [4, 3] do not broadcast (axis 0: 2 and 4), in net.head"))
  }

  @Test func `concatenate and stack`() async {
    let result0 = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = Value.concatenated(pass[model.handle(0)], pass[model.handle(0)].transposed(), axis: 0)
    }
    #expect(
      trapText(result0).contains(
        "concatenate: shapes [2, 3] and [3, 2] do not fit along axis 0, in net.head"))
    let result1 = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = Value.concatenated(pass[model.handle(0)], axis: 2)
    }
    #expect(
      trapText(result1).contains(
        "concatenate: shapes [2, 3] and [2, 3] do not fit along axis 2"))
    let result2 = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = Value.stacked(pass[model.handle(0)], pass[model.handle(1)])
    }
    #expect(
      trapText(result2).contains(
        "stack: shapes [2, 3] and [2] differ, in net.head"))
    let result3 = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = Value.stacked(pass[model.handle(0)], axis: 3)
    }
    #expect(
      trapText(result3).contains(
        "stack: new axis 3 in shape [2, 3], in net.head"))
  }

  @Test func `axes of extent 1`() async {
    let result0 = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = pass[model.handle(0)].removingAxis(0)
    }
    #expect(
      trapText(result0).contains(
        "removingAxis: axis 0 of shape [2, 3] is not 1, in net.head"))
    let result1 = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = pass[model.handle(0)].insertingAxis(3)
    }
    #expect(
      trapText(result1).contains(
        "insertingAxis: new axis 3 in shape [2, 3], in net.head"))
    let result2 = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = pass[model.handle(0)].flattened(from: 3)
    }
    #expect(
      trapText(result2).contains(
        "flatten: axis 3 of shape [2, 3], in net.head"))
  }
}
