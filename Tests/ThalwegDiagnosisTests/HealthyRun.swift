import ThalwegRecord

/// A training that nothing is wrong with, drawn: how long, how noisy, how it decays, by which
/// schedule, with which clip, and how it is logged.
struct HealthyRun {
  private(set) var made: MadeRun
  private let count: Int
  private var rates: [Double]
  private let unit: MadeRun.Unit

  init(seed: Int) {
    made = MadeRun(shape: seed, names: seed)
    let isByEpoch = made.draws.flip(0.3)
    count =
      isByEpoch
      ? made.draws.integer(15...200) : Int(made.draws.scale(60, 4000))
    unit = isByEpoch ? .epochs : .steps(every: made.draws.flip() ? 1 : 10)
    rates = HealthyRun.schedule(count, &made.draws)
    if made.draws.flip(0.8) { made.add(made.name("lr_*"), .learningRate, rates, unit: unit) }
    addLosses()
    addNorms()
    if made.draws.flip(0.3) { addParts() }
    if made.draws.flip(0.3) { addTensors() }
    made.record.series.shuffle(using: &made.draws)
  }

  /// Constant, decaying to 0 or to a tenth, by steps, inverse root; with or without a warm-up.
  private static func schedule(_ count: Int, _ draws: inout Draws) -> [Double] {
    let base = draws.scale(1e-5, 1e-1)
    let warmUp = draws.flip() ? draws.integer(1...max(1, count / 10)) : 0
    let kind = draws.integer(0...5)
    let floor = draws.flip() ? 0 : 0.1
    let tenths = draws.integer(2...5)
    return (0..<count).map { index in
      if index < warmUp { return base * Double(index + 1) / Double(warmUp) }
      let part = Double(index - warmUp) / Double(max(1, count - warmUp))
      switch kind {
      case 0: return base
      case 1: return base * (floor + (1 - floor) * (1 + cosine(.pi * part)) / 2)
      case 2: return base * (floor + (1 - floor) * (1 - part))
      case 3: return base * power(0.5, (part * Double(tenths)).rounded(.down))
      case 4: return base / (1 + 20 * part).squareRoot()
      default:
        // Warm restarts: two or three cycles, each down to a hundredth.
        let cycle = (part * Double(min(tenths, 3))).truncatingRemainder(dividingBy: 1)
        return base * (0.01 + 0.99 * (1 + cosine(.pi * cycle)) / 2)
      }
    }
  }

  private mutating func addLosses() {
    let start = made.draws.scale(0.3, 100)
    // Some tasks are nearly learned at first, some end at a thousandth.
    let end = start * made.draws.scale(1e-3, 0.8)
    let rate = made.draws.scale(3, 60) / Double(count)
    let isPower = made.draws.flip(0.4)
    let exponent = made.draws.uniform(0.2, 1.2)
    let shift = made.draws.flip(0.15) ? 3 * start : 0
    let course = (0..<count).map { index -> Double in
      let left =
        isPower ? power(Double(index + 1), -exponent) : exponential(-rate * Double(index))
      return end + (start - end) * left - shift
    }
    let noise = made.draws.scale(0.005, 0.4)
    let tail = made.draws.integer(0...3)
    func noisy(_ level: Double, _ size: Double) -> Double {
      let draw = tail == 0 ? made.draws.laplace() : made.draws.normal()
      // Noise of losses that may be below 0 is added; it shrinks as the loss falls.
      return shift > 0
        ? level + size * (level + shift) * draw : level * exponential(size * draw)
    }
    var training = course.map { noisy($0, noise) }
    if made.draws.flip(0.3) {
      // A bar that shows the running mean.
      for index in training.indices.dropFirst() {
        training[index] = 0.9 * training[index - 1] + 0.1 * training[index]
      }
    }
    let decimals = made.draws.flip() ? 4 : 8
    made.add(made.name("*_loss"), .loss, training.map { printed($0, decimals) }, unit: unit)
    if made.draws.flip(0.6) {
      let every = max(1, count / made.draws.integer(8...60))
      let gap = made.draws.uniform(1, 1.3)
      let overfit = made.draws.uniform(0, 0.3)
      let values = course.enumerated().map { index, level -> Double? in
        if index % every != every - 1 { return nil }
        let part = Double(index) / Double(count)
        let rise = shift > 0 ? 1 : gap * (1 + overfit * max(0, part - 0.5))
        return noisy(level * rise, noise / 5)
      }
      made.add(made.name("val_*"), .loss, values, split: .validation, unit: unit)
    }
  }

  private mutating func addNorms() {
    if made.draws.flip(0.25) { return }
    let start = made.draws.scale(0.05, 50)
    let end = start * made.draws.scale(0.01, 1.5)
    let rate = made.draws.scale(2, 60) / Double(count)
    let noise = made.draws.scale(0.05, 0.6)
    let isHeavy = made.draws.flip(0.3)
    let norms = (0..<count).map { index -> Double in
      let draw = isHeavy ? made.draws.laplace() : made.draws.normal()
      let level = end + (start - end) * exponential(-rate * Double(index))
      return level * exponential(noise * draw)
    }
    let role: Role = made.draws.flip() ? .gradientNorm : .normBeforeClip
    made.add(made.name("grad_*"), role, norms, unit: unit)
    // A clip at the 99th percentile of what follows the start.
    if made.draws.flip(0.6) {
      let usual = norms.suffix(max(10, count / 2)).sorted()
      let threshold = usual[usual.count * 99 / 100]
      made.set([made.name(), "max_grad_norm"], threshold)
      if made.draws.flip() {
        made.add(made.name(), .normAfterClip, norms.map { min($0, threshold) }, unit: unit)
      }
    }
  }

  /// Parts that make a loss of their own file, so that it is the sum of them.
  private mutating func addParts() {
    made.source()
    let parts = made.parts(made.draws.integer(2...5), records: made.draws.integer(20...200))
    made.add(made.name(), .loss, parts.loss)
    let isWeighted = made.draws.flip()
    for (part, weight) in zip(parts.parts, parts.weights) {
      made.add(
        made.name(), isWeighted ? .weightedTerm : .term, part.map { isWeighted ? $0 * weight : $0 })
    }
  }

  /// Tensors that learn, one of a branch that begins at 0, a frozen one, and a bias of keys.
  private mutating func addTensors() {
    made.source()
    let names = made.tensorNames()
    let records = made.draws.integer(2...30)
    made.live(names, modules: made.draws.integer(2...8), records: records)
    let late = made.name("*.branch.weight")
    made.add(
      names.gradient, .gradientNorm, (0..<records).map { Double($0) * 1e-3 }, tensor: late)
    let frozen = made.name("*.weight")
    made.tensor(frozen, gradient: 0, change: 0, from: 4, records: records, names)
    var tensor = TensorRecord(path: frozen, place: Place(source: 1, position: 1))
    tensor.isFrozen = true
    made.record.tensors.append(tensor)
    made.tensor(
      made.name("*.k_proj.bias"), gradient: 1e-10, change: 5e-7, from: 0, records: records, names)
  }
}
