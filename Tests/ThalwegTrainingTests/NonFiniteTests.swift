import Testing
import ThalwegAutodiff
import ThalwegRecord
import ThalwegTensor
import ThalwegTraining

@Suite struct NonFiniteTests {
  struct Setting: Sendable, CustomTestStringConvertible {
    let fault: NonFiniteCase
    let policy: NonFinitePolicy
    let rule: OptimizerConfiguration.Rule

    var testDescription: String { "\(fault.rawValue), \(policy.rawValue), \(rule.rawValue)" }

    static let all: [Setting] = NonFiniteCase.allCases.flatMap { fault in
      NonFinitePolicy.allCases.flatMap { policy in
        OptimizerConfiguration.Rule.allCases.filter(fault.exists).map {
          Setting(fault: fault, policy: policy, rule: $0)
        }
      }
    }

    var outcome: StepOutcome {
      switch policy {
      case .skip: .refused
      case .stop: .stopped
      case .rollBack: .rolledBack
      }
    }

    func trainer(_ model: NonFiniteModel) throws -> Trainer {
      var configuration = OptimizerConfiguration(rule, learningRate: 0.01, clipNorm: 0.5)
      // Only of the tensor that healthy steps do not reach.
      configuration.groups = [ParameterGroup("spare.*", weightDecay: 1000)]
      return try Trainer(
        model.parameters, configuration, on: try Machine(threads: 1), policy: policy)
    }
  }

  @Test func everyFaultMeetsEveryPolicyAndRule() {
    #expect(Setting.all.count == 3 * (9 * 3 + 2 * 2 + 1))
  }

  @Test(arguments: Setting.all)
  func nothingIsChangedBeforeItIsKnown(_ setting: Setting) throws {
    let model = NonFiniteModel()
    let trainer = try setting.trainer(model)
    let optimizer = trainer.optimizer
    for _ in 0..<2 { trainer.step(model.healthy) }
    trainer.keepSnapshot()
    let snapshot = OptimizerBytes(optimizer)
    for _ in 0..<2 { trainer.step(model.healthy) }
    #expect(trainer.count(.taken) == 4)
    setting.fault.poke(model, optimizer)
    let rate = optimizer.learningRate
    let poked = OptimizerBytes(optimizer)

    let record = trainer.step { setting.fault.forward(model, $0) }
    #expect(record.outcome == setting.outcome)
    #expect(trainer.count(setting.outcome) == 1)
    #expect(trainer.stepCount == 5)
    #expect(record.culprit == setting.fault.culprit)
    #expect(record.nonFiniteTensors == setting.fault.badTensors)
    #expect(record.clipCoefficient == nil)
    #expect(record.normAfterClip == nil)
    #expect(record.learningRate == nil)
    #expect(optimizer.learningRate == rate)
    #expect(OptimizerBytes(optimizer) == (setting.policy == .rollBack ? snapshot : poked))
    #expect(optimizer.statistics.allSatisfy { $0.updateNorm == nil })

    optimizer.learningRate = 0.01
    let next = trainer.step(model.healthy)
    let isHealed = setting.policy == .rollBack || !setting.fault.isInState
    // A large weight alone is no bad number: only an update of it would be.
    let isHarmless = setting.fault == .secondMomentOverflow
    #expect(next.outcome == (isHealed || isHarmless ? .taken : setting.outcome))
    if isHealed {
      // As if the bad step had never been.
      let twin = NonFiniteModel()
      let other = try setting.trainer(twin)
      for _ in 0..<(setting.policy == .rollBack ? 3 : 5) { other.step(twin.healthy) }
      #expect(OptimizerBytes(optimizer) == OptimizerBytes(other.optimizer))
    }
  }

  @Test func refusedNumbersAreTold() throws {
    func record(_ fault: NonFiniteCase) throws -> StepRecord {
      let model = NonFiniteModel()
      let setting = Setting(fault: fault, policy: .skip, rule: .adam)
      let trainer = try setting.trainer(model)
      fault.poke(model, trainer.optimizer)
      return trainer.step { fault.forward(model, $0) }
    }
    #expect(try record(.lossNaN).loss?.isNaN == true)
    #expect(try record(.lossInfinite).loss == .infinity)
    #expect(try record(.lossInfinite).normBeforeClip == nil)
    #expect(try record(.gradientNaN).loss?.isFinite == true)
    #expect(try record(.gradientNaN).normBeforeClip?.isNaN == true)
    #expect(try record(.normOverflow).normBeforeClip == .infinity)
    #expect(try record(.updateOverflow).normBeforeClip?.isFinite == true)
  }

  /// Bad numbers in the middle of training, in Double as in Float.
  @Test(arguments: ScalarType.allCases) func healthyStepsAreNeverRefused(_ type: ScalarType) throws
  {
    for rule in OptimizerConfiguration.Rule.allCases {
      let toy = ToyExperiment(type)
      let trainer = try Trainer(
        toy.parameters, OptimizerConfiguration(rule, learningRate: 0.01, clipNorm: 1),
        on: try Machine(threads: 1))
      for step in 0..<50 {
        [Int32(step % 20), 3, 7].asItems { items in
          _ = trainer.step { toy.forward(items, $0, epoch: 1) }
        }
      }
      #expect(trainer.count(.taken) == 50)
    }
  }
}
