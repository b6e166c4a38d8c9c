private import ThalwegFormats

/// How far a run is: a bar with rate and time left on a terminal, a plain line every ten seconds
/// elsewhere.
package struct ProgressBar {
  private let console: Console
  private let total: Int
  private let start: ContinuousClock.Instant
  private let first: Int
  private var shown: ContinuousClock.Instant

  /// - Parameters:
  ///   - done: units that were done before now, which the rate leaves out.
  ///   - total: units of the whole run.
  package init(_ console: Console, done: Int = 0, total: Int) {
    self.console = console
    self.total = total
    first = done
    start = .now
    shown = start
  }

  /// Says that `done` units are through, if it is time to say so.
  package mutating func update(done: Int, _ label: @autoclosure () -> String) {
    let now = ContinuousClock.now
    let pause: Duration = console.isTerminal ? .milliseconds(100) : .seconds(10)
    if now - shown < pause { return }
    shown = now
    let seconds = (now - start) / .seconds(1)
    let rate = Double(done - first) / seconds
    let left = rate > 0 ? Double(total - done) / rate : nil
    let text =
      "\(label()) \(done)/\(total) \(Text.fixed(rate, 0))/s"
      + (left.map { ", \(ProgressBar.clock($0)) left" } ?? "")
    if console.isTerminal {
      let width = 24
      let full = min(width, done * width / max(total, 1))
      let bar = String(repeating: "#", count: full) + String(repeating: ".", count: width - full)
      console.bar("[\(bar)] \(text)")
    } else {
      console.note(text)
    }
  }

  private static func clock(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole / 60 % 60) min"
  }
}
