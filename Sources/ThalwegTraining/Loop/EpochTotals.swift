package import ThalwegRecord

/// Sums over the steps of an epoch, kept so that a resumed epoch ends with the same figures.
package struct EpochTotals: Equatable {
  package struct Term: Equatable {
    package var name: String
    package var raw = 0.0
    package var weighted = 0.0
    package var count = 0
  }

  package var outcomes = [Int](repeating: 0, count: StepOutcome.allCases.count)
  package var lossSum = 0.0
  package var lossCount = 0
  package var terms: [Term] = []
  package var normSum = 0.0
  package var normCount = 0
  package var largestNorm: Double?
  package var clippedCount = 0
  package var takenCount = 0

  package init() {}

  /// Steps that were not taken because numbers were not finite, where none was taken; else 0.
  package var failuresAlone: Int {
    if takenCount > 0 { return 0 }
    return zip(StepOutcome.allCases, outcomes).reduce(0) { $0 + ($1.0.isFailure ? $1.1 : 0) }
  }

  /// Takes in one step. A number that is not finite is counted by its outcome, never summed.
  package mutating func add(_ record: borrowing StepRecord) {
    for (index, outcome) in StepOutcome.allCases.enumerated() where outcome == record.outcome {
      outcomes[index] += 1
    }
    if record.outcome.isFailure { return }
    if let loss = record.loss {
      lossSum += loss
      lossCount += 1
    }
    for index in 0..<record.terms.count { add(record.terms[index]) }
    if let norm = record.normBeforeClip {
      normSum += norm
      normCount += 1
      largestNorm = max(largestNorm ?? norm, norm)
    }
    if record.outcome == .taken {
      takenCount += 1
      if record.isClipped == true { clippedCount += 1 }
    }
  }

  private mutating func add(_ term: TermRecord) {
    let index: Int
    if let known = terms.firstIndex(where: { $0.name == term.name }) {
      index = known
    } else {
      index = terms.count
      terms.append(Term(name: term.name))
    }
    terms[index].raw += term.raw
    terms[index].weighted += term.weighted
    terms[index].count += 1
  }

  /// The epoch's record as far as its steps tell it.
  package func record(clips: Bool) -> EpochRecord {
    var record = EpochRecord()
    record.outcomes = outcomes
    record.loss = lossCount > 0 ? lossSum / Double(lossCount) : nil
    record.terms = terms.map {
      TermRecord(
        name: $0.name, raw: $0.raw / Double($0.count), weighted: $0.weighted / Double(lossCount))
    }
    record.largestNorm = largestNorm
    record.meanNorm = normCount > 0 ? normSum / Double(normCount) : nil
    record.clipRatio =
      clips && takenCount > 0 ? Double(clippedCount) / Double(takenCount) : nil
    return record
  }
}
