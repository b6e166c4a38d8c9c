/// Everything that files say of one training run, whoever trained it.
package struct RunRecord: Sendable {
  /// How reports call it: a path, with a number where a file holds several runs.
  package var name: String
  package var sources: [SourceRecord] = []
  /// In the order in which they first appeared.
  package var series: [Series] = []
  package var settings: [Setting] = []
  package var incidents: [Incident] = []
  /// Tensors of which more is recorded than figures, in the order of the record.
  package var tensors: [TensorRecord] = []

  package init(name: String) { self.name = name }

  /// Whether nothing is known of the run.
  package var isEmpty: Bool {
    series.isEmpty && settings.isEmpty && incidents.isEmpty && tensors.isEmpty
  }

  /// The series of a role for the run as a whole; longest first, then in order of appearance.
  package func series(_ role: Role, split: Split? = nil) -> [Series] {
    let found = series.enumerated().filter {
      $0.element.role == role && $0.element.key.tensor == nil
        && (split == nil || $0.element.split == split)
    }
    return found.sorted { ($0.element.count, $1.offset) > ($1.element.count, $0.offset) }
      .map(\.element)
  }

  /// The series of a role for single tensors, in order of appearance.
  package func tensorSeries(_ role: Role) -> [Series] {
    series.filter { $0.role == role && $0.key.tensor != nil }
  }

  /// `train.log:14`; the path alone where the source has no places.
  package func name(of place: Place) -> String {
    let source = sources[place.source]
    guard let position = place.position else { return source.path }
    return source.unit == .line ? "\(source.path):\(position)" : "\(source.path) byte \(position)"
  }
}
