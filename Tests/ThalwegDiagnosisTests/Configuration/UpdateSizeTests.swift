import Testing
import ThalwegDiagnosis
import ThalwegRecord

/// How far one step goes, by optimizer.
@Suite struct UpdateSizeTests {
  private func size(_ text: String) throws -> Finding {
    try #require(try ConfiguredText.findings(text)["update_size"])
  }

  /// The largest ratio of Adam's means, found by the worst gradients: those that a step remembers
  /// in proportion to β₁/β₂ to the power of their age.
  private func worst(_ first: Double, _ second: Double) -> Double {
    var (mean, square) = (0.0, 0.0)
    var (weight, firstPart, secondPart) = (1.0, 1 - first, 1 - second)
    for _ in 0..<20_000 {
      mean += firstPart * weight
      square += secondPart * weight * weight
      weight *= first / second
      firstPart *= first
      secondPart *= second
    }
    return mean / square.squareRoot()
  }

  @Test(arguments: [
    ("optimizer: AdamW\nlr: 0.001\n", 0.9, 0.999),
    ("optimizer: {name: Adam, lr: 0.001, betas: [0.5, 0.999]}\n", 0.5, 0.999),
    ("optimizer: adam\nlr: 0.001\nbeta1: 0.9\nbeta2: 0.95\n", 0.9, 0.95),
  ])
  func adamsStepsAreBoundedByItsBetas(text: String, first: Double, second: Double) throws {
    let finding = try size(text)
    #expect(finding.verdict == .established)
    let bound = try #require(finding["entry_bound"])
    #expect(isNear(bound, 0.001 * worst(first, second), within: 1e-6))
    // One gradient after many of 0.
    #expect(bound >= 0.001 * (1 - first) / (1 - second).squareRoot())
  }

  @Test func theFirstStepOfRMSpropIsTenRates() throws {
    let finding = try size("optimizer: RMSprop\nlr: 0.01\n")
    #expect(isNear(finding["entry_bound"], 0.1, within: 1e-9))
    #expect(try size("optimizer: RMSprop\nlr: 0.01\nmomentum: 0.9\n")["entry_bound"] == nil)
    let slow = try size("optimizer: {name: RMSprop, lr: 0.01, alpha: 0.75}\n")
    #expect(isNear(slow["entry_bound"], 0.02, within: 1e-9))
  }

  /// LAMB goes by the length of the parameters, NAdam looks ahead.
  @Test(arguments: ["LAMB", "Adafactor", "NAdam", "RAdam"])
  func whatTheRateAloneDoesNotBound(name: String) throws {
    let finding = try size("optimizer: \(name)\nlr: 0.01\nnum_parameters: 100\n")
    #expect(finding["entry_bound"] == nil && finding["update_norm"] == nil)
    #expect(finding.text.contains("is not told by the rate"), "\(finding.text)")
  }

  @Test func decayJoinsAClippedGradient() throws {
    let text = "optimizer: SGD\nlr: 0.1\nclip_norm: 1.0\nmomentum: 0.9\nweight_decay: "
    #expect(try size(text + "0.0\n").text.hasSuffix("by at most 1 a step"))
    #expect(try size(text + "0.01\n").text.contains("what weight decay adds is not counted"))
  }

  @Test(arguments: ["SGD", "Adam"])
  func noBoundIsInfinite(name: String) throws {
    let text = "optimizer: \(name)\nlr: 1.0e+300\nclip_norm: 1.0e+300\nnum_parameters: 1.0e+300\n"
    #expect(try !size(text).text.contains("inf"))
    #expect(try size(text)["update_norm"] == nil)
  }
}
