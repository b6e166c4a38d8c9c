import Testing
import ThalwegAutodiff
import ThalwegTensor

/// Indices and choices that do not fit stop the program; the text names the operation, what was
/// asked for and the place.
@Suite struct IndicesTrapTests {
  @Test func `select and gather`() async {
    let result0 = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = pass[model.handle(0)].rows(at: pass.indices([1, 0, 2], [3]))
    }
    #expect(
      trapText(result0).contains(
        "select: index 2 at entry 2 of the indices is not below the extent 2, in net.head"))
    let result1 = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = pass[model.handle(0)].selected(pass.indices([0], [1]), axis: 2)
    }
    #expect(
      trapText(result1).contains(
        "select: axis 2 of shape [2, 3], in net.head"))
    let result2 = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = pass[model.handle(0)].rows(at: pass.indices([0], [1, 1, 1, 1, 1, 1, 1, 1]))
    }
    #expect(
      trapText(result2).contains(
        "select: shape [2, 3] by indices of shape [1, 1, 1, 1, 1, 1, 1, 1] has 9 axes"))
    let result3 = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = pass[model.handle(0)].gathered(pass.indices([0, 3], [2, 1]), axis: 1)
    }
    #expect(
      trapText(result3).contains(
        "gather: index 3 at entry 1 of the indices is not below the extent 3, in net.head"))
    let result4 = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = pass[model.handle(0)].gathered(pass.indices([0, 1], [2]), axis: 1)
    }
    #expect(
      trapText(result4).contains(
        "gather: shape [2, 3] and indices of shape [2] do not fit along axis 1, in net.head"))
    let result5 = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = pass[model.handle(0)].gathered(pass.indices([0, 1], [1, 2]), axis: 1)
    }
    #expect(
      trapText(result5).contains(
        "gather: shape [2, 3] and indices of shape [1, 2] do not fit along axis 1"))
  }

  @Test func `scatterAdd and oneHot`() async {
    let result0 = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = pass[model.handle(1)].adding(
        pass[model.handle(1)], at: pass.indices([0, 2], [2]), axis: 0)
    }
    #expect(
      trapText(result0).contains(
        "scatterAdd: index 2 at entry 1 of the indices is not below the extent 2, in net.head"))
    let result1 = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = pass[model.handle(1)].adding(pass[model.handle(1)], at: pass.indices([0], [1]), axis: 0)
    }
    #expect(
      trapText(result1).contains(
        "scatterAdd: source of shape [2] and indices of shape [1] differ, in net.head"))
    let result2 = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = pass[model.handle(0)].adding(
        pass[model.handle(1)], at: pass.indices([0, 1], [2]), axis: 0)
    }
    #expect(
      trapText(result2).contains(
        "scatterAdd: shape [2, 3] and indices of shape [2] do not fit along axis 0, in net.head"))
    let result3 = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (_, pass) = try trapPass()
      _ = pass.indices([0, 4], [2]).oneHot(4)
    }
    #expect(
      trapText(result3).contains(
        "oneHot: index 4 at entry 1 of the indices is not below the extent 4, in net.head"))
    let result4 = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (_, pass) = try trapPass()
      _ = pass.indices([0, 4], [2]).reshaped(to: [3])
    }
    #expect(
      trapText(result4).contains(
        "reshape: shapes [2] and [3] differ in count, in net.head"))
  }

  @Test func `choices`() async {
    let result0 = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = pass[model.handle(2)].argMaximum(axis: 0)
    }
    #expect(
      trapText(result0).contains(
        "argMaximum: axis 0 of shape [], in net.head"))
    let result1 = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = pass[model.handle(0)].sliced(axis: 1, from: 0, to: 0).argMinimum(axis: 1)
    }
    #expect(
      trapText(result1).contains(
        "argMinimum: axis 1 of shape [2, 0] has no entry, in net.head"))
    let result2 = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = pass[model.handle(0)].sliced(axis: 1, from: 0, to: 0).hardMaximum(
        axis: 1, estimator: .none)
    }
    #expect(
      trapText(result2).contains(
        "hardMaximum: axis 1 of shape [2, 0] has no entry, in net.head"))
    let result3 = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = pass[model.handle(0)].topK(4, axis: 1)
    }
    #expect(
      trapText(result3).contains(
        "topK: k = 4 of axis 1 of shape [2, 3], in net.head"))
    let result4 = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = pass[model.handle(0)].argSorted(axis: 2)
    }
    #expect(
      trapText(result4).contains(
        "argSort: axis 2 of shape [2, 3], in net.head"))
    let result5 = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = pass[model.handle(0)].largestMask(7, estimator: .none)
    }
    #expect(
      trapText(result5).contains(
        "largestMask: k = 7 of shape [2, 3], in net.head"))
    let result6 = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, pass) = try trapPass()
      _ = pass[model.handle(0)].cumulativeSum(axis: 2)
    }
    #expect(
      trapText(result6).contains(
        "cumulativeSum: axis 2 of shape [2, 3], in net.head"))
  }
}
