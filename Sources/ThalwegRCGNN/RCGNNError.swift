/// What is wrong between a configuration and its data.
package enum RCGNNError: Error, Equatable, CustomStringConvertible {
  case lagsExceedWindow(lags: Int, window: Int)

  package var description: String {
    switch self {
    case .lagsExceedWindow(let lags, let window):
      "model.lags is \(lags) and data.window is \(window): a window needs more rows than lags; "
        + "lower model.lags or raise data.window"
    }
  }
}
