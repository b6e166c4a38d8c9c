import ThalwegAutodiff
import ThalwegNN

/// Embeddings, convolutions, normalizations, dropout.
extension LayerCases {
  static var norm: [LayerCase] {
    [
      LayerCase("Embedding.matrix", data: [0]) { builder in
        let layer = Embedding(5, 3, in: builder)
        return { layer($0.indices(0, $1), $1) }
      },
      LayerCase("Embedding.one", data: [0]) { builder in
        let layer = Embedding(3, 2, in: builder)
        return { layer($0.indices(0, $1), $1) }
      },
      LayerCase("Conv1d.plain") { builder in
        let layer = Conv1d(3, 4, kernel: 3, in: builder)
        return { layer($0[0], $1) }
      },
      LayerCase("Conv1d.all") { builder in
        let layer = Conv1d(3, 4, kernel: 3, stride: 2, padding: 2, dilation: 2, in: builder)
        return { layer($0[0], $1) }
      },
      LayerCase("Conv1d.no_bias") { builder in
        let layer = Conv1d(3, 4, kernel: 3, padding: 1, hasBias: false, in: builder)
        return { layer($0[0], $1) }
      },
      LayerCase("Dropout.none") { builder in
        let layer = Dropout(0, in: builder)
        return { layer($0[0], $1) }
      },
    ]
      + ["matrix", "block"].flatMap { name in
        [
          LayerCase("LayerNorm.\(name)") { builder in
            let layer = LayerNorm(6, in: builder)
            return { layer($0[0], $1) }
          },
          LayerCase("GroupNorm.\(name)") { builder in
            let layer = GroupNorm(2, 6, in: builder)
            return { layer($0[0], $1) }
          },
          LayerCase("BatchNorm1d.\(name)") { builder in
            let layer = BatchNorm1d(3, in: builder)
            return { layer($0[0], $1) }
          },
        ]
      }
  }
}
