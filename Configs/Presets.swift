/// The configuration files that ship inside the command, as bytes.
package enum Presets {
  /// The presets of RC-GNN, the default first.
  package static let rcgnn: [(name: String, bytes: [UInt8])] = [
    ("default", PackageResources.default_yaml),
    ("published-stable", PackageResources.published_stable_yaml),
    ("published-exploding", PackageResources.published_exploding_yaml),
  ]
}
