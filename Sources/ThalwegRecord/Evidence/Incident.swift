/// Something that happened in a run, other than a figure.
package struct Incident: Sendable, Equatable {
  package enum Kind: String, Sendable {
    /// Training went on from a checkpoint.
    case resumed
    /// The schedule changed the rate; figures: from, to.
    case rateChanged = "rate_changed"
    /// The program ended with an error of its own.
    case exception
    case stoppedEarly = "stopped_early"
    case finished
    case warning
    /// A number that is not finite; the text says where it began.
    case nonFinite = "non_finite"
  }

  package var kind: Kind
  /// The line, or what it says.
  package var text: String
  package var figures: [Double]
  package var progress: Progress
  package var place: Place

  package init(
    _ kind: Kind, _ text: String, figures: [Double] = [], progress: Progress = Progress(),
    place: Place
  ) {
    self.kind = kind
    self.text = text
    self.figures = figures
    self.progress = progress
    self.place = place
  }
}
