/// The configuration files that ship inside the command, as bytes.
package enum Presets {
  /// The presets of RC-GNN, the default first.
  package static let rcgnn: [(name: String, bytes: [UInt8])] = [
    ("default", PackageResources.default_yaml),
    ("published-stable", PackageResources.published_stable_yaml),
    ("published-exploding", PackageResources.published_exploding_yaml),
  ]

  /// The files of the high-gradient case: configurations before, after and in the diagnosed run,
  /// what is stated of it, what is told of its code, the changes and the claims of its report.
  package static let highGradient: [(name: String, bytes: [UInt8])] = [
    ("before", PackageResources.before_yaml),
    ("after", PackageResources.after_yaml),
    ("diagnosed", PackageResources.diagnosed_yaml),
    ("stated", PackageResources.stated_yaml),
    ("terms", PackageResources.terms_yaml),
    ("reads", PackageResources.reads_yaml),
    ("network", PackageResources.network_yaml),
    ("changes", PackageResources.changes_yaml),
    ("claims", PackageResources.claims_yaml),
  ]
}
