import Testing
import ThalwegFormats
import ThalwegTensor

/// What became of tensors between two files of plain numbers.
@Suite struct ChangeTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(_ name: String, _ tensors: [(String, [Float])]) throws -> String {
    let memory = tensors.map { name, numbers in
      let bytes = UnsafeMutableRawBufferPointer.allocate(
        byteCount: 4 * numbers.count, alignment: 4)
      for (index, number) in numbers.enumerated() {
        bytes.storeBytes(of: number, toByteOffset: 4 * index, as: Float.self)
      }
      return (name: name, bytes: bytes)
    }
    defer { for one in memory { one.bytes.deallocate() } }
    try Safetensors.write(
      to: folder[name],
      tensors: memory.map {
        ($0.name, Shape([$0.bytes.count / 4]), .float32, UnsafeRawBufferPointer($0.bytes))
      })
    return folder[name]
  }

  /// Numbers about 0 that have nothing to do with those of another seed.
  private func draw(_ seed: UInt32, count: Int = 200) -> [Float] {
    var state = seed &* 2_654_435_761
    return (0..<count).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return Float(state >> 8) / Float(1 << 23) - 1
    }
  }

  private func compare(
    _ earlier: [(String, [Float])], _ later: [(String, [Float])]
  ) throws -> (kinds: [String: TensorChange.Kind], Inspection) {
    let inspection = try Inspection(write("later", later), other: write("earlier", earlier))
    let changes = try #require(inspection.comparison).changes
    return (Dictionary(uniqueKeysWithValues: changes.map { ($0.name, $0.kind) }), inspection)
  }

  /// Each of many steps shrinks the numbers and rounds them.
  private func decayed(_ numbers: [Float], by factor: Float, steps: Int = 1000) -> [Float] {
    numbers.map { number in (0..<steps).reduce(number) { value, _ in value * factor } }
  }

  @Test func whatOnlyDecayedWasNotTrained() throws {
    let (start, other) = (draw(1), draw(2))
    let stepped = zip(decayed(start, by: 1 - 1e-5), other).map { $0 + 1e-4 * $1 }
    let (kinds, inspection) = try compare(
      [("a.weight", start), ("b.weight", start), ("c.weight", [3, 4]), ("d.weight", start)],
      [
        ("a.weight", decayed(start, by: 1 - 1e-5)), ("b.weight", stepped),
        // Two numbers may shrink alike by chance, and decay makes nothing larger.
        ("c.weight", [1.5, 2]), ("d.weight", start.map { $0 * 2 }),
      ])
    #expect(
      kinds == ["a.weight": .decayed, "b.weight": .moved, "c.weight": .moved, "d.weight": .moved])
    let findings = try #require(inspection.training).findings.compactMap { $0 }
    #expect(findings.map(\.verdict) == [.neverUpdated, .trained, .trained, .trained])
    #expect(
      findings[0].evidence[0].hasPrefix("decayed only: each number is 0.99"))
  }

  /// Steps of Adam on ones leave equal numbers, as decay does.
  @Test func equalNumbersThatShrinkTellNothing() throws {
    let ones = [Float](repeating: 1, count: 16)
    let (kinds, inspection) = try compare(
      [("norm.weight", ones)], [("norm.weight", ones.map { $0 * 0.99 })])
    #expect(kinds == ["norm.weight": .moved])
    let finding = try #require(inspection.training?.findings.compactMap { $0 }.first)
    #expect(finding.verdict == .cannotTell)
    #expect(finding.evidence.contains { $0.contains("decay or equal steps") })
  }

  /// What an optimizer without decay shrank was trained.
  @Test func anOptimizerWithoutDecayDecaysNothing() throws {
    let inspection = try Inspection(
      Golden.path("trained_adam.pt"), other: Golden.path("first.pt"))
    #expect(inspection.comparison?.count(.decayed) == 0)
    let findings = try #require(inspection.training).findings.compactMap { $0 }
    #expect(findings.allSatisfy { $0.evidence.allSatisfy { !$0.hasPrefix("decayed only") } })
  }

  /// Few numbers have no direction by chance; a fresh draw has the norm of one as well.
  @Test func aTrainedBiasIsNotDrawnAnew() throws {
    let (start, other) = (draw(1, count: 64), draw(2, count: 64))
    let (kinds, _) = try compare(
      [("a.bias", start)], [("a.bias", other.map { $0 * 1.8 })])
    #expect(kinds["a.bias"] == .moved)
  }

  /// AdamW shrinks also what has a gradient of 0.
  @Test func decayDoesNotUnsayWhatTheOptimizerTells() throws {
    let inspection = try Inspection(
      Golden.path("trained_adamw.pt"), other: Golden.path("first.pt"))
    let change = try #require(
      inspection.comparison?.changes.first { $0.name == "cut.weight" })
    #expect(change.kind == .decayed)
    let verdicts = zip(inspection.listing.tensors, inspection.training?.findings ?? [])
    let cut = verdicts.first { $0.0.name == "cut.weight" }
    #expect(cut?.1?.verdict == .neverUpdated)
  }

  @Test func statisticsOfLayersAreNeverDrawnAnew() throws {
    let (kinds, _) = try compare(
      [("norm.weight", draw(1)), ("norm.running_mean", draw(2)), ("norm.running_var", draw(3))],
      [
        ("norm.weight", draw(4)), ("norm.running_mean", draw(5)),
        ("norm.running_var", draw(3).map { $0 * 0.9 }),
      ])
    #expect(kinds["norm.weight"] == .reinitialized)
    #expect(kinds["norm.running_mean"] == .moved)
    #expect(kinds["norm.running_var"] == .moved)
  }

  @Test func gatesThatAreNotFinite() throws {
    let path = try write(
      "gates",
      [("blend_gate", [.nan]), ("Alpha", [0]), ("gates", [1, 2]), ("gate_low", [-.infinity])])
    let gates = try #require(try Inspection(path).training).gates
    let found = Dictionary(uniqueKeysWithValues: gates.map { ($0.path, $0.sigmoid) })
    #expect(found == ["Alpha": 0.5, "blend_gate": nil, "gate_low": 0])
  }
}
