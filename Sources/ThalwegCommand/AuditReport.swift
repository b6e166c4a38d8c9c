import ThalwegAutodiff
import ThalwegFormats
import ThalwegRecord
import ThalwegTensor
import ThalwegTraining

/// An audit as text and as JSON.
struct AuditReport {
  private let audit: Audit
  /// nil: gradients were not checked.
  private let gradients: GradientReport?
  private let system: String

  init(_ audit: Audit, _ gradients: GradientReport?, system: String) {
    self.audit = audit
    self.gradients = gradients
    self.system = system
  }

  struct Finding {
    let severity: Severity
    let text: String
  }

  /// error: no term reaches a parameter, or nothing was minimized. warning: a path that always
  /// carried 0, or numbers that are not finite. info: some terms reach a parameter, others do not.
  var findings: [Finding] {
    reaches + (gradients?.findings ?? []).map { Finding(severity: $0.severity, text: $0.text) }
  }

  private var reaches: [Finding] {
    if audit.terms.isEmpty {
      return [Finding(severity: .error, text: "nothing was minimized in any batch")]
    }
    return audit.tensors.flatMap { tensor -> [Finding] in
      if audit.unreached.contains(tensor.path) {
        return [Finding(severity: .error, text: "no term reaches \(tensor.path)")]
      }
      return audit.terms.compactMap { term in
        switch audit.reach(tensor.path, from: term) {
        case .zero:
          Finding(severity: .warning, text: "\(term) brings \(tensor.path) 0 and nothing else")
        case .nonFinite:
          Finding(severity: .warning, text: "\(term) brings \(tensor.path) no finite gradient")
        case .noPath:
          Finding(severity: .info, text: "\(term) has no path to \(tensor.path)")
        case .live, .frozen, nil: nil
        }
      }
    }
  }

  func lines() -> [String] {
    var lines = [
      "\(system): \(audit.tensors.count) tensors, \(audit.elementCount) elements, "
        + "\(audit.terms.count) terms, \(audit.batches) batches "
        + "(\(audit.emptyBatches) empty)"
    ]
    let width = (audit.tensors.map(\.path.count).max() ?? 0) + 2
    let column = (audit.terms.map(\.count).max() ?? 0) + 2
    lines.append(
      Text.left("parameter", width) + audit.terms.map { Text.left($0, max(column, 14)) }.joined())
    for tensor in audit.tensors {
      let cells = audit.terms.map { term in
        Text.left(
          audit.reach(tensor.path, from: term).map(AuditReport.cell) ?? "not recorded",
          max(column, 14))
      }
      lines.append(Text.left(tensor.path, width) + cells.joined())
    }
    let ends = self.ends()
    if !ends.isEmpty { lines += ["", "Where paths end:"] + ends }
    lines += findings.filter { $0.severity != .info }.map { "\($0.severity.rawValue): \($0.text)" }
    // The sentence that says which way to look comes last.
    return lines + (gradients?.lines ?? [])
  }

  private static func cell(_ reach: Reach) -> String {
    switch reach {
    case .live(let norm): "live " + Text.short(norm)
    case .nonFinite(let count): "live, \(count) bad"
    default: state(reach)
    }
  }

  private static func state(_ reach: Reach) -> String {
    switch reach {
    case .live, .nonFinite: "live"
    case .zero: "zero"
    case .noPath: "no_path"
    case .frozen: "frozen"
    }
  }

  /// One line for all parameters and terms whose path ends in the same way at the same place.
  private func ends() -> [String] {
    var groups: [(end: PathEnd, parameters: [String], terms: [String])] = []
    for finding in audit.findings {
      guard case .noPath(let end) = finding.reach else { continue }
      let index = groups.firstIndex { $0.end == end } ?? groups.count
      if index == groups.count { groups.append((end, [], [])) }
      if !groups[index].parameters.contains(finding.parameter) {
        groups[index].parameters.append(finding.parameter)
      }
      if !groups[index].terms.contains(finding.term) { groups[index].terms.append(finding.term) }
    }
    return groups.map { group in
      "  \(group.parameters.joined(separator: ", ")), from "
        + "\(group.terms.joined(separator: ", ")): \(group.end)"
    }
  }

  var json: JSON {
    var members: [JSON.Member] = [
      .init("format", .integer(1)),
      .init("system", .string(system)),
      .init("tensors", .integer(audit.tensors.count)),
      .init("elements", .integer(audit.elementCount)),
      .init("batches", .integer(audit.batches)),
      .init("empty_batches", .integer(audit.emptyBatches)),
      .init("terms", .array(audit.terms.map(JSON.string))),
      .init("unreached", .array(audit.unreached.map(JSON.string))),
      .init(
        "findings",
        .array(
          findings.map {
            .object([
              .init("severity", .string($0.severity.rawValue)), .init("text", .string($0.text)),
            ])
          })),
      .init("parameters", .array(audit.tensors.map(parameter))),
    ]
    if let gradients { members.append(.init("gradients", gradients.json)) }
    return .object(members)
  }

  private func parameter(_ tensor: Audit.Tensor) -> JSON {
    let shape = (0..<tensor.shape.rank).map { JSON.integer(tensor.shape[$0]) }
    return .object([
      .init("path", .string(tensor.path)),
      .init("shape", .array(shape)),
      .init("elements", .integer(tensor.shape.count)),
      .init(
        "terms",
        .object(
          audit.terms.map { term in
            .init(term, audit.reach(tensor.path, from: term).map(AuditReport.json) ?? .null)
          })),
    ])
  }

  private static func json(_ reach: Reach) -> JSON {
    var members: [JSON.Member] = [.init("state", .string(state(reach)))]
    switch reach {
    case .live(let norm): members.append(.init("norm", .number(norm)))
    case .nonFinite(let count): members.append(.init("non_finite", .integer(count)))
    case .zero, .frozen: break
    case .noPath(let end):
      members.append(
        .init(
          "ends",
          .object([
            .init("kind", .string(end.kind.rawValue)),
            .init("operation", end.operation.map(JSON.string) ?? .null),
            .init("module", end.module.map(JSON.string) ?? .null),
            .init("terms", .array(end.terms.map(JSON.string))),
          ])))
    }
    return .object(members)
  }
}
