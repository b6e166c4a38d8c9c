import Testing
import ThalwegAutodiff
import ThalwegFormats
import ThalwegTensor

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Wrong derivatives in the table that training uses, run against the checks of `OperationTests`.
@Suite struct MutationTests {
  /// One mutant and what became of it.
  private struct Mutant {
    let operation: String
    let operand: Int
    let mutation: String
    /// Cases in which some gradient is another.
    var changed = 0
    var isCaughtByFigures = false
    var isCaughtByDifferences = false

    var isCaught: Bool { isCaughtByFigures || isCaughtByDifferences }
    var found: String { changed == 0 ? "equivalent" : isCaught ? "caught" : "escaped" }

    var json: JSON {
      .object([
        .init("operation", .string(operation)), .init("operand", .integer(operand)),
        .init("mutation", .string(mutation)), .init("found", .string(found)),
        .init("by_figures", .bool(isCaughtByFigures)),
        .init("by_differences", .bool(isCaughtByDifferences)),
      ])
    }
  }

  private static var entries: [String: Golden.Entry] {
    get throws {
      let entries = try OperationFigures.entries()
      return Dictionary(entries.map { ($0.name, $0) }) { first, _ in first }
    }
  }

  /// Runs one table of operations over all cases of an operation.
  private static func judge(
    _ mutant: inout Mutant, _ table: [Operation], _ subjects: [MutationSubject],
    _ right: [[[Double]?]]
  ) throws {
    for (subject, right) in zip(subjects, right) {
      let gradients = try subject.gradients(table)
      if gradients == right { continue }
      mutant.changed += 1
      mutant.isCaughtByFigures = mutant.isCaughtByFigures || subject.figuresCatch(gradients)
      mutant.isCaughtByDifferences =
        mutant.isCaughtByDifferences || subject.differencesCatch(gradients)
    }
  }

  private static func mutants(
    _ kind: OperationKind, _ entries: [String: Golden.Entry]
  ) throws -> [Mutant] {
    let subjects = try OperationCases.of(kind).map { operation in
      try MutationSubject(
        operation, try #require(entries[operation.name], "no figures for \(operation.name)"))
    }
    func table(_ operation: Operation) -> [Operation] {
      var table = OperationKind.table
      table[Int(kind.rawValue)] = operation
      return table
    }
    let original = kind.operation
    let right = try subjects.map { try $0.gradients(OperationKind.table) }
    for (subject, right) in zip(subjects, right) {
      // A mutant is caught by what lets the right derivative through.
      #expect(!subject.figuresCatch(right) && !subject.differencesCatch(right), "\(kind)")
    }
    var mutants: [Mutant] = []
    for operand in 0..<(subjects.map(\.operands).max() ?? 0) {
      // A contribution that is taken apart and put back rounds otherwise, and changes nothing else.
      let same = try subjects.map {
        try $0.gradients(table(Mutation.none.applied(to: original, operand: operand)))
      }
      for mutation in Mutation.allCases {
        if !subjects.contains(where: { $0.isChanged(by: mutation, operand) }) { continue }
        var mutant = Mutant(operation: "\(kind)", operand: operand, mutation: mutation.rawValue)
        try judge(&mutant, table(mutation.applied(to: original, operand: operand)), subjects, same)
        mutants.append(mutant)
      }
    }
    for (name, backward) in HandwrittenMutants.of(kind) {
      var mutant = Mutant(operation: "\(kind)", operand: -1, mutation: name)
      let wrong = Operation(
        original.name, cutsGradient: original.cutsGradient,
        gradientOperands: original.gradientOperands, forward: original.forward
      ) { if $0.isOfTheCase { backward($0) } else { original.backward($0) } }
      try judge(&mutant, table(wrong), subjects, right)
      mutants.append(mutant)
    }
    for (name, change) in StructuredMutants.of(kind) {
      let same = try subjects.map {
        try $0.gradients(table(Mutation.none.applied(to: original, operand: 0)))
      }
      var mutant = Mutant(operation: "\(kind)", operand: -1, mutation: name)
      try judge(&mutant, table(original.changing(operand: 0, change)), subjects, same)
      mutants.append(mutant)
    }
    return mutants
  }

  @Test func `at least 99 of 100 wrong derivatives are caught`() throws {
    let entries = try Self.entries
    let mutants = try OperationKind.allCases.flatMap { try Self.mutants($0, entries) }
    let (caught, escaped) = (
      mutants.count { $0.found == "caught" }, mutants.filter { $0.found == "escaped" }
    )
    let equivalent = mutants.filter { $0.found == "equivalent" }
    print(
      "mutants: \(caught) caught, \(escaped.count) escaped, \(equivalent.count) equivalent; "
        + "\(mutants.count { $0.isCaughtByDifferences }) by differences")
    for mutant in escaped + equivalent {
      print("  \(mutant.found): \(mutant.operation), operand \(mutant.operand), \(mutant.mutation)")
    }
    #expect(caught > 200)
    #expect(Double(caught) >= 0.99 * Double(caught + escaped.count))
    // One percent more is never let through, by either kind of check.
    for mutant in mutants where mutant.mutation == Mutation.slightly.rawValue {
      #expect(mutant.found == "caught", "\(mutant.operation), operand \(mutant.operand)")
    }
    let lines = mutants.map { $0.json.compact + "\n" }.joined()
    if let path = getenv("THALWEG_MUTATION_RESULTS") {
      try Files.writeDurably(String(cString: path), Array(lines.utf8))
    }
    let here = "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    let kept = try Files.read("\(here)/Docs/results/mutations.jsonl")
    #expect(
      String(decoding: kept, as: UTF8.self) == lines,
      "Docs/results/mutations.jsonl is of other operations: run `make mutation-test`")
  }

  /// Every operation that hands a cotangent on is mutated.
  @Test func `an operation without mutants is one without a derivative`() throws {
    let entries = try Self.entries
    for kind in OperationKind.allCases {
      let operation = kind.operation
      let isLeaf = [.parameter, .constant, .indices].contains(kind)
      if isLeaf || operation.gradientOperands == 0 { continue }
      let operands = try OperationCases.of(kind).map {
        try MutationSubject($0, try #require(entries[$0.name])).operands
      }
      #expect(operands.contains { $0 > 0 }, "\(kind)")
    }
  }
}
