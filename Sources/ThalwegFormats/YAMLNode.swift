/// A node of a YAML document, with the line it starts on.
struct YAMLNode {
  indirect enum Content {
    case scalar(SettingsScalar)
    case list([YAMLNode])
    case mapping([(key: YAMLNode, value: YAMLNode)])
  }

  var content: Content
  var line: Int
}
