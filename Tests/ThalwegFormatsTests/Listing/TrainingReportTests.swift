import Testing
import ThalwegFormats

/// What checkpoints say of the training of each parameter, against what happened in torch.
@Suite struct TrainingReportTests {
  private typealias Verdict = TrainingFinding.Verdict

  private func inspect(
    _ name: String, other: String? = nil, stats: Bool = true
  ) throws -> Inspection {
    try Inspection(
      Golden.path(name), other: other.map(Golden.path), takesStatistics: stats)
  }

  /// Verdicts by the names of the parameters.
  private func verdicts(_ inspection: Inspection) throws -> [String: Verdict] {
    let report = try #require(inspection.training)
    var verdicts: [String: Verdict] = [:]
    for (tensor, finding) in zip(inspection.listing.tensors, report.findings) {
      if let finding { verdicts[tensor.name] = finding.verdict }
    }
    return verdicts
  }

  /// Parameters that a file of each rule cannot tell, given that it can tell the others.
  private static let untold: [String: Set<String>] = [
    // Two tensors of one shape, of which one was made late.
    "trained_adam.pt": ["head.out.bias", "head.projection.bias"],
    "trained_adamw.pt": ["head.out.bias", "head.projection.bias"],
    "trained_rmsprop.pt": ["head.out.bias", "head.projection.bias"],
    // A momentum of 0 forgets what was before.
    "trained_momentum.pt": ["head.out.bias", "head.projection.bias", "cut.weight"],
    "trained_adagrad.pt": ["head.out.bias", "head.projection.bias"],
    // A gradient of 0 and decay in its moments; and a bias before a batch normalization, which
    // takes it out again, so that its gradient is rounding alone.
    "trained_adam_decay.pt": [
      "head.out.bias", "head.projection.bias", "cut.weight", "encoder.bias", "tied.bias",
    ],
    "trained_named.pt": [],
  ]

