import Testing
import ThalwegAutodiff
import ThalwegRecord
import ThalwegTensor
import ThalwegTraining

@Suite struct FrozenGroupTests {
  private func optimizer(_ patterns: [String], decay: Double = 0.5) -> OptimizerConfiguration {
    OptimizerConfiguration(
      .adam, learningRate: 0.1, weightDecay: decay,
      groups: patterns.map { ParameterGroup($0, isFrozen: true) })
  }

  @Test func frozenParametersKeepEveryBit() throws {
    let toy = ToyExperiment()
    let trainer = try Trainer(
      toy.parameters, optimizer(["net.0.*", "*.1.bias"]), on: try Machine(threads: 1))
    func values(_ path: String) throws -> [Double] {
      toy.parameters.tensor(try #require(toy.parameters[path])).doubles
    }
    let frozen = ["net.0.weight", "net.0.bias", "net.1.bias"]
    let before = try toy.parameters.paths.map(values)
    for _ in 0..<10 {
      [Int32(0), 1, 2].asItems { items in
        _ = trainer.step { toy.forward(items, $0, epoch: 1) }
      }
    }
    #expect(trainer.count(.taken) == 10)
    for (index, path) in toy.parameters.paths.enumerated() {
      let isFrozen = frozen.contains(path)
      let parameter = try #require(toy.parameters[path])
      #expect(toy.parameters.isFrozen(parameter) == isFrozen)
      #expect(try (values(path) == before[index]) == isFrozen)
      #expect(trainer.optimizer.updates[index] == (isFrozen ? 0 : 10))
      trainer.tape.backward(only: "error")
      #expect((trainer.tape.reach(parameter, from: "error") == .frozen) == isFrozen)
    }
  }

  @Test func everythingFrozenIsNoPath() throws {
    let toy = ToyExperiment()
    let trainer = try Trainer(toy.parameters, optimizer(["*"]), on: try Machine(threads: 1))
    let before = OptimizerBytes(trainer.optimizer)
    let record = [Int32(0)].asItems { items in
      trainer.step { toy.forward(items, $0, epoch: 1) }
    }
    #expect(record.outcome == .noPath)
    #expect(OptimizerBytes(trainer.optimizer) == before)
  }

  @Test func patternWithoutMatchThrows() throws {
    let toy = ToyExperiment()
    let machine = try Machine(threads: 1)
    let wrong = optimizer(["net.0.*", "decoder.*"])
    let error = OptimizerError.noParameter(pattern: "decoder.*", paths: toy.parameters.paths)
    #expect(throws: error) { try Trainer(toy.parameters, wrong, on: machine) }
    let training = TrainingConfiguration(epochs: 1, batchSize: 1, seed: 1, optimizer: wrong)
    #expect(throws: error) { try TrainingLoop(toy, training, on: machine) }
    #expect(throws: error) { try Audit(toy, training, on: machine) }
    #expect(error.description.contains("'decoder.*' matches no parameter"))
  }
}
