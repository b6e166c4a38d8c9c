extension OptimizerState {
  /// What stands in the `state_dict()` of an optimizer of PyTorch; nil where it is none.
  /// - Parameter members: of a dictionary with the keys `state` and `param_groups`.
  init?(_ pickle: Pickle, path: String, members: [(key: String, value: Int)]) {
    let reader = PickledDictionaries(values: pickle.values)
    guard let state = members.first(where: { $0.key == "state" })?.value,
      let groups = members.first(where: { $0.key == "param_groups" })?.value,
      case .list(let items) = pickle.values[groups], let kept = reader.members(of: state)
    else { return nil }
    var found: [Group] = []
    for item in items {
      guard let group = reader.members(of: item).flatMap({ reader.group($0) }) else { return nil }
      found.append(group)
    }
    let prefix = (path.isEmpty ? "" : path + ".") + "state."
    var entries: [String: Entry] = [:]
    for (key, value) in kept {
      guard let parts = reader.members(of: value) else { continue }
      let step = parts.first { $0.key == "step" }.flatMap { reader.number($0.value) }
      entries[key] = Entry(
        step: step, parts: parts.map { ($0.key, prefix + key + "." + $0.key) })
    }
    self.path = path
    self.groups = found
    self.entries = entries
    namesAll = false
    late = []
  }
}

/// Dictionaries with keys of text and numbers, as they stand in a pickle.
private struct PickledDictionaries {
  let values: [PickleValue]

  func members(of index: Int) -> [(key: String, value: Int)]? {
    guard case .dictionary(let pairs) = values[index] else { return nil }
    return pairs.compactMap { pair in
      key(pair.key).map { ($0, pair.value) }
    }
  }

  func group(_ members: [(key: String, value: Int)]) -> OptimizerState.Group? {
    func value(_ key: String) -> Int? { members.first { $0.key == key }?.value }
    guard let parameters = value("params").flatMap(list) else { return nil }
    let keys = parameters.compactMap(key)
    if keys.count != parameters.count { return nil }
    let names = value("param_names").flatMap(list)?.compactMap(text)
    var group = OptimizerState.Group(keys: keys, names: names?.count == keys.count ? names : nil)
    group.learningRate = value("lr").flatMap(number)
    // An optimizer without that setting has no decay.
    group.weightDecay = value("weight_decay").map(number) ?? 0
    group.initialSum = value("initial_accumulator_value").flatMap(number)
    group.momentum = value("momentum").flatMap(number)
    group.beta1 = value("betas").flatMap(list)?.first.flatMap(number)
    if let decoupled = value("decoupled_weight_decay"), case .bool(let value) = values[decoupled] {
      group.isDecoupled = value
    }
    return group
  }

  func number(_ index: Int) -> Double? {
    switch values[index] {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  private func list(_ index: Int) -> [Int]? {
    switch values[index] {
    case .list(let items), .tuple(let items): items
    default: nil
    }
  }

  private func key(_ index: Int) -> String? {
    if case .integer(let number) = values[index] { return String(number) }
    return text(index)
  }

  private func text(_ index: Int) -> String? {
    if case .text(let text) = values[index] { text } else { nil }
  }
}
