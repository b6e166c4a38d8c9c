import ThalwegAutodiff
import ThalwegNN

/// Attention, the transformer's encoder layer, LSTM and GRU.
extension LayerCases {
  static let sequence: [LayerCase] = attention + encoder + lstm + gru

  private static let attention: [LayerCase] = [
    LayerCase("MultiHeadAttention.plain") { builder in
      let layer = MultiHeadAttention(4, heads: 2, in: builder)
      return { layer($0[0], $1) }
    },
    LayerCase("MultiHeadAttention.one") { builder in
      let layer = MultiHeadAttention(3, heads: 1, in: builder)
      return { layer($0[0], $1) }
    },
    LayerCase("MultiHeadAttention.masked", data: [1]) { builder in
      let layer = MultiHeadAttention(4, heads: 2, in: builder)
      return { layer($0[0], keyMask: $0[1], $1) }
    },
    LayerCase("MultiHeadAttention.causal") { builder in
      let layer = MultiHeadAttention(4, heads: 2, in: builder)
      return { layer($0[0], keyMask: nil, isCausal: true, $1) }
    },
    LayerCase("MultiHeadAttention.cross", data: [3]) { builder in
      let layer = MultiHeadAttention(4, heads: 2, in: builder)
      return { layer(query: $0[0], key: $0[1], value: $0[2], keyMask: $0[3], $1) }
    },
  ]

  private static let encoder: [LayerCase] =
    [
      ("post_relu", Activation.relu, false, false), ("pre_gelu", .gelu, true, false),
      ("causal", .relu, true, true),
    ].map { name, activation, normFirst, isCausal in
      LayerCase("TransformerEncoderLayer.\(name)") { builder in
        let layer = TransformerEncoderLayer(
          4, heads: 2, feedForward: 5, activation: activation, normFirst: normFirst, in: builder)
        return { isCausal ? layer($0[0], keyMask: nil, isCausal: true, $1) : layer($0[0], $1) }
      }
    } + [
      LayerCase("TransformerEncoderLayer.masked", data: [1]) { builder in
        let layer = TransformerEncoderLayer(
          4, heads: 2, feedForward: 5, activation: .gelu, in: builder)
        return { layer($0[0], keyMask: $0[1], $1) }
      }
    ]

  /// Names, layers and directions of the cases of both recurrent networks.
  private static let variants = [
    ("plain", 1, false), ("one", 1, false), ("bidirectional", 1, true), ("layers", 2, false),
  ]

  private static let lstm: [LayerCase] =
    variants.map { name, layers, isBidirectional in
      LayerCase("LSTM.\(name)") { builder in
        let layer = LSTM(3, 2, layers: layers, isBidirectional: isBidirectional, in: builder)
        return { layer($0[0], $1).values }
      }
    } + [
      LayerCase("LSTM.initial") { builder in
        let layer = LSTM(3, 2, layers: 2, isBidirectional: true, in: builder)
        return { layer($0[0], initial: LSTM.State(hidden: $0[1], cells: $0[2]), $1).values }
      },
      LayerCase("LSTM.final") { builder in
        let layer = LSTM(3, 2, layers: 2, isBidirectional: true, in: builder)
        return {
          let last = layer($0[0], initial: LSTM.State(hidden: $0[1], cells: $0[2]), $1).final
          return .concatenated(last.hidden, last.cells)
        }
      },
    ]

  private static let gru: [LayerCase] =
    variants.map { name, layers, isBidirectional in
      LayerCase("GRU.\(name)") { builder in
        let layer = GRU(3, 2, layers: layers, isBidirectional: isBidirectional, in: builder)
        return { layer($0[0], $1).values }
      }
    } + [
      LayerCase("GRU.initial") { builder in
        let layer = GRU(3, 2, layers: 2, isBidirectional: true, in: builder)
        return { layer($0[0], initial: $0[1], $1).values }
      },
      LayerCase("GRU.final") { builder in
        let layer = GRU(3, 2, layers: 2, isBidirectional: true, in: builder)
        return { layer($0[0], initial: $0[1], $1).final }
      },
    ]
}
