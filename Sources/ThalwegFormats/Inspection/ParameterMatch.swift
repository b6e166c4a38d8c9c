/// Which tensor of a model is which parameter of its optimizers.
struct ParameterMatch {
  /// A parameter as an optimizer knows it.
  struct Slot {
    let optimizer: Int
    let group: Int
    let key: String
    let entry: OptimizerState.Entry?
    /// nil where nothing of its shape is kept.
    let extents: [Int]?
  }

  enum Membership: Equatable {
    case slot(Int)
    /// One of those, or perhaps none.
    case oneOf(ClosedRange<Int>, mayBeNone: Bool)
    case none
    case noParameter
    case unknown
  }

  let slots: [Slot]
  /// By the tensors' places in the listing.
  private(set) var memberships: [Int: Membership] = [:]
  /// How they were matched; nil where they were not.
  private(set) var how: String?
  /// Why they were not.
  private(set) var reason = "the file holds no state of an optimizer"

  /// - Parameter others: names that the model had earlier, where that is known.
  init(_ listing: CheckpointListing, _ model: ModelTensors, others: Set<String>?) {
    if listing.optimizers.isEmpty {
      slots = []
      return
    }
    var shapes: [String: [Int]] = [:]
    for tensor in listing.tensors where shapes[tensor.path] == nil {
      shapes[tensor.path] = tensor.extents
    }
    var slots: [Slot] = []
    for (place, optimizer) in listing.optimizers.enumerated() {
      for (number, group) in optimizer.groups.enumerated() {
        for key in group.keys {
          let entry = optimizer.entries[key]
          let shaped = entry?.parts.first {
            OptimizerState.shaped.contains($0.name) && shapes[$0.path] != nil
          }
          slots.append(
            Slot(
              optimizer: place, group: number, key: key, entry: entry,
              extents: shaped.flatMap { shapes[$0.path] }))
        }
      }
    }
    self.slots = slots
    if slots.isEmpty { return }
    if matchNames(listing, model) { return }
    matchOrder(listing, model, others: others)
  }

  private mutating func matchNames(_ listing: CheckpointListing, _ model: ModelTensors) -> Bool {
    var all: [String] = []
    for optimizer in listing.optimizers {
      for group in optimizer.groups {
        // State that was gathered from several machines is kept by name.
        let own = group.names ?? group.keys
        if group.names == nil && group.keys.contains(where: { Int($0) != nil }) { return false }
        all += own
      }
    }
    let wrapper = ModelTensors.wrapper(of: all)
    var names: [String: Int] = [:]
    for (slot, name) in all.enumerated() {
      names[ModelTensors.unwrapped(name, wrapper)] = slot
    }
    let known = model.candidates.filter { names[model.name(of: listing.tensors[$0])] != nil }
    if known.isEmpty { return false }
    let namesAll = listing.optimizers.contains(where: \.namesAll)
    for candidate in model.candidates {
      let name = model.name(of: listing.tensors[candidate])
      if let slot = names[name] {
        memberships[candidate] = .slot(slot)
      } else if namesAll && !listing.optimizers.contains(where: { $0.late.contains(name) }) {
        memberships[candidate] = .noParameter
      } else {
        memberships[candidate] = ModelTensors.isBuffer(name) ? .noParameter : Membership.none
      }
    }
    how = "names"
    return true
  }

  private mutating func matchOrder(
    _ listing: CheckpointListing, _ model: ModelTensors, others: Set<String>?
  ) {
    let named = model.candidates.filter { !ModelTensors.isBuffer(listing.tensors[$0].name) }
    let early = others.map { others in
      named.filter { others.contains(model.name(of: listing.tensors[$0])) }
    }
    let groups = Dictionary(grouping: slots.indices) { [slots[$0].optimizer, slots[$0].group] }
      .values.sorted { ($0.first ?? 0) < ($1.first ?? 0) }
    if groups.count > 2 {
      reason =
        "its optimizer has \(groups.count) groups, and the file does not say their order in "
        + "the model"
      return
    }
    let isEarly = named.count != slots.count && early?.count == slots.count
    let candidates = isEarly ? early ?? named : named
    if match(candidates, listing, groups) {
      let tried = Set(candidates)
      for candidate in named where !tried.contains(candidate) {
        memberships[candidate] = Membership.none
      }
      let known = Set(named)
      for candidate in model.candidates where !known.contains(candidate) {
        memberships[candidate] = .noParameter
      }
      how = "order and shape"
      return
    }
    reason =
      "\(named.count) tensors of the model do not fit the \(slots.count) parameters of its "
      + "optimizer by order and shape"
  }

  /// - Parameter groups: the slots of one group, or of each of two.
  private mutating func match(
    _ candidates: [Int], _ listing: CheckpointListing, _ groups: [[Int]]
  ) -> Bool {
    let first = groups[0]
    let second = groups.count == 2 ? groups[1] : []
    if candidates.count < slots.count { return false }
    if groups.count == 2 && candidates.count != slots.count { return false }
    let slots = slots
    func fits(_ tensor: Int, _ slot: Int) -> Bool {
      guard let extents = slots[slot].extents else { return true }
      return extents == listing.tensors[candidates[tensor]].extents
    }
    let order = ParameterOrder(
      count: candidates.count, first: first.count, fitsFirst: { fits($0, first[$1]) },
      fitsSecond: { second.isEmpty || fits($0, second[$1]) })
    guard let options = order.options else { return false }
    for (candidate, option) in zip(candidates, options) {
      memberships[candidate] = membership(option, first, second)
    }
    return true
  }

  private func membership(
    _ option: ParameterOrder.Options, _ first: [Int], _ second: [Int]
  ) -> Membership {
    let own = option.first.map { first[$0.lowerBound]...first[$0.upperBound] }
    if second.isEmpty {
      guard let own else { return Membership.none }
      if own.count == 1 && option.second == nil { return .slot(own.lowerBound) }
      return .oneOf(own, mayBeNone: option.second != nil)
    }
    let other = option.second.map { second[$0.lowerBound]...second[$0.upperBound] }
    guard let own else { return other.map { ParameterMatch.slots($0) } ?? .unknown }
    guard let other else { return ParameterMatch.slots(own) }
    return .oneOf(
      min(own.lowerBound, other.lowerBound)...max(own.upperBound, other.upperBound),
      mayBeNone: false)
  }

  private static func slots(_ range: ClosedRange<Int>) -> Membership {
    range.count == 1 ? .slot(range.lowerBound) : .oneOf(range, mayBeNone: false)
  }
}
