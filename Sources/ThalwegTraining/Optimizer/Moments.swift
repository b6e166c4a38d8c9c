package import ThalwegTensor

/// What an update rule keeps for each number, at the offsets of the parameters.
package struct Moments {
  /// Adam's first moment, or the buffer of SGD's momentum.
  package let first: FlatStorage
  /// Adam's second moment; nil for SGD.
  package let second: FlatStorage?

  /// nil where the rule keeps nothing.
  init?(_ configuration: OptimizerConfiguration, _ scalarType: ScalarType, count: Int) {
    if configuration.rule == .sgd && configuration.momentum == 0 { return nil }
    first = FlatStorage(scalarType, count: count)
    second = configuration.rule == .sgd ? nil : FlatStorage(scalarType, count: count)
  }

  private init(first: FlatStorage, second: FlatStorage?) {
    self.first = first
    self.second = second
  }

  /// Both, with the names that checkpoints give them.
  package var named: [(name: String, store: FlatStorage)] {
    [("first", first)] + (second.map { [("second", $0)] } ?? [])
  }

  func copied() -> Moments {
    func copy(_ store: FlatStorage) -> FlatStorage {
      let copy = FlatStorage(store.scalarType, count: store.count)
      copy.copy(from: store)
      return copy
    }
    return Moments(first: copy(first), second: second.map(copy))
  }

  func copy(from other: Moments) {
    first.copy(from: other.first)
    if let own = second, let source = other.second { own.copy(from: source) }
  }
}
