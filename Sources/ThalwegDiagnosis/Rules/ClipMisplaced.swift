import ThalwegRecord

extension Rule {
  package static let clipMisplaced = Rule(
    name: "clip_misplaced",
    summary: "gradients are clipped after the update used them, or before they are there",
    needs: "the order of backward, clipping and update",
    severities: .error ... .error,
    judge: ClipMisplaced.judge)
}

/// Such a clip changes no update, whatever its threshold is.
enum ClipMisplaced {
  static func judge(_ run: RunRecord) -> Rule.Judgement {
    let late = run.ranked(.clippedAfterUpdate).first
    let early = run.ranked(.clippedBeforeBackward).first
    if late == nil && early == nil { return .cannotTell(Rule.clipMisplaced.needs) }
    return .init(
      [
        late.flatMap { finding($0, "after the update, which used them as they were", run) },
        early.flatMap { finding($0, "before the backward pass that makes them", run) },
      ].compactMap { $0 })
  }

  private static func finding(_ flags: Series, _ when: String, _ run: RunRecord) -> Finding? {
    let count = flags.flagged(.whole)
    guard count > 0, let first = flags.points?.first(where: { $0.value > 0 }) ?? flags.highest
    else { return nil }
    return Finding(
      rule: Rule.clipMisplaced.name, .error, .established, subjects: [flags.key.name],
      "gradients are clipped \(when), in \(count) of \(flags.count) steps, first at "
        + "\(run.whereabouts(first)): the clip holds no update",
      figures: [.init("steps", Double(count))], evidence: [first.place],
      remedy: "backward, then unscale, then clip, then step",
      proof: "with a threshold of 1e-9 the norm that the update uses is 1e-9")
  }
}
