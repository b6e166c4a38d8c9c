/// The times of a workload's steps.
package struct Measurement {
  /// Steps in all rounds.
  package let steps: Int
  /// The mean of each round in microseconds, sorted.
  package let microseconds: [Double]
  /// Heap allocations in all rounds; nil where nobody counts them.
  package let allocations: Int?

  /// The middle of the rounds.
  package var median: Double { microseconds[microseconds.count / 2] }
}

extension Workload {
  /// Seven rounds after a warm-up.
  /// - Parameters:
  ///   - steps: of a round; nil: as many as a tenth of a second holds.
  ///   - allocations: the number of heap allocations of the process so far.
  package func measure(steps wanted: Int?, allocations: (() -> Int)?) -> Measurement {
    let rounds = 7
    let warmUp = ContinuousClock.now
    for step in 0..<50 {
      // A counted run makes the same steps each time.
      if step >= 5 && (wanted != nil || ContinuousClock.now - warmUp > .seconds(1)) { break }
      run()
    }
    let steps = wanted ?? stepsForTenthOfSecond()
    var times: [Double] = []
    times.reserveCapacity(rounds)
    let before = allocations?()
    for _ in 0..<rounds {
      let start = ContinuousClock.now
      for _ in 0..<steps { run() }
      times.append((ContinuousClock.now - start) / .microseconds(steps))
    }
    let after = allocations?()
    return Measurement(
      steps: rounds * steps, microseconds: times.sorted(),
      allocations: before.flatMap { before in after.map { $0 - before } })
  }

  private func stepsForTenthOfSecond() -> Int {
    let start = ContinuousClock.now
    var steps = 0
    repeat {
      run()
      steps += 1
    } while ContinuousClock.now - start < .milliseconds(100)
    return steps
  }
}
