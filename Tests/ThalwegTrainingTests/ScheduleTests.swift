import Testing
import ThalwegTraining

@Suite struct ScheduleTests {
  private func stopsAt(
    _ objectives: [Double?], patience: Int, _ unit: EarlyStopping.Unit
  ) -> Int? {
    var rule = EarlyStopping(patience: patience, unit: unit)
    for (index, objective) in objectives.enumerated() {
      if rule.shouldStop(after: objective) { return index + 1 }
    }
    return nil
  }

  @Test func patienceInEvaluationsCountsThoseThatTookPlace() {
    let every2nd: [Double?] = [nil, 5, nil, 6, nil, 6, nil, 6, nil, 6]
    #expect(stopsAt(every2nd, patience: 2, .evaluations) == 6)
    #expect(stopsAt(every2nd, patience: 4, .evaluations) == 10)
    #expect(stopsAt([5, nil, nil, nil, nil, nil], patience: 1, .evaluations) == nil)
    #expect(stopsAt([nil, nil, nil], patience: 1, .evaluations) == nil)
    #expect(stopsAt([5, 4, 3, 2, 1], patience: 1, .evaluations) == nil)
    // As good is not better.
    #expect(stopsAt([5, 5, 5], patience: 2, .evaluations) == 3)
  }

  @Test func patienceInEpochsCountsEveryEpochSinceTheBest() {
    // The published run: the best at epoch 2, an evaluation every second epoch, patience 15.
    let published: [Double?] = (1...100).map { $0 % 2 == 0 ? ($0 == 2 ? 23 : 29) : nil }
    #expect(stopsAt(published, patience: 15, .epochs) == 17)
    #expect(stopsAt(published, patience: 15, .evaluations) == 32)
    #expect(stopsAt([nil, nil, nil], patience: 2, .epochs) == 2)
  }

  @Test func objectiveThatIsNoNumberIsNeverTheBest() {
    var rule = EarlyStopping(patience: 3)
    let afterNone = rule.shouldStop(after: .nan)
    #expect(!afterNone)
    #expect(rule.best == nil)
    #expect(rule.sinceBest == 1)
    let afterOne = rule.shouldStop(after: 7)
    #expect(!afterOne)
    #expect(rule.best == 7)
    #expect(rule.sinceBest == 0)
  }

  private func rates(_ objectives: [Double?], _ schedule: inout ReduceOnPlateau) -> [Double] {
    var rate = 1.0
    return objectives.map { objective in
      rate = schedule.rate(after: objective, from: rate)
      return rate
    }
  }

  @Test func rateFallsAfterPatienceAndRestsInCooldown() {
    // Worked out by hand from torch's rules: bad 1 to 4, a reduction, one evaluation of cooldown.
    var schedule = ReduceOnPlateau(.init(factor: 0.5, patience: 3, cooldown: 1))
    let found = rates([Double?](repeating: 1, count: 12), &schedule)
    #expect(found == [1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25])
  }

  @Test func onlyARelativeImprovementCounts() {
    var schedule = ReduceOnPlateau(.init(factor: 0.1, patience: 1, threshold: 0.01))
    #expect(rates([100, 99.5, 98.9, 98.5, 98.4], &schedule) == [1, 1, 1, 1, 0.1])
    #expect(schedule.best == 98.9)
    var falling = ReduceOnPlateau(.init(patience: 0, threshold: 0.01))
    #expect(rates([-1, -1.1, -1.2], &falling) == [1, 1, 1])
  }

  @Test func rateStopsAtItsLowest() {
    var schedule = ReduceOnPlateau(.init(factor: 0.1, patience: 0, minimumRate: 0.05))
    #expect(rates([1, 1, 1, 1], &schedule) == [1, 0.1, 0.05, 0.05])
  }

  @Test func nilChangesNothing() {
    var schedule = ReduceOnPlateau(.init(factor: 0.5, patience: 1, cooldown: 2))
    _ = rates([1, 1, 1, 1], &schedule)
    let before = schedule
    let rate = schedule.rate(after: nil, from: 0.3)
    #expect(rate == 0.3)
    #expect(schedule == before)
  }

  /// A first objective beyond all numbers must not keep later ones from being better.
  @Test(arguments: [Double.infinity, .nan])
  func scheduleRecoversFromABadBeginning(_ first: Double) {
    var schedule = ReduceOnPlateau(.init(factor: 0.5, patience: 1))
    #expect(rates([first, 4, 3, 2, 1, 0.5], &schedule) == [1, 1, 1, 1, 1, 1])
    #expect(schedule.best == 0.5)
  }
}