  @Test(arguments: [
    "trained_adam.pt", "trained_adam_decay.pt", "trained_adamw.pt", "trained_named.pt",
    "trained_groups.pt", "trained_momentum.pt", "trained_plain.pt", "trained_adagrad.pt",
    "trained_rmsprop.pt", "trained_adafactor.pt", "trained_lbfgs.pt",
  ])
  func noVerdictIsWrong(name: String) throws {
    let golden = try #require(
      try Golden.entries("cases", of: "training.json").first { $0["name"]?.string == name })
    let inspection = try inspect(name)
    let verdicts = try verdicts(inspection)
    let optimizer = try #require(inspection.training?.optimizers.first)
    #expect(optimizer.parameters == golden["parameters"]?.int)
    #expect(optimizer.withState == golden["with_state"]?.int)
    #expect(
      optimizer.steps.map { [$0.lowerBound, $0.upperBound] }
        == golden["steps"]?.array?.compactMap(\.double))
    for gradient in golden["gradients"]?.members ?? [] {
      let verdict = try #require(verdicts[gradient.name], "\(gradient.name)")
      // The optimizer knows nothing of what was made after it.
      let isLate = gradient.name.hasPrefix("head.projection")
      let truth: Verdict =
        gradient.value.string == "live" && !isLate ? .trained : .neverUpdated
      if let untold = TrainingReportTests.untold[name] {
        let expected = untold.contains(gradient.name) ? .cannotTell : truth
        #expect(verdict == expected, "\(gradient.name)")
      } else {
        #expect(verdict == truth || verdict == .cannotTell, "\(gradient.name)")
      }
    }
    // Buffers are no parameters.
    #expect(verdicts["norm.running_mean"] == nil)
    #expect(verdicts["norm.num_batches_tracked"] == nil)
    // Tied weights share their answer.
    if let weight = verdicts["encoder.weight"] { #expect(verdicts["tied.weight"] == weight) }
  }

  @Test func withoutNumbersPresenceAloneTells() throws {
    let verdicts = try verdicts(inspect("trained_adam.pt", stats: false))
    for name in ["blend_gate", "unused.weight", "frozen.bias", "head.projection.weight"] {
      #expect(verdicts[name] == .neverUpdated, "\(name)")
    }
    for name in ["encoder.weight", "cut.weight", "alpha"] {
      #expect(verdicts[name] == .cannotTell, "\(name)")
    }
  }

  @Test func gatesWithTheirSigmoid() throws {
    let gates = try #require(try inspect("trained_adam.pt", stats: false).training?.gates)
    let theirs = try Golden.entries("gates", of: "training.json")
    #expect(gates.map { Optional($0.path) } == theirs.map { $0["path"]?.string })
    for (gate, their) in zip(gates, theirs) {
      #expect(gate.value == their["value"]?.double)
      let sigmoid = try #require(gate.sigmoid)
      #expect(abs(sigmoid - (their["sigmoid"]?.double ?? .nan)) < 1e-15)
    }
  }

  @Test(arguments: ["first.pt", "first.safetensors"])
  func anEarlierCheckpointTellsTheRest(other: String) throws {
    let inspection = try inspect("trained_adam.pt", other: other, stats: false)
    let verdicts = try verdicts(inspection)
    #expect(!verdicts.values.contains(.cannotTell))
    #expect(verdicts["head.out.bias"] == .trained)
    #expect(verdicts["head.projection.bias"] == .neverUpdated)
    #expect(verdicts["cut.weight"] == .neverUpdated)
    let comparison = try #require(inspection.comparison)
    #expect(!comparison.isBackward)
    let late = comparison.changes.filter { $0.lateness != nil }
    #expect(late.map(\.name) == ["head.projection.weight", "head.projection.bias"])
  }

  /// Plain descent keeps nothing: the change alone tells.
  @Test(arguments: ["trained_plain.pt", "trained_momentum.pt"])
  func whereTheOptimizerIsSilentAChangeTells(name: String) throws {
    let verdicts = try verdicts(inspect(name, other: "first.pt"))
    #expect(verdicts["encoder.weight"] == .trained)
    #expect(verdicts["table.weight"] == .trained)
    #expect(verdicts["cut.weight"] == .neverUpdated)
  }

  @Test func changesAreThoseOfTorch() throws {
    let theirs = try Golden.entries("changes", of: "training.json")
    let comparison = try #require(
      try inspect("trained_adam.pt", other: "first.pt", stats: false).comparison)
    #expect(comparison.changes.map { Optional($0.name) } == theirs.map { $0["name"]?.string })
    for (change, their) in zip(comparison.changes, theirs) {
      #expect(change.kind.rawValue == their["kind"]?.string, "\(change.name)")
      guard let difference = change.difference else {
        #expect(their["norm"] == nil)
        continue
      }
      for (member, number) in [
        ("norm", difference.norm), ("first_norm", difference.firstNorm),
        ("second_norm", difference.secondNorm), ("largest", difference.largest),
      ] {
        let figure = try #require(their[member]?.double)
        #expect(abs(number - figure) <= 1e-13 * figure, "\(change.name) \(member)")
      }
      if let cosine = difference.cosine {
        #expect(abs(cosine - (their["cosine"]?.double ?? .nan)) < 1e-12, "\(change.name)")
      } else {
        #expect(their["cosine"]?.isNull == true, "\(change.name)")
      }
    }
  }

  @Test func whatWasDrawnAnewCutOffOrReshaped() throws {
    let inspection = try inspect("again.pt", other: "trained_adam.pt", stats: false)
    let comparison = try #require(inspection.comparison)
    var kinds: [String: TensorChange.Kind] = [:]
    for change in comparison.changes { kinds[change.name] = change.kind }
    #expect(kinds["encoder.weight"] == .reinitialized)
    #expect(kinds["unused.weight"] == .reshaped)
    #expect(kinds["blend_gate"] == .removed)
    #expect(kinds["encoder.bias"] == .unmoved)
    #expect(comparison.count(.unmoved) == comparison.changes.count - 3)
    // The same tensors the other way round.
    let back = try #require(
      try inspect("trained_adam.pt", other: "again.pt", stats: false).comparison)
    #expect(back.changes.filter { $0.kind == .added }.map(\.name) == ["blend_gate"])
    #expect(back.count(.reinitialized) == 1)
  }

  /// What a wrapper puts before all names goes, what stands before some is theirs.
  @Test func wrappersAreLeftOut() throws {
    typealias P = PickleBytes
    let folder = try TemporaryFolder()
    func write(_ path: String, _ names: [String]) throws {
      let tensor = P.tensor([2], strides: [1], storage: P.storage("0", "FloatStorage", 6))
      let pairs = names.flatMap { P.text($0) + tensor }
      let bytes = P.emptyDictionary + P.letter("(") + pairs + P.letter("u")
      try Files.writeDurably(folder[path], ListedFile.zip(bytes).bytes)
    }
    try write("a", ["module._orig_mod.a", "module._orig_mod.b"])
    try write("b", ["a", "b"])
    try write("c", ["module.a", "a"])
    for (later, expected) in [
      ("a", ["a unmoved", "b unmoved"]), ("c", ["module.a added", "a unmoved", "b removed"]),
    ] {
      let inspection = try Inspection(folder[later], other: folder["b"])
      let comparison = try #require(inspection.comparison)
      #expect(comparison.changes.map { "\($0.name) \($0.kind.rawValue)" } == expected)
    }
  }

  @Test func theLaterOneAsTheEarlier() throws {
    let folder = try TemporaryFolder()
    let (early, late) = (folder["early.pt"], folder["late.pt"])
    for (path, step) in [(early, 3), (late, 9)] {
      let entry = PickleBytes.dictionary((PickleBytes.text("step"), PickleBytes.int(step)))
      try Files.writeDurably(
        path, checkpoint(state: PickleBytes.dictionary((PickleBytes.int(0), entry))))
    }
    #expect(try Inspection(late, other: early).comparison?.isBackward == false)
    #expect(try Inspection(early, other: late).comparison?.isBackward == true)
  }

  /// A model of one weight and an optimizer of any state.
  private func checkpoint(state: [UInt8], keys: [UInt8]? = nil) -> [UInt8] {
    typealias P = PickleBytes
    let tensor = P.tensor([2, 3], strides: [3, 1], storage: P.storage("0", "FloatStorage", 6))
    let group = P.dictionary(
      (P.text("betas"), P.tuple(P.int(0), P.int(0))),
      (P.text("params"), keys ?? P.list(P.int(0))))
    return ListedFile.zip(
      P.dictionary(
        (P.text("model"), P.dictionary((P.text("w"), tensor))),
        (
          P.text("optimizer"),
          P.dictionary((P.text("state"), state), (P.text("param_groups"), P.list(group)))
        ))
    ).bytes
  }

  @Test func optimizersThatAreNone() throws {
    let file = try ListedFile()
    typealias P = PickleBytes
    let itself: [UInt8] = [0x7D, 0x71, 9, 0x28, 0x4B, 0, 0x68, 9, 0x75]
    for (state, keys) in [
      (P.int(1), nil), (P.list(), nil), (P.dictionary((P.int(0), P.int(1))), nil),
      (P.emptyDictionary, P.int(3)), (P.emptyDictionary, P.list(P.null)),
      (P.emptyDictionary, P.list()), (P.dictionary((P.null, P.emptyDictionary)), nil),
    ] as [([UInt8], [UInt8]?)] {
      let path = file.path
      _ = try file.list(checkpoint(state: state, keys: keys))
      let report = try #require(try Inspection(path, takesStatistics: true).training)
      #expect(report.findings.count == 1)
    }
    // A state that holds itself is found while listing.
    file.expectRefusal(checkpoint(state: itself), "or in itself")
    // As many parameters as nobody has, for one weight.
    let keys = P.letter("]") + P.letter("(") + (0..<100_000).flatMap { P.int($0) } + P.letter("e")
    _ = try file.list(checkpoint(state: P.emptyDictionary, keys: keys))
    let report = try #require(try Inspection(file.path).training)
    #expect(report.findings.first??.verdict == .cannotTell)
    #expect(report.unmatchedBecause?.contains("100000 parameters") == true)
  }

  /// Counts of updates that are none, moments of no number, and one whose squares have vanished.
  @Test func oddStates() throws {
    typealias P = PickleBytes
    let file = try ListedFile()
    let nan: [UInt8] = P.letter("G") + [0x7F, 0xF8, 0, 0, 0, 0, 0, 0]
    let infinity: [UInt8] = P.letter("G") + [0x7F, 0xF0, 0, 0, 0, 0, 0, 0]
    func moment(_ key: String) -> [UInt8] {
      P.tensor([2, 3], strides: [3, 1], storage: P.storage(key, "FloatStorage", 6))
    }
    let weight = moment("0")
    func verdict(_ step: [UInt8], first: String, second: String) throws -> TrainingFinding {
      let entry = P.dictionary(
        (P.text("step"), step), (P.text("exp_avg"), moment(first)),
        (P.text("exp_avg_sq"), moment(second)))
      let group = P.dictionary(
        (P.text("betas"), P.tuple(P.letter("G") + [0x3F, 0xEC, 0, 0, 0, 0, 0, 0], P.int(0))),
        (P.text("weight_decay"), P.int(1)), (P.text("params"), P.list(P.int(0))))
      let optimizer = P.dictionary(
        (P.text("state"), P.dictionary((P.int(0), entry))),
        (P.text("param_groups"), P.list(group)))
      var zip = ListedFile.zip(
        P.dictionary((P.text("m"), P.dictionary((P.text("w"), weight))), (P.text("o"), optimizer)),
        storages: [("0", 24), ("1", 24), ("2", 24)])
      // Storage 1 holds zeros, and 2 what is no number.
      zip.entries[3].data = [UInt8](repeating: 0, count: 24)
      zip.entries[4].data = [UInt8](repeating: 0xFF, count: 24)
      _ = try file.list(zip.bytes)
      let report = try #require(try Inspection(file.path, takesStatistics: true).training)
      return try #require(report.findings.compactMap { $0 }.first)
    }
    for step in [nan, infinity, P.int(-5), P.int(1 << 60), P.text("x")] {
      // Along itself, and as long as decay makes it.
      #expect(try verdict(step, first: "0", second: "0").verdict != .neverUpdated)
      #expect(try verdict(step, first: "1", second: "1").verdict == .neverUpdated)
    }
    let vanished = try verdict(P.int(5), first: "0", second: "1")
    #expect(vanished.verdict == .trained)
    #expect(vanished.evidence.first?.contains("its exp_avg is not") == true)
    let broken = try verdict(P.int(5), first: "2", second: "2")
    #expect(broken.verdict == .cannotTell)
    #expect(broken.evidence.first?.contains("is not finite in 6 of 6 entries") == true)
    #expect(try verdict(P.int(0), first: "0", second: "0").verdict == .neverUpdated)
  }

  /// torch's Adamax adds eps to each gradient before it takes the largest.
  @Test func aMaximumOfEpsIsNoGradient() throws {
    typealias P = PickleBytes
    let entry = P.dictionary(
      (P.text("step"), P.int(3)), (P.text("exp_avg"), moment("1")),
      (P.text("exp_inf"), moment("0")))
    let finding = try finding(of: entry)
    #expect(finding.verdict == .neverUpdated)
  }

  /// The buffer of a momentum is 0 again long after the last gradient.
  @Test func aBufferOfZerosForgets() throws {
    typealias P = PickleBytes
    let finding = try finding(of: P.dictionary((P.text("momentum_buffer"), moment("1"))))
    #expect(finding.verdict == .cannotTell)
    #expect(finding.evidence[0].contains("the last gradients were 0"))
  }

  /// Decay that joins the gradient moves a parameter by about the rate a step, to 0 and around it:
  /// only a mean that is longer than that allows is one of gradients.
  @Test(arguments: [(Float(0.001), TrainingFinding.Verdict.cannotTell), (100, .trained)])
  func aShortMeanMayBeThatOfDecay(size: Float, verdict: TrainingFinding.Verdict) throws {
    typealias P = PickleBytes
    let half: [UInt8] = P.letter("G") + [0x3F, 0xE0, 0, 0, 0, 0, 0, 0]
    let group = P.dictionary(
      (P.text("lr"), P.int(1)), (P.text("betas"), P.tuple(half, half)),
      (P.text("weight_decay"), P.int(1)), (P.text("params"), P.list(P.int(0))))
    let entry = P.dictionary(
      (P.text("step"), P.int(1000)), (P.text("exp_avg"), moment("2")),
      (P.text("exp_avg_sq"), moment("2")))
    let means = [size, -size, size, -size, size, size]
    #expect(try finding(of: entry, group: group, third: means).verdict == verdict)
  }

  private func moment(_ key: String) -> [UInt8] {
    typealias P = PickleBytes
    return P.tensor([2, 3], strides: [3, 1], storage: P.storage(key, "FloatStorage", 6))
  }

  /// What is said of a weight with that state, whose storage 1 holds zeros, and 2 those numbers.
  private func finding(
    of entry: [UInt8], group: [UInt8]? = nil, third: [Float] = []
  ) throws -> TrainingFinding {
    typealias P = PickleBytes
    let plain = P.dictionary((P.text("lr"), P.int(1)), (P.text("params"), P.list(P.int(0))))
    let optimizer = P.dictionary(
      (P.text("state"), P.dictionary((P.int(0), entry))),
      (P.text("param_groups"), P.list(group ?? plain)))
    let weights = P.dictionary((P.text("w"), moment("0")))
    // An average before the model, with its names.
    var zip = ListedFile.zip(
      P.dictionary(
        (P.text("model_ema"), P.dictionary((P.text("w"), moment("2")))),
        (P.text("model"), weights), (P.text("optimizer"), optimizer)),
      storages: [("0", 24), ("1", 24), ("2", 24)])
    zip.entries[3].data = [UInt8](repeating: 0, count: 24)
    if !third.isEmpty {
      zip.entries[4].data = third.flatMap { ZipBytes.number(Int($0.bitPattern), 4) }
    }
    let file = try ListedFile()
    _ = try file.list(zip.bytes)
    let inspection = try Inspection(file.path, takesStatistics: true)
    let report = try #require(inspection.training)
    let pairs = Swift.zip(inspection.listing.tensors, report.findings)
    #expect(pairs.allSatisfy { $0.1 == nil || $0.0.path == "model.w" })
    return try #require(report.findings.compactMap { $0 }.first)
  }

  @Test func anOptimizerAloneHasCountsAndNoModel() throws {
    let report = try #require(try inspect("optimizer_alone.pt").training)
    #expect(report.optimizers.first?.withState == 10)
    #expect(report.findings.allSatisfy { $0 == nil })
  }

  @Test func aModelAloneTellsNothing() throws {
    let verdicts = try verdicts(inspect("first.pt"))
    #expect(!verdicts.isEmpty)
    #expect(verdicts.values.allSatisfy { $0 == .cannotTell })
  }
}
