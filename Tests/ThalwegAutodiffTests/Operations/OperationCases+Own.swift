import ThalwegAutodiff
import ThalwegTensor

/// Operations of one's own; the figures are made by Scripts/golden/operations_own.py.
extension OperationCases {
  static var custom: [OperationCase] {
    unary(.custom) { $0.applying(Cube()) } + [
      OperationCase(.custom, "empty") { $0[0].applying(Cube()) },
      OperationCase(.custom, "uses") { $0[0].applying(Cube()) * $0[0] },
      OperationCase(.custom, "rows") { .applying(WeightedRows(), to: $0[0], $0[1]) },
      OperationCase(.custom, "data", constants: [1]) {
        .applying(WeightedRows(), to: $0[0], $0[1])
      },
      OperationCase(.custom, "twice") {
        .applying(WeightedRows(), to: $0[0].reshaped(to: [1, 3]), $0[0])
      },
    ]
  }

  static var replaceGradient: [OperationCase] {
    [
      OperationCase(.replaceGradient, "same") {
        $0[0].square().replacingGradient(by: $0[0].square())
      }
    ]
  }
}
