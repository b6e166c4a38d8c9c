import Testing
import ThalwegFormats
import ThalwegRCGNN

@Suite struct MissingAtRandomTests {
  private let table = MadeTable.table(rows: 1000, columns: 10, share: 0)

  private func hidden(_ table: Table) -> [Bool] { table.columns.flatMap { $0.values.map(\.isNaN) } }

  @Test(arguments: [0.3, 0.6])
  func hidesItsShareAndNothingElse(share: Double) {
    let gaps = MissingAtRandom(share: share, seed: 4).hide(table)
    let hidden = hidden(gaps)
    // Four standard deviations of a binomial share over 10,000 cells.
    let spread = 4 * (share * (1 - share) / 10_000).squareRoot()
    #expect(abs(Double(hidden.count { $0 }) / 10_000 - share) < spread)
    for (before, after) in zip(table.columns, gaps.columns) {
      #expect(before.name == after.name)
      #expect(zip(before.values, after.values).allSatisfy { $0 == $1 || $1.isNaN })
    }
  }

  @Test func drawsDependOnSeedAndPathButNotOnValues() {
    let first = hidden(MissingAtRandom(share: 0.5, seed: 4).hide(table))
    let other = MadeTable.table(rows: 1000, columns: 10, share: 0, seed: 2)
    #expect(first == hidden(MissingAtRandom(share: 0.5, seed: 4).hide(other)))
    #expect(first != hidden(MissingAtRandom(share: 0.5, seed: 5).hide(table)))
    #expect(first != hidden(MissingAtRandom(share: 0.5, seed: 4, path: "held_out").hide(table)))
    // A smaller share hides a part of what a larger one hides.
    let fewer = hidden(MissingAtRandom(share: 0.2, seed: 4).hide(table))
    #expect(zip(fewer, first).allSatisfy { !$0 || $1 })
  }

  @Test func bounds() {
    #expect(!hidden(MissingAtRandom(share: 0, seed: 1).hide(table)).contains(true))
    #expect(!hidden(MissingAtRandom(share: 1, seed: 1).hide(table)).contains(false))
  }
}
