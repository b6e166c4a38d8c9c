/// Ways in which the tensors of a model can be one list put into another, both lists in their own
/// order: every tensor is the next of the first list or the next of the second. What all ways have
/// in common is known; what they do not is not.
struct ParameterOrder {
  /// What a tensor may be in one of the ways at least.
  struct Options: Equatable {
    /// Bounds of its places in the first and in the second list; nil: it never is in that one.
    var first: ClosedRange<Int>?
    var second: ClosedRange<Int>?
  }

  /// Steps of a table of ways; a larger one is not made.
  private static let sizeLimit = 10_000_000

  /// One for each tensor; nil where no way fits.
  let options: [Options]?

  /// - Parameters:
  ///   - count: the tensors, as many as both lists have together.
  ///   - fits: whether a tensor can be that place of the first list, or of the second.
  init(
    count: Int, first: Int, fitsFirst: (Int, Int) -> Bool, fitsSecond: (Int, Int) -> Bool
  ) {
    let second = count - first
    let (size, overflow) = (first + 1).multipliedReportingOverflow(by: max(1, second + 1))
    if second < 0 || overflow || size > ParameterOrder.sizeLimit {
      options = nil
      return
    }
    // A state: how many of each list are used; the tensor that is next is their sum.
    let width = second + 1
    var isReached = [Bool](repeating: false, count: size)
    var leadsToEnd = isReached
    isReached[0] = true
    for used in 0...first {
      for other in 0...second where isReached[used * width + other] {
        if used < first && fitsFirst(used + other, used) {
          isReached[(used + 1) * width + other] = true
        }
        if other < second && fitsSecond(used + other, other) {
          isReached[used * width + other + 1] = true
        }
      }
    }
    leadsToEnd[size - 1] = isReached[size - 1]
    var options = [Options](repeating: Options(), count: count)
    for used in (0...first).reversed() {
      for other in (0...second).reversed() where isReached[used * width + other] {
        let tensor = used + other
        let place = used * width + other
        if used < first && leadsToEnd[place + width] && fitsFirst(tensor, used) {
          leadsToEnd[place] = true
          options[tensor].first = used...(options[tensor].first?.upperBound ?? used)
        }
        if other < second && leadsToEnd[place + 1] && fitsSecond(tensor, other) {
          leadsToEnd[place] = true
          let most = max(other, options[tensor].second?.upperBound ?? other)
          let least = min(other, options[tensor].second?.lowerBound ?? other)
          options[tensor].second = least...most
        }
      }
    }
    self.options = leadsToEnd[0] ? options : nil
  }
}
