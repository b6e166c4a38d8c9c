/// A value as it stands in a settings text, before anyone asked what it should be.
enum SettingsValue: Sendable, Equatable {
  case scalar(SettingsScalar)
  case list([SettingsScalar])
  /// A section without keys.
  case emptySection

  /// What the value is called in an error.
  var found: String {
    switch self {
    case .scalar(let scalar): scalar.found
    case .list: "a list"
    case .emptySection: "a section"
    }
  }

  /// All scalars in the value.
  var scalars: [SettingsScalar] {
    switch self {
    case .scalar(let scalar): [scalar]
    case .list(let scalars): scalars
    case .emptySection: []
    }
  }
}
