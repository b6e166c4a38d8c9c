import ThalwegRecord

/// Tensors whose gradient was there, and is 0 or absent from some step on to the end.
enum StoppedGradient {
  private static let fewestRecords = 20
  /// Of all records: what ends later may be a loss that has reached 0.
  private static let share = 0.5
  /// Half units of the last printed digit that a gradient must have had which became 0 at once.
  private static let fall = 20.0
  private static let mostFindings = 20

  private struct Stop {
    var tensor: LoggedTensor
    /// The first record of another tensor after the last gradient of this one, and how many follow.
    var first: Point
    var records: Int
  }

  static func findings(_ judged: [LoggedTensor], _ digits: PrintedDigits?) -> [Finding] {
    // Others that have gradient to the end tell how long the record goes on.
    let courses = judged.compactMap { course($0)?.points }.filter { $0.last?.value ?? 0 != 0 }
    guard let reference = courses.max(by: { $0.count < $1.count }) else { return [] }
    let stops = judged.compactMap { stop($0, reference, digits) }
    let groups = ModuleGroup.groups(of: stops.map(\.tensor), among: judged)
    return groups.prefix(mostFindings).compactMap { group in
      let paths = Set(group.tensors.map(\.path))
      let last = stops.filter { paths.contains($0.tensor.path) }.min { $0.records < $1.records }
      return last.map { finding(group, $0, of: reference.count) }
    }
  }

  private static func course(_ tensor: LoggedTensor) -> Series? {
    tensor.gradients.max { $0.count < $1.count }
  }

  private static func stop(
    _ tensor: LoggedTensor, _ reference: [Point], _ digits: PrintedDigits?
  ) -> Stop? {
    guard !tensor.isKeyBias, let course = course(tensor),
      course.zeros + course.nils >= fewestRecords,
      let live = course.points?.last(where: { $0.value != 0 })
    else { return nil }
    let after = reference.filter { live.progress.precedes($0.progress) }
    guard let first = after.first, after.count >= fewestRecords,
      Double(after.count) >= share * Double(reference.count),
      course.zeros + course.nils >= after.count
    else { return nil }
    // A gradient that fades below the printed digits is not 0.
    if let digits, digits.isRounded, live.value < fall * digits.halfUnit(of: 0) { return nil }
    return Stop(tensor: tensor, first: first, records: after.count)
  }

  private static func finding(_ group: ModuleGroup, _ stop: Stop, of records: Int) -> Finding {
    let verb = group.tensors.count == 1 ? "has" : "have"
    let moment = stop.first.progress.shown.map { ", from \($0) on" } ?? ""
    return Finding(
      rule: Rule.zeroGradient.name, .warning, .established, subjects: group.subjects,
      "\(group.text) \(verb) gradient 0, or none, in the last \(stop.records) of \(records) "
        + "records\(moment)",
      figures: [
        .init("tensors", Double(group.tensors.count)), .init("records", Double(stop.records)),
      ],
      evidence: [stop.first.place],
      unknown: "whether a branch is switched off on purpose, or its units have died",
      remedy: "look at what changed there: a path that forward leaves, a gate or a unit that is 0",
      proof: "all of them are live to the end of the record")
  }
}
