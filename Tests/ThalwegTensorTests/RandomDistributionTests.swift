import Testing
import ThalwegTensor

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The draws follow their distributions. Seeds are fixed, so each check passes always or never.
@Suite struct RandomDistributionTests {
  private static let count = 20_000

  /// The Kolmogorov-Smirnov statistic times the root of the count; 1.95 is passed by one sample in a
  /// thousand.
  private func distance(_ sample: [Double], _ distribution: (Double) -> Double) -> Double {
    let sorted = sample.sorted()
    let total = Double(sorted.count)
    var worst = 0.0
    for (rank, number) in sorted.enumerated() {
      let expected = distribution(number)
      worst = max(worst, expected - Double(rank) / total, Double(rank + 1) / total - expected)
    }
    return worst * total.squareRoot()
  }

  private func moment(_ order: Int, _ sample: [Double]) -> Double {
    sample.reduce(0) { $0 + pow($1, Double(order)) } / Double(sample.count)
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `uniform draws are uniform`(_ seed: UInt64) {
    let stream = RandomStream(seed: seed, path: "uniform")
    let sample = (0..<Self.count).map { stream.uniform($0) }
    #expect(sample.allSatisfy { $0 >= 0 && $0 < 1 })
    #expect(sample.allSatisfy { $0 * 0x1p53 == ($0 * 0x1p53).rounded() })
    #expect(abs(moment(1, sample) - 1.0 / 2) < 0.01)
    #expect(abs(moment(2, sample) - 1.0 / 3) < 0.01)
    #expect(distance(sample) { $0 } < 1.95)
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `normal draws are normal`(_ seed: UInt64) {
    let stream = RandomStream(seed: seed, path: "normal")
    let sample = (0..<Self.count).map { stream.normal($0) }
    #expect(abs(moment(1, sample)) < 0.03)
    #expect(abs(moment(2, sample) - 1) < 0.04)
    #expect(abs(moment(3, sample)) < 0.1)
    #expect(abs(moment(4, sample) - 3) < 0.3)
    #expect(distance(sample) { erfc(-$0 / 2.0.squareRoot()) / 2 } < 1.95)
  }

  @Test func `neighbouring draws and streams are not correlated`() {
    let (a, b) = (RandomStream(seed: 9, path: "a"), RandomStream(seed: 9, path: "b"))
    let count = Double(Self.count)
    let next = (0..<Self.count).reduce(0) { $0 + a.normal($1) * a.normal($1 + 1) } / count
    let other = (0..<Self.count).reduce(0) { $0 + a.normal($1) * b.normal($1) } / count
    #expect(abs(next) < 4 / count.squareRoot())
    #expect(abs(other) < 4 / count.squareRoot())
  }

  @Test func `each order of four is equally likely`() {
    var counts: [[Int32]: Int] = [:]
    for draw in 0..<24_000 {
      counts[RandomStream(seed: 4, path: "epoch.\(draw)").permutation(4), default: 0] += 1
    }
    #expect(counts.count == 24)
    // Chi-squared with 23 degrees of freedom: 49.7 is passed by one sample in a thousand.
    let squares = counts.values.map { Double(($0 - 1000) * ($0 - 1000)) / 1000 }.sorted()
    #expect(squares.reduce(0, +) < 49.7)
  }
}
