import ThalwegRecord

/// A value of somebody's configuration, as its file has it.
struct ConfigurationNode {
  indirect enum Content {
    /// `text`: as it is spelled, with its quotes.
    case scalar(Setting.Value, text: String)
    case list([ConfigurationNode])
    case mapping([Member])
  }

  /// One line of a section; a key may stand there more than once.
  struct Member {
    var key: String
    /// The line of the key.
    var line: Int
    var value: ConfigurationNode
  }

  var content: Content
  /// Counted from 1.
  var line: Int

  /// The value of the last member of that name; nil where there is none or no section.
  subscript(_ key: String) -> Member? {
    guard case .mapping(let members) = content else { return nil }
    return members.last { $0.key == key }
  }
}
