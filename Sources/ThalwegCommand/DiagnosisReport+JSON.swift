import ThalwegDiagnosis
import ThalwegFormats
import ThalwegRecord

extension DiagnosisReport {
  var json: JSON {
    .object([
      .init("format", .integer(1)),
      .init("runs", .array(diagnoses.map(DiagnosisReport.run))),
    ])
  }

  private static func run(_ diagnosis: Diagnosis) -> JSON {
    let run = diagnosis.run
    return .object([
      .init("name", .string(run.name)),
      .init("sources", .array(run.sources.map(source))),
      .init("series", .array(run.series.map { series($0, in: run) })),
      .init("settings", .array(run.settings.map { setting($0, in: run) })),
      .init("incidents", .array(run.incidents.map { incident($0, in: run) })),
      .init("findings", .array(diagnosis.findings.map { finding($0, in: run) })),
      .init(
        "skipped",
        .array(
          diagnosis.skipped.map {
            .object([.init("rule", .string($0.rule)), .init("missing", .string($0.missing))])
          })),
      .init("quiet", .array(diagnosis.quiet.map(JSON.string))),
    ])
  }

  private static func source(_ source: SourceRecord) -> JSON {
    .object([
      .init("path", .string(source.path)),
      .init("kind", .string(source.kind)),
      .init("unit", .string(source.unit.rawValue)),
      .init("parts", .integer(source.parts)),
      .init("understood", .integer(source.understood)),
      .init("remarks", .array(source.remarks.map(JSON.string))),
    ])
  }

  private static func series(_ series: Series, in run: RunRecord) -> JSON {
    .object([
      .init("name", .string(series.key.name)),
      .init("tensor", series.key.tensor.map(JSON.string) ?? .null),
      .init("source", .string(run.sources[series.key.source].path)),
      .init("role", series.role.map { .string($0.rawValue) } ?? .null),
      .init("split", series.split.map { .string($0.rawValue) } ?? .null),
      .init("count", .integer(series.count)),
      .init("zeros", .integer(series.zeros)),
      .init("nils", .integer(series.nils)),
      .init("non_finite", .integer(series.nonFiniteCount)),
      .init("first", point(series.first, in: run)),
      .init("last", point(series.last, in: run)),
      .init("lowest", point(series.lowest, in: run)),
      .init("highest", point(series.highest, in: run)),
    ])
  }

  private static func point(_ point: Point?, in run: RunRecord) -> JSON {
    guard let point else { return .null }
    return .object(
      [.init("value", .number(point.value))] + progress(point.progress)
        + [.init("place", .string(run.name(of: point.place)))])
  }

  private static func progress(_ progress: Progress) -> [JSON.Member] {
    [
      .init("step", progress.step.map(JSON.integer) ?? .null),
      .init("epoch", progress.epoch.map(JSON.number) ?? .null),
      .init("batch", progress.batch.map(JSON.integer) ?? .null),
    ]
  }

  private static func setting(_ setting: Setting, in run: RunRecord) -> JSON {
    .object([
      .init("name", .string(setting.name)), .init("value", value(setting.value)),
      .init("place", .string(run.name(of: setting.place))),
    ])
  }

  private static func value(_ value: Setting.Value) -> JSON {
    switch value {
    case .number(let number): .number(number)
    case .bool(let bool): .bool(bool)
    case .text(let text): .string(text)
    case .null: .null
    case .list(let values): .array(values.map(DiagnosisReport.value))
    }
  }

  private static func incident(_ incident: Incident, in run: RunRecord) -> JSON {
    .object(
      [
        .init("kind", .string(incident.kind.rawValue)),
        .init("text", .string(incident.text)),
        .init("figures", .array(incident.figures.map(JSON.number))),
      ] + progress(incident.progress)
        + [.init("place", .string(run.name(of: incident.place)))])
  }

  private static func finding(_ finding: Finding, in run: RunRecord) -> JSON {
    .object([
      .init("rule", .string(finding.rule)),
      .init("severity", .string(finding.severity.rawValue)),
      .init("verdict", .string(finding.verdict.rawValue)),
      .init("subjects", .array(finding.subjects.map(JSON.string))),
      .init("text", .string(finding.text)),
      .init(
        "figures",
        .array(
          finding.figures.map {
            .object([
              .init("name", .string($0.name)), .init("value", $0.value.map(JSON.number) ?? .null),
            ])
          })),
      .init("evidence", .array(finding.evidence.map { .string(run.name(of: $0)) })),
      .init("unknown", finding.unknown.map(JSON.string) ?? .null),
      .init("remedy", finding.remedy.map(JSON.string) ?? .null),
      .init("proof", finding.proof.map(JSON.string) ?? .null),
    ])
  }
}
