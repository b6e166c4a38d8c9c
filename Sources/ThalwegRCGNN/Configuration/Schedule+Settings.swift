import ThalwegFormats
import ThalwegTraining

extension Schedule {
  /// Reads `schedule.warm_up_*` and `schedule.decay*`; a key that the decay has no use for is refused.
  init(_ settings: Settings) throws(SettingsError) {
    let steps = 1...1_000_000_000
    let warmUpSteps = try settings.int("schedule.warm_up_steps", in: 0...1_000_000_000, default: 0)
    let warmUpStart = try settings.double("schedule.warm_up_start", in: 1e-12...1, default: 0.1)
    let kind = try settings.string(
      "schedule.decay", oneOf: ["none", "cosine", "step"], default: "none")
    let count = try settings.optionalInt("schedule.decay_steps", in: steps)
    let floor = try settings.optionalDouble("schedule.decay_floor", in: 0...1)
    let factor = try settings.optionalDouble("schedule.decay_factor", in: 1e-12...1)
    func refused(_ key: String, _ reason: String) -> SettingsError {
      .invalid(place: settings.place(of: key), key: key, reason: reason)
    }
    let uses =
      ["none": [], "cosine": ["steps", "floor"], "step": ["steps", "factor"]][kind] ?? []
    for (name, isSet) in [
      ("steps", count != nil), ("floor", floor != nil), ("factor", factor != nil),
    ] where isSet && !uses.contains(name) {
      throw refused(
        "schedule.decay_" + name, "is of no use to schedule.decay \(kind); set it to null")
    }
    var decay = Decay.none
    if kind != "none" {
      guard let count else {
        throw refused("schedule.decay_steps", "is null, and schedule.decay \(kind) needs it")
      }
      if kind == "cosine" {
        decay = .cosine(steps: count, floor: floor ?? 0)
      } else {
        guard let factor else {
          throw refused("schedule.decay_factor", "is null, and schedule.decay \(kind) needs it")
        }
        decay = .step(every: count, factor: factor)
      }
    }
    self.init(warmUpSteps: warmUpSteps, warmUpStart: warmUpStart, decay: decay)
  }
}
