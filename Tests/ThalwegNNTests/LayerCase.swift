import ThalwegAutodiff
import ThalwegNN
import ThalwegTensor

/// One use of one layer; its inputs, weights and figures stand under the same name in
/// Fixtures/layers*.json. The name begins with the layer's type: `Linear.batch`.
struct LayerCase: Sendable {
  typealias Body = (Inputs, Pass) -> Value

  let name: String
  /// Inputs that are data: no gradient is asked for.
  var data: Set<Int> = []
  /// Makes the layer under the builder's path and gives its use.
  let make: @Sendable (Builder) -> Body

  init(_ name: String, data: Set<Int> = [], _ make: @escaping @Sendable (Builder) -> Body) {
    self.name = name
    self.data = data
    self.make = make
  }

  /// The inputs of a case, as values or as indices.
  struct Inputs {
    let values: [Value]
    let numbers: [[Double]]

    subscript(_ index: Int) -> Value { values[index] }

    func indices(_ index: Int, _ pass: Pass) -> Indices {
      pass.indices(numbers[index].map { Int32($0) }, values[index].shape)
    }
  }
}
