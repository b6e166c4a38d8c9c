import Testing
import ThalwegTensor

@Suite struct RandomStreamTests {
  struct Draw: Sendable {
    var seed: UInt64
    var path: String
    var index: Int
    var bits: UInt64
    var uniform: Double
    var normal: Double
  }

  @Test(arguments: RandomVectors.draws)
  func `draws what another implementation draws`(_ draw: Draw) {
    let stream = RandomStream(seed: draw.seed, path: draw.path)
    #expect(stream.bits(draw.index) == draw.bits)
    #expect(stream.uniform(draw.index) == draw.uniform)
    #expect(abs(stream.normal(draw.index) - draw.normal) <= 1e-14)
  }

  @Test func `a draw does not depend on what was made or drawn before`() {
    let alone = RandomStream(seed: 5, path: "b")
    let expected = (0..<50).map { alone.bits($0) }
    let others = (0..<20).map { RandomStream(seed: 5, path: "a\($0)") }
    for other in others { _ = other.bits(3) }
    let late = RandomStream(seed: 5, path: "b")
    let backwards = (0..<50).reversed().map { late.bits($0) }
    #expect(Array(backwards.reversed()) == expected)
  }

  @Test func `seed, path and index each change the draw`() {
    let base = RandomStream(seed: 1, path: "x").bits(0)
    #expect(RandomStream(seed: 2, path: "x").bits(0) != base)
    #expect(RandomStream(seed: 1 << 32 | 1, path: "x").bits(0) != base)
    #expect(RandomStream(seed: 1, path: "y").bits(0) != base)
    #expect(RandomStream(seed: 1, path: "x").bits(1) != base)
    #expect(RandomStream(seed: 1, path: "x").bits(1 << 32) != base)
  }

  @Test(arguments: [0, 1, 2, 3, 10, 1000])
  func `a permutation holds each number once`(_ count: Int) {
    let order = RandomStream(seed: 3, path: "order.\(count)").permutation(count)
    #expect(order.sorted() == (0..<Int32(count)).map { $0 })
    if count == 1000 { #expect(order != order.sorted()) }
  }

  @Test func `whole numbers lie below their bound and reach both ends`() {
    let stream = RandomStream(seed: 11, path: "integers")
    var seen = [Int](repeating: 0, count: 7)
    for index in 0..<1000 { seen[stream.integer(index, below: 7)] += 1 }
    #expect(seen.allSatisfy { $0 > 0 })
    #expect(stream.integer(0, below: 1) == 0)
    let large = (0..<64).map { stream.integer($0, below: Int.max) }
    #expect(large.contains { $0 > Int.max / 2 } && large.contains { $0 < Int.max / 2 })
  }

  @Test func `a bound of zero traps`() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = RandomStream(seed: 1, path: "x").integer(0, below: 0)
    }
    #expect(trapText(result).contains("no whole number lies below 0"))
  }
}
