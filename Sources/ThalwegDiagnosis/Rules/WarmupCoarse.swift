import ThalwegRecord

extension Rule {
  package static let warmupCoarse = Rule(
    name: "warmup_coarse",
    summary: "the rate rises over threefold from one epoch to the next in the warm-up",
    needs: "learning rates of single epochs",
    severities: .info ... .warning,
    judge: WarmupCoarse.judge)
}

/// A warm-up that takes one step an epoch jumps where one by steps would glide; the tuning playbook
/// of Google Research wants warm-up to keep early steps stable.
enum WarmupCoarse {
  static let factor = 3.0
  /// The part of the training that a warm-up may take (google-research/tuning_playbook).
  static let part = 0.1
  private static let shortest = 3
  /// How much loss or norm must rise over the jump to be its trace.
  private static let trace = 2.0
  static func judge(_ run: RunRecord) -> Rule.Judgement {
    guard let rates = run.ranked(.learningRate).first,
      let points = rates.points.map(byEpoch), points.count >= 2
    else { return .cannotTell("learning rates of two or more epochs") }
    let length = max(Double(points.count), run.epochs ?? 0)
    let early = max(shortest, Int(clamping: (part * length).rounded(.up)))
    // The first records stand at the edges of the first epochs.
    let pairs = zip(points, points.dropFirst()).prefix(early)
    let jumps = pairs.filter { $0.value > 0 && $1.value > factor * $0.value }
    guard let (before, after) = jumps.max(by: { $0.1.value / $0.0.value < $1.1.value / $1.0.value })
    else { return .quiet }
    let reaction = reaction(run, from: before, to: after)
    let ratio = after.value / before.value
    return .found([
      Finding(
        rule: Rule.warmupCoarse.name, reaction == nil ? .info : .warning,
        reaction == nil ? .likely : .established, subjects: [rates.key.name],
        "the warm-up is coarse: \(rates.key.name) goes from \(before.value.shown()) to "
          + "\(after.value.shown()) at \(run.whereabouts(after)), \(ratio.shown(3)) times in one "
          + "epoch\(reaction.map { ", and \($0.text)" } ?? "")",
        figures: [
          .init("rate before", before.value), .init("rate after", after.value),
          .init("ratio", ratio),
        ],
        evidence: [before.place, after.place] + (reaction.map { [$0.place] } ?? []),
        unknown: reaction == nil
          ? "no loss or norm that rises over the jump is recorded" : nil,
        remedy: "step the warm-up once a step, over at most a tenth of the training",
        proof: "the largest norm in the warm-up falls")
    ])
  }

  /// The last rate of each epoch; nothing where the rate moves within epochs, as it then glides.
  private static func byEpoch(_ points: [Point]) -> [Point] {
    var last: [Point] = []
    for point in points {
      guard let epoch = point.progress.epoch else { return [] }
      if let end = last.last, end.progress.epoch?.rounded(.down) == epoch.rounded(.down) {
        // Two rates within one epoch: the schedule moves by steps.
        if end.value != point.value { return [] }
      } else {
        last.append(point)
      }
    }
    return last
  }

  private static func reaction(
    _ run: RunRecord, from before: Point, to after: Point
  ) -> (text: String, place: Place)? {
    let judged = run.ranked(.loss, .gradientNorm, .normBeforeClip) { $0.split != .test }
    for series in judged {
      guard let points = series.points, let epoch = after.progress.epoch else { continue }
      let at = points.first { $0.progress.epoch?.rounded(.down) == epoch.rounded(.down) }
      let earlier = points.last { point in
        guard let mine = point.progress.epoch, let theirs = before.progress.epoch else {
          return false
        }
        return mine.rounded(.down) == theirs.rounded(.down)
      }
      guard let at, let earlier, earlier.value > 0, at.value > trace * earlier.value else {
        continue
      }
      let ratio = (at.value / earlier.value).shown(3)
      return ("\(series.key.name) rises \(ratio) times there", at.place)
    }
    return nil
  }
}
