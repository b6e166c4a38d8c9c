import ThalwegAutodiff
import ThalwegTensor

/// Cases of what moves numbers without changing them.
extension OperationCases {
  static var permute: [OperationCase] {
    [
      OperationCase(.permute, "inner") { $0[0].permuted(0, 2, 1) },
      OperationCase(.permute, "outer") { $0[0].permuted(1, 0, 2) },
      OperationCase(.permute, "turned") { $0[0].permuted([2, 0, 1]) },
      OperationCase(.permute, "reversed") { $0[0].permuted(2, 1, 0) },
      OperationCase(.permute, "same") { $0[0].permuted(0, 1, 2) },
      OperationCase(.permute, "rank8") { $0[0].permuted(7, 1, 5, 0, 3, 2, 6, 4) },
      OperationCase(.permute, "view") { $0[0].permuted(1, 0, 2).square() },
      OperationCase(.permute, "one") { $0[0].permuted([0]) },
      OperationCase(.permute, "empty") { $0[0].permuted(2, 1, 0) * $0[1] },
      OperationCase(.permute, "twice") {
        let turned = $0[0].permuted(1, 2, 0)
        return turned * turned + $0[0].permuted(1, 2, 0)
      },
      OperationCase(.permute, "self") { $0[0].permuted(1, 0) * $0[0] },
      OperationCase(.permute, "chain") {
        $0[0].sliced(axis: 1, from: 1, to: 3).permuted(2, 1, 0)
          .sliced(axis: 0, from: 0, to: 4, step: 2).permuted(1, 0, 2)
      },
      OperationCase(.permute, "axes") { $0[0].transposed(0, 2) },
    ]
  }

  static var slice: [OperationCase] {
    [
      OperationCase(.slice, "axis0") { $0[0].sliced(axis: 0, from: 1, to: 2) },
      OperationCase(.slice, "axis1") { $0[0].sliced(axis: 1, from: 1, to: 3) },
      OperationCase(.slice, "axis2") { $0[0].sliced(axis: 2, from: 1, to: 3) },
      OperationCase(.slice, "step0") { $0[0].sliced(axis: 0, from: 0, to: 5, step: 2) },
      OperationCase(.slice, "step1") { $0[0].sliced(axis: 1, from: 1, to: 6, step: 3) },
      OperationCase(.slice, "step2") { $0[0].sliced(axis: 1, from: 1, to: 7, step: 2) },
      OperationCase(.slice, "vector") { $0[0].sliced(axis: 0, from: 2, to: 6) },
      OperationCase(.slice, "whole") { $0[0].sliced(axis: 1, from: 0, to: 3) },
      OperationCase(.slice, "nothing") { $0[0].sliced(axis: 1, from: 2, to: 2) * $0[1] },
      OperationCase(.slice, "view") { $0[0].sliced(axis: 1, from: 1, to: 3).square() },
      OperationCase(.slice, "overlap") {
        $0[0].sliced(axis: 0, from: 0, to: 3) * $0[0].sliced(axis: 0, from: 1, to: 4)
          + $0[0].sliced(axis: 0, from: 2, to: 5)
      },
      OperationCase(.slice, "with_whole") { $0[0] * $0[0].sliced(axis: 0, from: 1, to: 2) },
      OperationCase(.slice, "chunk") {
        $0[0].chunk(1, of: 3, axis: 1) * $0[0].chunk(2, of: 3, axis: 1)
      },
    ]
  }

  static var broadcast: [OperationCase] {
    [
      OperationCase(.broadcast, "row") { $0[0].broadcast(to: [3, 4]) },
      OperationCase(.broadcast, "column") { $0[0].broadcast(to: [3, 4]) },
      OperationCase(.broadcast, "middle") { $0[0].broadcast(to: [2, 4, 3]) },
      OperationCase(.broadcast, "scalar") { $0[0].broadcast(to: [2, 3]) },
      OperationCase(.broadcast, "ranks") { $0[0].broadcast(to: [2, 3, 2]) },
      OperationCase(.broadcast, "ones") { $0[0].broadcast(to: [1, 1, 1]) },
      OperationCase(.broadcast, "nothing") { $0[0].broadcast(to: [3, 0]) },
      OperationCase(.broadcast, "twice") {
        $0[0].broadcast(to: [2, 3]) * $0[0].broadcast(to: [4, 1, 3])
      },
    ]
  }

  static var concatenateAlong: [OperationCase] {
    (0..<3).map { (axis: Int) in
      OperationCase(.concatenate, "axis\(axis)") { .concatenated($0, axis: axis) }
    } + [
      OperationCase(.concatenate, "empty") { .concatenated($0[0], $0[1], $0[0], axis: 0) },
      OperationCase(.concatenate, "columns") { .concatenated($0, axis: 1) },
    ]
  }

  static var stack: [OperationCase] {
    (0..<3).map { (axis: Int) in
      OperationCase(.stack, "axis\(axis)") { .stacked($0[0], $0[1], axis: axis) }
    } + [
      OperationCase(.stack, "scalars") { .stacked($0) },
      OperationCase(.stack, "one") { .stacked($0[0], axis: 1) },
      OperationCase(.stack, "twice") { .stacked($0[0], $0[0].transposed(), $0[0], axis: 1) },
      OperationCase(.stack, "empty") {
        Value.stacked($0[0], $0[0]).sum(axis: 1).reshaped(to: [2, 2])
      },
    ]
  }

  static var reshapeShort: [OperationCase] {
    [
      OperationCase(.reshape, "flattened") { $0[0].flattened(from: 1) },
      OperationCase(.reshape, "inserted") { $0[0].insertingAxis(1) },
      OperationCase(.reshape, "removed") { $0[0].removingAxis(1) },
    ]
  }
}
