/// One value of an event.
package enum TensorBoardValue: Equatable, Sendable {
  case scalar(tag: String, value: Double)
  case histogram(tag: String, TensorBoardHistogram)
  /// What is not read: images, audio, text, hyperparameters, scalars and histograms whose tensor
  /// has another form than TensorFlow gives it.
  /// - plugin: the part of TensorBoard that shows it; nil: not recorded.
  case other(tag: String, plugin: String?)

  package var tag: String {
    switch self {
    case .scalar(let tag, _), .histogram(let tag, _), .other(let tag, _): tag
    }
  }
}
