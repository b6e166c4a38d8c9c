import Testing
import ThalwegAutodiff
import ThalwegRCGNN
import ThalwegTensor

/// The published penalties at the values that the study of the published system lists.
@Suite struct PenaltyTests {
  private func acyclicity(_ d: Int, _ entry: (Int, Int) -> Double) throws -> Double {
    let tape = Tape(try Machine(threads: 1), Parameters(.float64))
    let pass = Pass(tape, .evaluate)
    let matrix = pass.constant((0..<d * d).map { entry($0 / d, $0 % d) }, Shape(d, d))
    return Acyclicity.published(matrix, identity: Acyclicity.identity(d), pass).item
  }

  private func cycle(_ length: Int, weight: Double = 1) throws -> Double {
    try acyclicity(13) { i, j in i < length && j == (i + 1) % length ? weight : 0 }
  }

  @Test func cyclesOfMoreThanThreeEdgesAreNotSeen() throws {
    #expect(abs(try cycle(1) - 0.24898) < 5e-6)
    #expect(abs(try cycle(2) - 0.03550) < 5e-6)
    #expect(abs(try cycle(3) - 0.0013655) < 5e-8)
    for length in [4, 5, 13] { #expect(try cycle(length) == 0) }
  }

  /// By hand: tr((I + A/d)^3) - d is 3/d tr A + 3/d^2 tr A^2 + 1/d^3 tr A^3.
  @Test func shortCyclesAreTheTracesOfPowers() throws {
    let d = 13.0
    #expect(abs(try cycle(1) - (3 / d + 3 / (d * d) + 1 / (d * d * d))) < 1e-14)
    #expect(abs(try cycle(2) - 6 / (d * d)) < 1e-14)
    #expect(abs(try cycle(3) - 3 / (d * d * d)) < 1e-14)
  }

  @Test func rescalingMakesItFallAgain() throws {
    #expect(abs(try acyclicity(13) { _, _ in 1 } - 7) < 1e-12)
    #expect(abs(try acyclicity(13) { _, _ in 10 } - 37.45) < 5e-3)
    #expect(abs(try acyclicity(13) { _, _ in 100 } - 37) < 5e-3)
    #expect(try acyclicity(60) { _, _ in 50 } == 0)
  }

  /// By hand, where I + A/2 is c I: the cube has the norm c^3 root 2 and the trace 2 c^3. For c = 4
  /// the norm is 90.5; for c = 5 it is 176.8, and brought to 50 leaves the trace 50 root 2.
  @Test func rescalesFromANormOf100On() throws {
    #expect(abs(try acyclicity(2) { i, j in i == j ? 6 : 0 } - 126) < 1e-12)
    #expect(
      abs(try acyclicity(2) { i, j in i == j ? 8 : 0 } - (50 * 2.0.squareRoot() - 2)) < 1e-12)
  }

  @Test func negativeCyclesHideBehindTheRelu() throws {
    #expect(try cycle(1, weight: -1) == 0)
    #expect(try acyclicity(13) { i, j in (i, j) == (0, 1) ? 1 : (i, j) == (1, 0) ? -1 : 0 } == 0)
  }

  private func disentanglement(
    rows: Int, latent: Int, _ entry: (Int, Int) -> Double
  ) throws -> Double {
    let tape = Tape(try Machine(threads: 1), Parameters(.float64))
    let pass = Pass(tape, .evaluate)
    let width = 3 * latent
    let codes = pass.constant(
      (0..<rows * width).map { entry($0 / width, $0 % width) }, Shape(rows, width))
    return Disentanglement.published(
      codes, weights: Disentanglement.pairWeights(latent: latent), pass
    ).item
  }

  /// Columns of a Hadamard matrix do not correlate: what is left is the diagonal, 1/32 a pair.
  @Test func disentanglementHasAFloor() throws {
    let floor = try disentanglement(rows: 64, latent: 16) { row, column in
      (row & (column + 1)).nonzeroBitCount % 2 == 0 ? 1 : -1
    }
    #expect(abs(floor - 0.09375) < 1e-15)
  }

  @Test func disentanglementOfEqualCodesIsThree() throws {
    let stream = RandomStream(seed: 1, path: "codes")
    let found = try disentanglement(rows: 9, latent: 4) { row, _ in stream.normal(row) }
    #expect(abs(found - 3) < 1e-12)
  }

  /// Scale, shift and repetition of the rows do not matter.
  @Test func disentanglementIsOfCorrelationsAlone() throws {
    let stream = RandomStream(seed: 2, path: "codes")
    func entry(_ row: Int, _ column: Int) -> Double { stream.normal(row * 12 + column) }
    let once = try disentanglement(rows: 9, latent: 4, entry)
    let scaled = try disentanglement(rows: 9, latent: 4) { row, column in
      100 - 3 * entry(row, column)
    }
    let twice = try disentanglement(rows: 18, latent: 4) { entry($0 % 9, $1) }
    #expect(once > 0.3 && once < 3)
    #expect(abs(scaled - once) < 1e-12)
    #expect(abs(twice - once) < 1e-12)
  }
}
