import ThalwegDiagnosis
import ThalwegRecord

extension MadeRun {
  /// Parts, their weights, and the loss that they make.
  mutating func parts(
    _ count: Int, records: Int
  ) -> (parts: [[Double]], weights: [Double], loss: [Double]) {
    let parts = (0..<count).map { _ in
      let start = draws.scale(0.5, 10)
      return falling(records, from: start, to: 0.2 * start, noise: 0.3)
    }
    let weights = parts.map { _ in draws.scale(0.1, 10) }
    let loss = (0..<records).map { record in
      zip(parts, weights).reduce(0) { $0 + $1.0[record] * $1.1 }
    }
    return (parts, weights, loss)
  }
}

extension RuleCase {
  static let parts: [RuleCase] = [
    RuleCase(
      .lossParts, "weighted parts of which one is missing", .error,
      faulty: { run in
        let made = run.parts(run.draws.integer(3...6), records: run.draws.integer(3...100))
        run.add(run.name(), .loss, made.loss)
        for (part, weight) in zip(made.parts, made.weights).dropLast() {
          run.add(run.name(), .weightedTerm, part.map { $0 * weight })
        }
      },
      healthy: { run in
        let made = run.parts(run.draws.integer(2...6), records: run.draws.integer(3...100))
        run.add(run.name(), .loss, made.loss.map { printed($0, 4) })
        for (part, weight) in zip(made.parts, made.weights) {
          run.add(run.name(), .weightedTerm, part.map { printed($0 * weight, 4) })
        }
      }),
    RuleCase(
      .lossParts, "parts that no constant weights make the loss", .warning,
      faulty: { run in
        let made = run.parts(4, records: 60)
        run.add(run.name(), .loss, made.loss)
        for part in made.parts.dropLast() { run.add(run.name(), .term, part) }
      },
      healthy: { run in
        let count = run.draws.integer(2...5)
        let made = run.parts(count, records: run.draws.integer(count + 3...80))
        run.add(run.name(), .loss, made.loss.map { printed($0, 5) })
        for part in made.parts { run.add(run.name(), .term, part.map { printed($0, 5) }) }
      }),
    RuleCase(
      .lossParts, "weights in the settings that are not those of the loss", .error,
      faulty: { run in
        let made = run.parts(3, records: 40)
        run.add(run.name(), .loss, made.loss)
        for (part, weight) in zip(made.parts, made.weights) {
          let term = run.name()
          run.add("\(term)_loss", .term, part)
          run.set([run.name(), "\(term)_weight"], weight * 1.5)
        }
      },
      healthy: { run in
        let made = run.parts(3, records: 40)
        run.add(run.name(), .loss, made.loss)
        for (part, weight) in zip(made.parts, made.weights) {
          let term = run.name()
          run.add("\(term)_loss", .term, part)
          run.set([run.name(), "lambda_\(term)"], weight)
        }
      }),
    RuleCase(
      .termShare, "shares that lack a part", .warning,
      faulty: { run in
        for share in [0.512, 0.304, 0.101] {
          run.add(run.name(), .termShare, [Double](repeating: share, count: 20))
        }
      },
      healthy: { run in
        for share in [1.0, 0, 0, 0] {
          run.add(run.name(), .termShare, [Double](repeating: share, count: 20))
        }
      }),
    RuleCase(
      .termDominance, "one part that is most of the loss", .info,
      faulty: { run in
        let count = run.draws.integer(3...50)
        run.add(run.name(), .termShare, [Double](repeating: 0.97, count: count))
        run.add(run.name(), .termShare, [Double](repeating: 0.03, count: count))
      },
      healthy: { run in
        let part = run.falling(20, from: 3, to: 1)
        run.add(run.name(), .loss, part.map { 2 * $0 })
        for _ in 0..<2 { run.add(run.name(), .weightedTerm, part) }
      }),
  ]
}
