import Testing
import ThalwegFormats
import ThalwegTraining

/// Learning rates against torch's ReduceLROnPlateau.
@Suite struct ReduceOnPlateauTests {
  private func configuration(_ json: JSON?) throws -> ReduceOnPlateau.Configuration {
    func number(_ key: String) throws -> Double { try #require(json?[key]?.double) }
    return ReduceOnPlateau.Configuration(
      factor: try number("factor"), patience: Int(try number("patience")),
      cooldown: Int(try number("cooldown")), threshold: try number("threshold"),
      minimumRate: try number("min_lr"))
  }

  @Test func `rates are torch's after every evaluation`() throws {
    let entries = try Golden("optimizers").entries("schedules")
    #expect(entries.count > 5)
    for entry in entries {
      var schedule = ReduceOnPlateau(try configuration(entry.json["settings"]))
      var rate = 0.1
      var reductions = 0
      for (index, pair) in zip(try entry.numbers("objectives"), try entry.numbers("rates"))
        .enumerated()
      {
        let next = schedule.rate(after: pair.0, from: rate)
        if next < rate { reductions += 1 }
        rate = next
        #expect(abs(rate - pair.1) <= 1e-15 * pair.1, "\(entry.name), evaluation \(index)")
      }
      #expect((reductions > 0) == (entry.name != "falling"), "\(entry.name)")
    }
  }

  @Test func `an evaluation without an objective changes nothing`() {
    var schedule = ReduceOnPlateau(ReduceOnPlateau.Configuration(patience: 0))
    #expect(schedule.rate(after: 1, from: 0.1) == 0.1)
    let before = schedule
    #expect(schedule.rate(after: nil, from: 0.1) == 0.1)
    #expect(schedule == before)
    #expect(abs(schedule.rate(after: 1, from: 0.1) - 0.01) < 1e-15)
  }
}
