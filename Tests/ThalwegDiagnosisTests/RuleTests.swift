import Testing
import ThalwegDiagnosis

@Suite struct RuleTests {
  @Test func namesAreUniqueAndInSnakeCase() {
    let names = Rule.all.map(\.name)
    #expect(Set(names).count == names.count)
    for name in names {
      #expect(name.allSatisfy { ("a"..."z").contains($0) || $0 == "_" }, "\(name)")
    }
  }
}
