import ThalwegRecord

/// What the record says of the norm to which gradients are clipped.
struct ClipThresholds {
  struct Named {
    var value: Double
    var name: String
    var place: Place
  }

  /// More than this share above the threshold is above it; less is rounding.
  static let tolerance = 1e-3

  /// Different ones, where the record does not tell which applies; not empty.
  let named: [Named]
  /// A threshold that changes while training goes on; then `named` has its ends.
  let course: Series?
  /// Whether somebody says it of the run, or the run logged it, rather than set it alone.
  let isRecorded: Bool

  /// nil: the record has none.
  /// - Parameter section: where the norm in question stands; thresholds of that section come first.
  init?(_ run: RunRecord, section: String? = nil) {
    let configured = ConfiguredRun(run)
    let section = section ?? configured.facts.section?.first
    let settings = run.settings(of: .clip).filter { setting in
      setting.numeric.map { $0 > 0 && $0.isFinite } ?? false
        && !ClipThresholds.isByValue(setting, in: run)
        && configured.told?.isUnread(setting) != true
    }
    let stated = settings.filter { $0.isStated }
    let near = settings.filter { section != nil && $0.path.count > 1 && $0.path.first == section }
    if let course = run.ranked(.clipThreshold).first, let low = course.lowest,
      let high = course.highest, stated.isEmpty
    {
      self.course = low.value == high.value ? nil : course
      var ends = [Named(value: low.value, name: course.key.name, place: low.place)]
      if self.course != nil {
        ends.append(Named(value: high.value, name: course.key.name, place: high.place))
      }
      named = ends
      isRecorded = true
      return
    }
    course = nil
    var found: [Named] = []
    for setting in !stated.isEmpty ? stated : !near.isEmpty ? near : settings {
      guard let value = setting.numeric, !found.contains(where: { $0.value == value }) else {
        continue
      }
      found.append(Named(value: value, name: setting.name, place: setting.place))
    }
    if found.isEmpty { return nil }
    named = found.sorted { ($0.value, $0.name) < ($1.value, $1.name) }
    isRecorded = !stated.isEmpty
  }

  var lowest: Named { named[0] }
  var highest: Named { named[named.count - 1] }

  /// `2 (priority_net.gradient_clip_norm)`, or all of them.
  var text: String {
    if course != nil {
      return "\(lowest.value.shown()) to \(highest.value.shown()) (\(lowest.name))"
    }
    return named.map { "\($0.value.shown()) (\($0.name))" }.joined(separator: " or ")
  }

  static let missing = "a clip threshold, as a setting such as max_grad_norm, a series or stated"

  /// Whether entries are clipped one by one: then no norm is bounded.
  private static func isByValue(_ setting: Setting, in run: RunRecord) -> Bool {
    run.settings(["gradient_clip_algorithm", "clip_algorithm", "clip_mode"]).contains {
      NameWords.split($0.text).contains("value") && $0.path.dropLast() == setting.path.dropLast()
    }
  }
}

extension Setting {
  var isStated: Bool {
    if case .stated = origin { true } else { false }
  }
}
