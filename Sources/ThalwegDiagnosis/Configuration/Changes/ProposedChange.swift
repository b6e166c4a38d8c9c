package import ThalwegRecord

/// A change of a configuration that somebody proposes, of one key or of several at once.
package struct ProposedChange: Sendable {
  /// So many are judged; nobody tries more.
  static let limit = 1000

  package struct Edit: Sendable {
    /// The key with its sections, as far as they are told.
    package var key: String
    package var value: Setting.Value
    package var place: Place
  }

  package var name: String
  package var edits: [Edit]
  /// What the whole loss is divided by; nil: it stays.
  package var lossDivisor: Double?
  /// Whether it comes with code that reads its keys.
  package var bringsCode: Bool
  package var place: Place

  /// The changes that settings propose under `changes`, in order.
  package static func all(in settings: [Setting]) -> [ProposedChange] {
    entries(in: settings).prefix(limit).compactMap { entry in
      guard let place = entry.place else { return nil }
      let set = entry.branch("set")
      let edits = set.settings.map { setting in
        Edit(
          key: setting.path.dropFirst(set.path.count).joined(separator: "."),
          value: setting.value, place: setting.place)
      }
      let divisor = entry["divide_loss_by"]?.number
      return ProposedChange(
        name: entry.text("name") ?? "change \(entry.path.last ?? "")", edits: edits,
        lossDivisor: divisor.flatMap { $0 > 0 && $0.isFinite ? $0 : nil },
        bringsCode: entry.flag("with_code") ?? false, place: place)
    }
  }

  static func entries(in settings: [Setting]) -> [SettingBranch] {
    let entries = SettingBranch(["changes"], in: settings).elements
    let isOurs = entries.contains { !$0.branch("set").isEmpty || $0["divide_loss_by"] != nil }
    return isOurs ? entries : []
  }

  /// The settings that propose to go from one configuration to another, one change for each key;
  /// what only one of them has is proposed too, where it is new.
  package static func settings(from before: [Setting], to after: [Setting]) -> [Setting] {
    let old = Dictionary(before.map { ($0.path, $0.value) }) { _, last in last }
    var proposed: [Setting] = []
    var seen: Set<[String]> = []
    for setting in after.reversed() where setting.origin == .configuration {
      if !seen.insert(setting.path).inserted { continue }
      if old[setting.path] != setting.value { proposed.append(setting) }
    }
    return proposed.reversed().enumerated().flatMap { index, setting -> [Setting] in
      let path = ["changes", "\(index)"]
      var name = setting
      name.path = path + ["name"]
      name.value = .text(setting.name)
      var edit = setting
      edit.path = path + ["set", setting.name]
      return [name, edit]
    }
  }
}
