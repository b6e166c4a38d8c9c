import Testing
import ThalwegFormats
import ThalwegRecord
import ThalwegTensor
import ThalwegTraining

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@Suite struct MetricsSinkTests {
  /// The lines that a sink writes of some events.
  private func lines(_ events: [RunEvent]) throws -> [JSON] {
    var template = Array("/tmp/thalweg-metrics-XXXXXX".utf8CString)
    let folder = String(cString: try #require(mkdtemp(&template)))
    defer { #expect(throws: Never.self) { try Files.remove(folder, recursively: true) } }
    let sink = MetricsSink(try AppendFile(folder + "/metrics.jsonl"))
    for event in events { try sink.observe(event) }
    try sink.file.flush()
    return try Files.read(sink.file.path).split(separator: UInt8(ascii: "\n")).map {
      try JSON.parse(Array($0), source: "metrics.jsonl")
    }
  }

  private func expect(_ line: JSON, _ names: [String]) {
    #expect(line.members?.map(\.name) == names)
  }

  private static let stepNames = [
    "kind", "step", "epoch", "batch", "items", "outcome", "loss", "terms", "learning_rate",
    "norm_before_clip", "clip_coefficient", "norm_after_clip", "non_finite_tensors",
  ]

  @Test func stepLineHoldsExactlyTheRecord() throws {
    var record = StepRecord()
    (record.step, record.epoch, record.batch, record.items) = (12, 3, 4, 8)
    record.outcome = .taken
    record.loss = 0.1 + 0.2
    record.terms = [
      TermRecord(name: "error", raw: 1 / 3, weighted: 2 / 3),
      TermRecord(name: "size \"of\" it", raw: -1e-300, weighted: .leastNonzeroMagnitude),
    ]
    record.learningRate = 5e-4
    record.normBeforeClip = 46_767.25
    record.clipCoefficient = 1 / 46_767.25
    record.normAfterClip = 1
    let line = try #require(try lines([.step(record)]).first)
    expect(line, Self.stepNames)
    #expect(line["kind"]?.string == "step")
    #expect(line["step"]?.int == 12)
    #expect(line["epoch"]?.int == 3)
    #expect(line["batch"]?.int == 4)
    #expect(line["items"]?.int == 8)
    #expect(line["outcome"]?.string == "taken")
    #expect(line["loss"]?.double == record.loss)
    #expect(line["learning_rate"]?.double == record.learningRate)
    #expect(line["norm_before_clip"]?.double == record.normBeforeClip)
    #expect(line["clip_coefficient"]?.double == record.clipCoefficient)
    #expect(line["norm_after_clip"]?.double == record.normAfterClip)
    #expect(line["non_finite_tensors"]?.int == 0)
    #expect(line["terms"]?.members?.map(\.name) == record.terms.map(\.name))
    for term in record.terms {
      #expect(line["terms"]?[term.name]?["raw"]?.double == term.raw)
      #expect(line["terms"]?[term.name]?["weighted"]?.double == term.weighted)
    }
  }

  @Test func whatDoesNotExistIsNull() throws {
    let line = try #require(try lines([.step(StepRecord())]).first)
    expect(line, Self.stepNames)
    for name in ["loss", "learning_rate", "norm_before_clip", "clip_coefficient"] {
      #expect(line[name]?.isNull == true)
    }
    #expect(line["norm_after_clip"]?.isNull == true)
    #expect(line["terms"]?.members?.isEmpty == true)
  }

  @Test func numbersThatJSONLacksComeBack() throws {
    var record = StepRecord()
    record.outcome = .refused
    record.loss = .nan
    record.normBeforeClip = .infinity
    record.nonFiniteTensors = 2
    record.culprit = "entry 0 of\na gradient"
    let line = try #require(try lines([.step(record)]).first)
    expect(line, Self.stepNames + ["culprit"])
    #expect(line["loss"]?.double?.isNaN == true)
    #expect(line["norm_before_clip"]?.double == .infinity)
    #expect(line["non_finite_tensors"]?.int == 2)
    #expect(line["culprit"]?.string == record.culprit)
  }

  @Test func epochLineHoldsExactlyTheRecord() throws {
    var record = EpochRecord()
    (record.epoch, record.step, record.outcomes) = (2, 40, [35, 1, 0, 4, 0, 0])
    record.loss = 0.75
    record.terms = [TermRecord(name: "error", raw: 0.5, weighted: 0.75)]
    (record.largestNorm, record.meanNorm, record.clipRatio) = (9, 1 / 7, 0.25)
    record.learningRate = 1e-3
    var gradient = GradientSummary()
    (gradient.largest, gradient.mean) = (2.5, 0.3)
    gradient.top = [GradientNorm(path: "a.b", norm: 2.5), GradientNorm(path: "c", norm: 1)]
    (gradient.nonFinite, gradient.zero, gradient.noPath) = (1, 2, 3)
    record.gradient = gradient
    record.evaluation = EvaluationRecord(
      metrics: [Metric("f1", 0.5, isOracle: true), Metric("count", nil)], objective: 23)
    record.isBest = true
    record.sinceBest = 0
    let line = try #require(try lines([.epoch(record)]).first)
    expect(
      line,
      [
        "kind", "epoch", "step", "steps", "loss", "terms", "largest_norm", "mean_norm",
        "clip_ratio", "learning_rate", "last_gradient", "evaluation", "is_best", "since_best",
      ])
    #expect(line["steps"]?.members?.map(\.name) == StepOutcome.allCases.map(\.rawValue))
    #expect(line["steps"]?.members?.compactMap { $0.value.int } == record.outcomes)
    #expect(line["mean_norm"]?.double == record.meanNorm)
    #expect(line["terms"]?["error"]?["weighted"]?.double == 0.75)
    let last = try #require(line["last_gradient"])
    #expect(last["max"]?.double == 2.5)
    #expect(last["top3"]?.array?.compactMap { $0["path"]?.string } == ["a.b", "c"])
    #expect(last["top3"]?.array?.compactMap { $0["norm"]?.double } == [2.5, 1])
    #expect([last["non_finite"]?.int, last["zero"]?.int, last["no_path"]?.int] == [1, 2, 3])
    // What the true answer chose says so in its name.
    expect(try #require(line["evaluation"]), ["objective", "f1_oracle", "count"])
    #expect(line["evaluation"]?["count"]?.isNull == true)
    #expect(line["is_best"]?.bool == true)
    #expect(line["since_best"]?.int == 0)
  }

  @Test func epochWithoutEvaluationHasNone() throws {
    var record = EpochRecord()
    record.outcomes = [0, 0, 0, 0, 0, 0]
    let line = try #require(try lines([.epoch(record)]).first)
    #expect(line["evaluation"] == nil)
    #expect(line["last_gradient"] == nil)
    #expect(line["since_best"] == nil)
    #expect(line["clip_ratio"]?.isNull == true)
    #expect(line["is_best"]?.bool == false)
  }

  @Test func otherEventsLeaveNoLine() throws {
    let events: [RunEvent] = [
      .warning("w"), .saved(path: "p", step: 1), .ended(.finished, step: 2),
    ]
    #expect(try lines(events).isEmpty)
  }
}
