import Testing
import ThalwegTensor

@Suite struct ShapeTests {
  @Test func `a scalar has no axis and one element`() {
    let scalar = Shape([])
    #expect(scalar == .scalar)
    #expect(scalar.rank == 0)
    #expect(scalar.count == 1)
    #expect(scalar.last == 1)
    #expect(scalar.rows == 1)
    #expect(scalar.description == "[]")
    #expect(scalar != Shape(1))
  }

  @Test func `the ways to make a shape agree`() {
    #expect(Shape([3]) == Shape(3))
    #expect(Shape([3, 4]) == Shape(3, 4))
    #expect(Shape([3, 4]) == [3, 4])
    #expect(Shape([3, 4]).hashValue == Shape(3, 4).hashValue)
    #expect(Shape(3, 4) != Shape(4, 3))
    #expect(Shape(3) != Shape(3, 1))
  }

  @Test func `counts, rows and the innermost extent follow from the extents`() {
    let shape: Shape = [2, 3, 4]
    #expect(shape.rank == 3)
    #expect((0..<3).map { shape[$0] } == [2, 3, 4])
    #expect(shape.count == 24)
    #expect(shape.rows == 6)
    #expect(shape.last == 4)
    #expect(shape.description == "[2, 3, 4]")
    #expect(shape.replacingLast(with: 5) == [2, 3, 5])
    #expect(Shape([2, 0, 4]).count == 0)
    #expect(Shape([1, 2, 1, 2, 1, 2, 1, 2]).count == 16)
  }

  @Test func `too many axes trap`() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Shape([Int](repeating: 1, count: 9)) }
    #expect(trapText(result).contains("has 9 axes, at most 8 are kept"))
  }

  @Test func `a negative extent traps`() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Shape([2, -1]) }
    #expect(trapText(result).contains("extent -1 of axis 1 is out of range"))
  }

  @Test func `an extent that needs more than 31 bits traps`() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Shape(1 << 31) }
    #expect(trapText(result).contains("extent 2147483648 is out of range"))
  }

  @Test func `an axis beyond the rank traps`() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Shape(2, 3)[2] }
    #expect(trapText(result).contains("axis 2 of shape [2, 3]"))
  }

  @Test func `a scalar has no innermost extent to replace`() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Shape.scalar.replacingLast(with: 2) }
    #expect(trapText(result).contains("a scalar has no innermost axis"))
  }
}
