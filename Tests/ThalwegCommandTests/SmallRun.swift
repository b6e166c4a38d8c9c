/// A training run on made data that is through in a moment.
enum SmallRun {
  /// Settings of a small model on little data: 24 steps an epoch.
  static let settings = [
    "data.made.variables=5", "data.made.steps=300", "data.window=8", "model.hidden=8",
  ]

  /// The words that train it.
  static func words(
    epochs: Int = 2, out: String? = nil, _ more: String..., set: [String] = []
  ) -> [String] {
    ["train", "rc-gnn", "--epochs", String(epochs)]
      + (settings + set).flatMap { ["--set", $0] }
      + (out.map { ["--out", $0] } ?? []) + more
  }
}
