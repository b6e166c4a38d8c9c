import ThalwegRecord

extension Rule {
  package static let zeroGradient = Rule(
    name: "zero_gradient",
    summary: "gradient is 0 or absent in all, or the last, records of a named tensor, or of all",
    needs: "a gradient norm, or its states, for each of some named tensors, or the norm of all",
    severities: .info ... .critical,
    judge: ZeroGradient.judge)
}

enum ZeroGradient {
  /// A branch that begins at 0 has gradient 0 in its first step and lives from the second or third.
  private static let fewestRecords = 3
  private static let mostFindings = 20
  /// A figure printed as 0 that stands for all below this is one of 0.
  private static let finestHalfUnit = 1e-6

  static func judge(_ run: RunRecord) -> Rule.Judgement {
    let logged = LoggedTensor.all(in: run)
    let judged = logged.filter { $0.isZero != nil && !$0.isFrozen }
    if judged.isEmpty {
      return ZeroNorm.judge(run) ?? .cannotTell("a gradient norm for each of some named tensors")
    }
    let digits = PrintedDigits(judged.flatMap(\.gradients))
    let zero = judged.filter { ($0.isZero ?? false) && !isRounded($0, digits) }
    let keys = zero.filter { $0.isKeyBias }
    let isAllKeys = keys.count == zero.count
    var findings: [Finding] = []
    // A module of which only the bias of the keys is 0 is healthy; in a dead one it is one of many.
    let groups = ModuleGroup.groups(of: zero, among: judged)
    let dead = groups.filter { group in !group.tensors.allSatisfy(\.isKeyBias) }
    for group in dead.prefix(mostFindings) {
      findings.append(finding(group, digits, judged, logged, run))
    }
    if dead.count > mostFindings { findings.append(rest(dead.dropFirst(mostFindings), digits)) }
    let alone = isAllKeys ? zero : groups.filter { !dead.contains($0) }.flatMap(\.tensors)
    if !alone.isEmpty { findings.append(structural(alone)) }
    findings += StoppedGradient.findings(judged, digits)
    return .init(findings)
  }

  /// Whether a gradient that is printed as 0 moved its tensor: then it was not 0.
  static func isRounded(_ tensor: LoggedTensor, _ digits: PrintedDigits?) -> Bool {
    guard tensor.isZero ?? false, tensor.hasGradient, case .moved(let grew) = tensor.motion else {
      return false
    }
    return grew && digits?.isRounded ?? true
  }

  private static func finding(
    _ group: ModuleGroup, _ digits: PrintedDigits?, _ judged: [LoggedTensor],
    _ logged: [LoggedTensor], _ run: RunRecord
  ) -> Finding {
    let tensors = group.tensors
    let records = tensors.map(\.records).max() ?? 0
    let motions = tensors.map(\.motion)
    let isUnmoved = motions.allSatisfy { if case .unmoved = $0 { true } else { false } }
    let moved = motions.filter { if case .moved = $0 { true } else { false } }.count
    let isAbsent = tensors.allSatisfy { $0.hasNoPath == true }
    let isPresent = tensors.allSatisfy { $0.hasNoPath == false }
    let isAll = tensors.count == judged.count && tensors.count > 1
    let missing = group.unrecorded(in: run, logged: logged)

    let verb = tensors.count == 1 ? "has" : "have"
    let gradient = isAbsent ? "no gradient" : "gradient \(digits?.zero ?? "0")"
    let often = records > 0 ? " in \(records) of \(records) records" : " in all recorded steps"
    let norms = tensors.count == 1 ? "its norm" : "their norms"
    let motion =
      isUnmoved
      ? "; \(norms) did not change"
      : moved > 0 ? "; \(moved) of them moved all the same, as a decay of weights moves them" : ""
    let counted = missing.map { "; \($0.missing) of \($0.of) not recorded" } ?? ""
    let isSure = records >= fewestRecords || records == 0 || isUnmoved
    let isExact = isAbsent || isPresent || isUnmoved || records == 0 || isFine(digits)
    let rounding = isExact ? "" : rounding(digits) + "; "
    return Finding(
      rule: Rule.zeroGradient.name, isAll ? .critical : isSure ? .error : .warning,
      isExact ? .established : .likely, subjects: group.subjects,
      "\(group.text) \(verb) \(gradient)\(often)\(motion)\(counted)",
      figures: [
        .init("tensors", Double(tensors.count)), .init("records", Double(records)),
        .init("gradient", isAbsent ? nil : 0),
        .init("not recorded", missing.map { Double($0.missing) }),
      ],
      evidence: Array(tensors.flatMap(\.places).prefix(8)),
      unknown: isAbsent || isPresent
        ? nil
        : rounding
          + "whether no path leads to the loss or a path carries 0; the record cannot tell "
          + "zero from no path\(records < fewestRecords ? ", nor a branch that begins at 0" : "")",
      remedy: isAbsent
        ? "call the module in forward, and let its output reach the loss"
        : "look whether forward calls the module, and what multiplies its output by 0",
      proof: "record absent gradients apart from those of 0; after the change all of them are live")
  }

  /// Whether a gradient that is printed as 0 is 0 for all that training is concerned with.
  private static func isFine(_ digits: PrintedDigits?) -> Bool {
    guard let digits else { return false }
    return !digits.isRounded || digits.halfUnit(of: 0) <= finestHalfUnit
  }

  private static func rounding(_ digits: PrintedDigits?) -> String {
    guard let digits else {
      return "whether it is rounded: no other gradient shows how many digits it has"
    }
    return "whether it is rounded: printed so, it stands for all below "
      + digits.halfUnit(of: 0).shown()
  }

  private static func rest(
    _ groups: ArraySlice<ModuleGroup>, _ digits: PrintedDigits?
  ) -> Finding {
    let tensors = groups.flatMap(\.tensors)
    let isExact = isFine(digits) || tensors.allSatisfy { $0.hasNoPath != nil }
    return Finding(
      rule: Rule.zeroGradient.name, .error, isExact ? .established : .likely,
      subjects: groups.flatMap(\.subjects),
      "\(tensors.count) more tensors in \(groups.count) more modules have gradient 0 in all records",
      figures: [.init("tensors", Double(tensors.count))],
      evidence: Array(tensors.flatMap(\.places).prefix(8)))
  }

  private static func structural(_ tensors: [LoggedTensor]) -> Finding {
    let first = tensors[0].path
    let text = tensors.count == 1 ? first : "\(first) and \(tensors.count - 1) like it"
    return Finding(
      rule: Rule.zeroGradient.name, .info, .likely, subjects: tensors.map(\.path),
      "\(text) have gradient 0: a structural zero, as softmax does not see what a bias of the keys "
        + "adds to all scores of a query",
      figures: [.init("tensors", Double(tensors.count)), .init("gradient", 0)],
      evidence: Array(tensors.flatMap(\.places).prefix(8)),
      unknown: "whether it is a bias of the keys of an attention: its name alone says so",
      remedy: "make the projection without a bias; nothing is lost",
      proof: "without the bias the outputs are equal")
  }
}

extension ModuleGroup: Equatable {
  static func == (one: ModuleGroup, other: ModuleGroup) -> Bool {
    one.tensors.map(\.path) == other.tensors.map(\.path)
  }
}
