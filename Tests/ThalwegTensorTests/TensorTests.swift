import Testing
import ThalwegTensor

@Suite struct TensorTests {
  @Test func `a tensor keeps its numbers in their own precision`() {
    let narrow = Tensor([0.1, 2] as [Float], shape: [2])
    #expect(narrow.scalarType == .float32)
    #expect(narrow.floats == [0.1, 2])
    #expect(narrow.doubles == [Double(Float(0.1)), 2])
    let wide = Tensor([0.1, 2] as [Double], shape: [1, 2])
    #expect(wide.scalarType == .float64)
    #expect(wide.doubles == [0.1, 2])
    #expect(wide.floats == [Float(0.1), 2])
    #expect(wide != Tensor([0.1, 2] as [Double], shape: [2]))
  }

  @Test(arguments: ScalarType.allCases)
  func `the unit roundoff is half the distance from one to its successor`(_ type: ScalarType) {
    let step = type == .float32 ? Double(Float(1).ulp) : 1.0.ulp
    #expect(type.unitRoundoff == step / 2)
    #expect(type.width == (type == .float32 ? 4 : 8))
  }

  @Test func `numbers that do not fill the shape trap`() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Tensor([1, 2, 3] as [Float], shape: [2, 2]) }
    #expect(trapText(result).contains("3 elements for shape [2, 2], which has 4"))
  }
}
