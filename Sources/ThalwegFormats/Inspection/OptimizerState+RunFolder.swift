extension OptimizerState {
  /// What a checkpoint of our own says; nil where it says nothing of updates.
  /// - Parameters:
  ///   - state: state.json, which counts the updates of every parameter.
  ///   - model: the tensors of the model, in the order of the file: parameters, then others.
  ///   - kept: what the rule keeps: `first.` and, for Adam, `second.` before the names of all
  ///     parameters.
  ///   - settings: what config.yaml says.
  init?(
    _ state: JSON, settings: SettingsLayer, model: [CheckpointTensor], kept: [CheckpointTensor]
  ) {
    guard let updates = state["updates"]?.array?.compactMap(\.int) else { return nil }
    let prefix = "optimizer.first."
    var names = kept.compactMap { tensor in
      tensor.path.hasPrefix(prefix) ? String(tensor.path.dropFirst(prefix.count)) : nil
    }
    if kept.isEmpty { names = model.map(\.name) }
    // Parameters that were made after the optimizer have no count.
    late = kept.isEmpty ? [] : Set(names.dropFirst(updates.count))
    names = Array(names.prefix(updates.count))
    let paths = Set(kept.map(\.path))
    var entries: [String: Entry] = [:]
    for (name, count) in zip(names, updates) {
      let parts = ["first", "second"].map { (name: $0, path: "optimizer.\($0).\(name)") }
      entries[name] = Entry(
        step: Double(count), parts: parts.filter { paths.contains($0.path) })
    }
    path = "optimizer"
    var group = Group(keys: names, names: names, learningRate: state["learning_rate"]?.double)
    // Groups of their own settings are not looked at, so that then nothing is known.
    func setting(_ key: String) -> SettingsScalar? {
      settings.entries.first { $0.key == "optimizer." + key }?.value.scalars.first
    }
    if !settings.entries.contains(where: { $0.key.hasPrefix("optimizer.groups") }) {
      group.weightDecay = setting("weight_decay")?.number
    }
    group.isDecoupled = setting("rule").map { $0.text == "adamw" }
    group.momentum = setting("momentum")?.number
    groups = [group]
    self.entries = entries
    // State tensors of the model have no moments; without moments nothing tells them apart.
    namesAll = true
  }
}
