private import ThalwegAutodiff
private import ThalwegTensor

/// Parameters, state tensors and optimizer at one moment, in memory.
package struct Snapshot {
  private let values: FlatStorage
  private let states: FlatStorage
  private let moments: Moments?
  private let updates: [Int]

  package init(of optimizer: Optimizer) {
    func copy(_ store: FlatStorage) -> FlatStorage {
      let copy = FlatStorage(store.scalarType, count: store.count)
      copy.copy(from: store)
      return copy
    }
    values = copy(optimizer.parameters.values)
    states = copy(optimizer.parameters.states)
    moments = optimizer.moments?.copied()
    updates = optimizer.updates
  }

  /// Puts everything back but the learning rate, which the schedule owns.
  package func restore(_ optimizer: Optimizer) {
    optimizer.parameters.values.copy(from: values)
    optimizer.parameters.states.copy(from: states)
    if let moments { optimizer.moments?.copy(from: moments) }
    optimizer.restore(updates: updates, learningRate: optimizer.learningRate)
  }
}
