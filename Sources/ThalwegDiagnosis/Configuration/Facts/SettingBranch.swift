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
  var names: [String] {
    var names: [String] = []
    for setting in settings where !names.contains(setting.path[path.count]) {
      names.append(setting.path[path.count])
    }
    return names
  }

  /// The sections of a list, in order.
  var elements: [SettingBranch] { names.filter { Int($0) != nil }.map(branch) }

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
