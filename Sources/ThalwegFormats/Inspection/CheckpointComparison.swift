/// What changed in a model from an earlier checkpoint to a later one.
package struct CheckpointComparison: Sendable {
  /// Of the earlier one.
  package let path: String
  /// In the order of the later one, then what it lacks in the order of the earlier.
  package private(set) var changes: [TensorChange]
  /// The places of the later one's tensors in its listing, beside their changes.
  let places: [Int: Int]
  /// Whether the steps of both say that the earlier one is the later.
  package let isBackward: Bool

  package func count(_ kind: TensorChange.Kind) -> Int { changes.count { $0.kind == kind } }

  init(
    _ later: CheckpointNumbers, _ model: ModelTensors, _ earlier: CheckpointNumbers,
    _ earlierModel: ModelTensors, isBackward: Bool
  ) throws(NumbersError) {
    var before: [String: CheckpointTensor] = [:]
    for place in earlierModel.places {
      let tensor = earlier.listing.tensors[place]
      let name = earlierModel.name(of: tensor)
      if before[name] == nil { before[name] = tensor }
    }
    var figures = earlier
    var changes: [TensorChange] = []
    var places: [Int: Int] = [:]
    var seen: Set<String> = []
    for place in model.places {
      let tensor = later.listing.tensors[place]
      let name = model.name(of: tensor)
      // A name that stands there twice is compared once.
      if !seen.insert(name).inserted { continue }
      places[place] = changes.count
      guard let other = before[name] else {
        changes.append(TensorChange(name: name, kind: .added, difference: nil))
        continue
      }
      guard let pair = TensorPair(tensor, other) else {
        changes.append(TensorChange(name: name, kind: .reshaped, difference: nil))
        continue
      }
      let difference = try pair.difference(later.allowance, earlier.allowance)
      var isVaried = true
      if difference.factor != nil { isVaried = try figures.statistics(of: other).isVaried }
      let kind = TensorChange.Kind(
        difference, isParameter: model.isParameter(place, name), isVaried: isVaried)
      changes.append(TensorChange(name: name, kind: kind, difference: difference))
    }
    for place in earlierModel.places {
      let name = earlierModel.name(of: earlier.listing.tensors[place])
      if seen.insert(name).inserted {
        changes.append(TensorChange(name: name, kind: .removed, difference: nil))
      }
    }
    self.changes = changes
    self.places = places
    self.isBackward = isBackward
    path = earlier.path
  }

  /// Says of the tensors that were added which were made late, and takes back decay of those that
  /// their optimizer lets have none.
  /// - Parameter findings: by the places in the later one's listing; nil: no parameter.
  mutating func weigh(_ findings: [TrainingFinding?]) {
    for (place, change) in places where findings[place]?.mayDecay == false {
      changes[change] = changes[change].withoutDecay
    }
    findLate(findings)
  }

  private mutating func findLate(_ findings: [TrainingFinding?]) {
    let shared = changes.lastIndex { $0.kind != .added && $0.kind != .removed } ?? -1
    for (place, change) in places where changes[change].kind == .added {
      guard let finding = findings[place] else { continue }
      if finding.isInGroup == false {
        changes[change].lateness = "added, and in no group of the optimizer"
      } else if finding.isInGroup == nil && change > shared {
        changes[change].lateness = "added behind everything that both have"
      }
    }
  }
}
