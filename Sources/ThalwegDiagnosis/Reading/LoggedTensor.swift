import ThalwegRecord

/// What the record says of one tensor of parameters.
struct LoggedTensor {
  enum Motion {
    case unmoved
    /// Its norm or its change says that it moved; `grew`: a decay of weights cannot be the reason.
    case moved(grew: Bool)
    case notRecorded
  }

  let path: String
  fileprivate(set) var gradients: [Series] = []
  fileprivate(set) var changes: [Series] = []
  fileprivate(set) var before: Series?
  fileprivate(set) var after: Series?
  fileprivate(set) var record: TensorRecord?
  private(set) var motion = Motion.notRecorded

  /// All tensors of which the record holds figures or states, in its order.
  static func all(in run: RunRecord) -> [LoggedTensor] {
    var found: [LoggedTensor] = []
    var indices: [String: Int] = [:]
    func index(_ path: String) -> Int {
      if let known = indices[path] { return known }
      indices[path] = found.count
      found.append(LoggedTensor(path: path))
      return found.count - 1
    }
    for series in run.series {
      guard let path = series.key.tensor, let role = series.role else { continue }
      switch role {
      case .gradientNorm, .normBeforeClip, .normAfterClip, .gradientMaximum:
        found[index(path)].gradients.append(series)
      case .parameterChange: found[index(path)].changes.append(series)
      case .parameterNorm: found[index(path)].before = series
      case .parameterNormAfter: found[index(path)].after = series
      default: break
      }
    }
    for record in run.tensors { found[index(record.path)].record = record }
    for index in found.indices { found[index].motion = found[index].readMotion }
    return found
  }

  var isFrozen: Bool { record?.isFrozen ?? false }

  /// Whether the optimizer does not hold it; a tensor that was made late may have been handed over
  /// since. nil: not recorded.
  var isOutside: Bool? {
    if let isOptimized = record?.isOptimized { return !isOptimized }
    return record?.isLate
  }

  /// Records of its gradient.
  var records: Int { gradients.map(\.count).max() ?? 0 }

  var hasGradient: Bool { gradients.contains { $0.count > 0 } }

  /// Whether its gradient is 0 in all records; nil: not recorded.
  var isZero: Bool? {
    if hasGradient { return gradients.allSatisfy { $0.zeros == $0.count } }
    if gradients.contains(where: { $0.nils > 0 }) { return true }
    guard let states = record?.states else { return nil }
    if states.live > 0 || states.nonFinite > 0 { return false }
    return states.zero + states.noPath > 0 ? true : nil
  }

  /// Whether the record says that there is no gradient, rather than one of 0; nil: it cannot tell.
  var hasNoPath: Bool? {
    if let states = record?.states {
      return states.noPath > 0 && states.zero == 0 ? true : states.zero > 0 ? false : nil
    }
    return !hasGradient && gradients.contains { $0.nils > 0 } ? true : nil
  }

  private var readMotion: Motion {
    let pairs = Moments.rows([before, after].compactMap { $0 })
    var moved = changes.contains { $0.count > $0.zeros }
    var grew = false
    var known = changes.contains { $0.count > 0 }
    if before != nil && after != nil {
      known = known || !pairs.isEmpty
      moved = moved || pairs.contains { $0[0].value != $0[1].value }
      grew = pairs.contains { $0[1].value > $0[0].value }
    } else if let norms = (before ?? after)?.points, norms.count > 1 {
      known = true
      moved = moved || norms.contains { $0.value != norms[0].value }
      grew = norms.contains { $0.value > norms[0].value }
    } else if moved {
      // A change alone does not say in which direction.
      grew = true
    }
    return moved ? .moved(grew: grew) : known ? .unmoved : .notRecorded
  }

  /// The largest change that is recorded.
  var largestChange: Point? {
    changes.compactMap(\.highest).max { $0.value < $1.value }
  }

  /// Where its gradient, or it, was first recorded.
  var places: [Place] {
    let places = (gradients + changes).prefix(2).compactMap { $0.first?.place }
    return places.isEmpty ? record.map { [$0.place] } ?? [] : places
  }

  /// Whether it is a bias of the keys of an attention. It adds the same number to all scores of a
  /// query, and softmax does not see that: its gradient is 0 but for rounding.
  var isKeyBias: Bool {
    let parts = ModuleGroup.parts(path)
    guard parts.count > 1, parts[parts.count - 1] == "bias" else { return false }
    let words = NameWords.split(parts[parts.count - 2])
    return words.contains { ["key", "keys", "k", "wk"].contains($0) }
  }
}
