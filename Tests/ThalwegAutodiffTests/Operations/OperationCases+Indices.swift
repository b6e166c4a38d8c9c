import ThalwegAutodiff
import ThalwegTensor

/// Cases of what reads by index and of what chooses.
extension OperationCases {
  /// Indices as data on the tape of a value.
  private static func places(_ numbers: [Int32], _ shape: Shape, beside value: Value) -> Indices {
    Pass(value.tape, .train).indices(numbers, shape)
  }

  static var indices: [OperationCase] {
    [
      OperationCase(.indices, "rows") {
        $0[0].rows(at: places([2, 0, 2], [3], beside: $0[0]))
      }
    ]
  }

  static var select: [OperationCase] {
    [
      OperationCase(.select, "rows") {
        $0[0].rows(at: places([3, 1, 0, 3], [2, 2], beside: $0[0]))
      },
      OperationCase(.select, "axis1") {
        $0[0].selected(places([2, 0], [2], beside: $0[0]), axis: 1)
      },
      OperationCase(.select, "axis2") {
        $0[0].selected(places([3, 3, 0, 1, 2], [5], beside: $0[0]), axis: 2)
      },
      OperationCase(.select, "block") {
        $0[0].selected(places([2, 1, 0, 2], [2, 2], beside: $0[0]), axis: 1)
      },
      OperationCase(.select, "scalar") {
        $0[0].selected(places([1], [], beside: $0[0]), axis: 1)
      },
      OperationCase(.select, "vector") {
        $0[0].selected(places([4, 4, 4], [3], beside: $0[0]), axis: 0)
      },
      OperationCase(.select, "none") { $0[0].rows(at: places([], [0], beside: $0[0])) * $0[1] },
      OperationCase(.select, "twice") {
        $0[0].rows(at: places([0, 1], [2], beside: $0[0]))
          * $0[0].rows(at: places([1, 2], [2], beside: $0[0]))
          + $0[0].rows(at: places([2, 2], [2], beside: $0[0]))
      },
    ]
  }
}
