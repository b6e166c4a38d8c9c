import ThalwegRecord

/// A section of settings that our own files have, with what lies in it.
struct SettingBranch {
  let path: [String]
  /// All settings in the section, at any depth.
  let settings: [Setting]

  init(_ path: [String], in settings: [Setting]) {
    self.path = path
    self.settings = settings.filter {
      $0.path.count > path.count && $0.path.starts(with: path)
    }
  }

  var isEmpty: Bool { settings.isEmpty }

  /// Where the section starts.
  var place: Place? { settings.first?.place }

  /// The value of a key in the section itself.
  subscript(_ key: String) -> Setting? {
    settings.last { $0.path.count == path.count + 1 && $0.key == key }
  }

  func branch(_ key: String) -> SettingBranch { SettingBranch(path + [key], in: settings) }

  /// The names of keys and sections in the section itself, in order, each once.
  var names: [String] { parts.map(\.name) }

  /// The sections of a list, in order.
  var elements: [SettingBranch] {
    parts.filter { Int($0.name) != nil }.map { SettingBranch(path: path + [$0.name], $0.settings) }
  }

  /// What lies under each name.
  private var parts: [(name: String, settings: [Setting])] {
    var parts: [(name: String, settings: [Setting])] = []
    var indices: [String: Int] = [:]
    for setting in settings {
      let name = setting.path[path.count]
      if let index = indices[name] {
        parts[index].settings.append(setting)
      } else {
        indices[name] = parts.count
        parts.append((name, [setting]))
      }
    }
    return parts
  }

  private init(path: [String], _ settings: [Setting]) {
    self.path = path
    self.settings = settings.filter { $0.path.count > path.count }
  }

  func text(_ key: String) -> String? {
    if case .text(let text)? = self[key]?.value { text } else { nil }
  }

  func flag(_ key: String) -> Bool? {
    if case .bool(let flag)? = self[key]?.value { flag } else { nil }
  }

  func texts(_ key: String) -> [String]? {
    guard case .list(let values)? = self[key]?.value else { return nil }
    return values.compactMap { if case .text(let text) = $0 { text } else { nil } }
  }
}
