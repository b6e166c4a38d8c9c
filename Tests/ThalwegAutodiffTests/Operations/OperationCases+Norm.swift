import ThalwegAutodiff
import ThalwegTensor

/// Products of batches, windows, normalizations.
extension OperationCases {
  static var batchedProduct: [OperationCase] {
    [
      "batch", "plain_right", "one_right", "plain_left", "outer", "crossed", "nine", "inner_one",
      "no_inner",
    ].map { OperationCase(.matrixProduct, $0) { $0[0].matrixProduct($0[1]) } } + [
      OperationCase(.matrixProduct, "squares") { $0[0].matrixProduct($0[0]) },
      OperationCase(.matrixProduct, "self_row") { $0[0].matrixProduct($0[0].sum(axis: 0)) },
      OperationCase(.matrixProduct, "row_self") { $0[0].sum(axis: 0).matrixProduct($0[0]) },
    ]
      + [0, 1, 2, 3, 6].map { power in
        OperationCase(.matrixProduct, "power\(power)") {
          $0[0].matrixPower(power).matrixProduct($0[0])
        }
      }
  }

  static var convolution: [OperationCase] {
    [
      ("plain", 1, 0, 1), ("point", 1, 0, 1), ("strided", 2, 0, 1), ("padded", 1, 2, 1),
      ("dilated", 1, 0, 2), ("all", 2, 3, 2), ("whole", 1, 0, 1), ("wide_padding", 3, 4, 1),
    ].map { name, stride, padding, dilation in
      OperationCase(.convolution, name) {
        $0[0].convolved(
          weight: $0[1], bias: $0[2], stride: stride, padding: padding, dilation: dilation)
      }
    } + [
      OperationCase(.convolution, "no_bias") { $0[0].convolved(weight: $0[1]) },
      OperationCase(.convolution, "twice") {
        $0[0].convolved(weight: $0[1]).convolved(weight: $0[1])
      },
    ]
  }

  private static let pools: [(name: String, kernel: Int, stride: Int, padding: Int)] = [
    ("plain", 2, 2, 0), ("overlapping", 3, 1, 0), ("padded", 3, 2, 1), ("wide", 5, 1, 2),
    ("sparse", 2, 4, 0), ("long", 33, 5, 4),
  ]

  static var averagePool: [OperationCase] {
    pools.map { pool in
      OperationCase(.averagePool, pool.name) {
        $0[0].averagePooled(kernel: pool.kernel, stride: pool.stride, padding: pool.padding)
      }
    } + [
      OperationCase(.averagePool, "uncounted") {
        $0[0].averagePooled(kernel: 3, stride: 2, padding: 1, countIncludePad: false)
      }
    ]
      + [1, 3, 5, 7].map { outputs in
        OperationCase(.averagePool, "adaptive\(outputs)") { $0[0].adaptiveAveragePooled(outputs) }
      }
  }

  static var maximumPool: [OperationCase] {
    pools.map { pool in
      OperationCase(.maximumPool, pool.name) {
        $0[0].maximumPooled(kernel: pool.kernel, stride: pool.stride, padding: pool.padding)
      }
    }
      + [1, 3, 5, 7].map { outputs in
        OperationCase(.maximumPool, "adaptive\(outputs)") { $0[0].adaptiveMaximumPooled(outputs) }
      }
  }

  static var layerNormalize: [OperationCase] {
    ["matrix", "vector", "block"].map {
      OperationCase(.layerNormalize, $0) {
        $0[0].layerNormalized(gain: $0[1], offset: $0[2], epsilon: 1e-3)
      }
    } + [
      OperationCase(.layerNormalize, "plain") { $0[0].layerNormalized() },
      OperationCase(.layerNormalize, "gain") { $0[0].layerNormalized(gain: $0[1]) },
      OperationCase(.layerNormalize, "twice") {
        let row = $0[0].sum(axis: 0).reshaped(to: [4])
        return $0[0].layerNormalized(gain: row, offset: row)
      },
    ]
  }

  static var groupNormalize: [OperationCase] {
    [("matrix", 2), ("one_group", 1), ("channels", 3), ("some", 2), ("image", 2)].map {
      name, groups in
      OperationCase(.groupNormalize, name) {
        $0[0].groupNormalized(groups, gain: $0[1], offset: $0[2], epsilon: 1e-3)
      }
    } + [OperationCase(.groupNormalize, "plain") { $0[0].groupNormalized(2) }]
  }

  private static let batches = ["matrix", "block", "length_one", "one_sample", "one_channel"]

  static var batchNormalize: [OperationCase] {
    batches.map {
      OperationCase(.batchNormalize, $0) {
        $0[0].batchNormalized(gain: $0[1], offset: $0[2], epsilon: 1e-3).value
      }
    } + [
      OperationCase(.batchNormalize, "plain") { $0[0].batchNormalized(epsilon: 1e-3).value },
      OperationCase(.batchNormalize, "twice") {
        let row = $0[0].sum(axis: 0).reshaped(to: [2])
        return $0[0].batchNormalized(gain: row, offset: row, epsilon: 1e-3).value
      },
    ]
  }

  static var batchNormalizeGiven: [OperationCase] {
    batches.map {
      OperationCase(.batchNormalizeGiven, $0, constants: [3, 4]) {
        $0[0].batchNormalized(
          mean: $0[3], variance: $0[4], gain: $0[1], offset: $0[2], epsilon: 1e-3)
      }
    } + [
      OperationCase(.batchNormalizeGiven, "plain", constants: [1, 2]) {
        $0[0].batchNormalized(mean: $0[1], variance: $0[2], epsilon: 1e-3)
      }
    ]
  }
}
