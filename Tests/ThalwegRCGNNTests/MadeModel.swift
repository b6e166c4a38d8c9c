import Testing
import ThalwegAutodiff
import ThalwegFormats
import ThalwegPresets
import ThalwegRCGNN
import ThalwegTensor
import ThalwegTraining

/// A model as a preset describes it, on made data, in Float or in Double.
struct MadeModel {
  let experiment: RCGNNExperiment
  let parameters: Parameters
  let memory: SeriesMemory

  init(
    _ preset: String, _ assignments: [String] = [], _ scalarType: ScalarType = .float32
  ) throws {
    let configuration = try Self.configuration(preset, assignments)
    let data = try RCGNNData(configuration)
    experiment = try RCGNNExperiment(configuration, data)
    parameters =
      scalarType == .float32
      ? experiment.parameters : experiment.parameters.converted(to: scalarType)
    memory = SeriesMemory(data.series)
  }

  static func configuration(
    _ preset: String, _ assignments: [String]
  ) throws -> RCGNNConfiguration {
    let bytes = try #require(Presets.rcgnn.first { $0.name == preset }?.bytes)
    let settings = try Settings(layers: [
      try SettingsLayer.yaml(bytes, name: preset), try SettingsLayer.assignments(assignments),
    ])
    return try RCGNNConfiguration(settings)
  }

  func tape() throws -> Tape { Tape(try Machine(threads: 1), parameters) }

  /// Names the loss of windows at `starts` on a cleared tape.
  func minimize(_ starts: [Int32], _ tape: Tape, _ memory: SeriesMemory? = nil) {
    tape.clear()
    minimize(starts, Pass(tape, .train), memory)
  }

  /// The same on a pass of any tape over the same model.
  func minimize(_ starts: [Int32], _ pass: Pass, _ memory: SeriesMemory? = nil) {
    starts.withUnsafeBufferPointer {
      let batch = WindowBatch($0, offset: 0, of: memory ?? self.memory)
      experiment.model.minimize(batch, pass)
    }
  }

  func terms(_ tape: Tape) -> [String: Double] {
    var found: [String: Double] = [:]
    for term in tape.terms { found[term.name] = tape.number(of: term) }
    return found
  }

  /// The gradient that the last backward pass left; nil where it brought none.
  func gradient(_ path: String, _ tape: Tape) throws -> [Double]? {
    let parameter = try #require(parameters[path])
    if !tape.isReached(Int(parameter.index)) { return nil }
    return (0..<parameter.shape.count).map { parameters.gradient(parameter, $0) }
  }

  func set(_ path: String, _ numbers: [Double]) throws {
    let parameter = try #require(parameters[path])
    try #require(parameter.shape.count == numbers.count)
    for (index, number) in numbers.enumerated() {
      parameters.setValue(parameter, index, to: number)
    }
  }
}
