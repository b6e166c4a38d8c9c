import ThalwegAutodiff
import ThalwegTensor

/// Attention and recurrence.
extension OperationCases {
  static var attention: [OperationCase] {
    func crossed(
      _ name: String, heads: Int = 2, constants: Set<Int> = [], isCausal: Bool = false
    ) -> OperationCase {
      OperationCase(.attention, name, constants: constants) {
        $0[0].attention(
          key: $0[1], value: $0[2], heads: heads, keyMask: $0.count > 3 ? $0[3] : nil,
          isCausal: isCausal)
      }
    }
    return [
      crossed("cross"), crossed("one", heads: 1), crossed("wide", heads: 1),
      crossed("causal_square", isCausal: true), crossed("causal_more_keys", isCausal: true),
      crossed("causal_more_queries", isCausal: true),
      crossed("masked", constants: [3]),
      crossed("masked_causal", constants: [3], isCausal: true),
      crossed("data_value", constants: [2]), crossed("data_scores", constants: [0, 1]),
      OperationCase(.attention, "thrice") {
        $0[0].attention(key: $0[0], value: $0[0], heads: 3)
      },
      OperationCase(.attention, "key_is_value") {
        $0[0].attention(key: $0[1], value: $0[1], heads: 2)
      },
    ]
  }

  static var selfAttention: [OperationCase] {
    ["plain", "one"].map { OperationCase(.selfAttention, $0) { $0[0].selfAttention(heads: 2) } } + [
      OperationCase(.selfAttention, "causal") { $0[0].selfAttention(heads: 2, isCausal: true) },
      OperationCase(.selfAttention, "masked", constants: [1]) {
        $0[0].selfAttention(heads: 2, keyMask: $0[1])
      },
      OperationCase(.selfAttention, "twice") {
        $0[0].selfAttention(heads: 2) * (2 * $0[0]).selfAttention(heads: 2)
      },
    ]
  }

  static var lstm: [OperationCase] {
    func states(
      _ name: String, constants: Set<Int> = [], isReversed: Bool = false
    ) -> OperationCase {
      OperationCase(.lstm, name, constants: constants) { x in
        joined(
          x[0].lstm(
            hiddenWeight: x[1], initial: x.count > 3 ? (x[2], x[3]) : nil,
            isReversed: isReversed))
      }
    }
    return [
      states("forward"), states("reversed", isReversed: true), states("initial_forward"),
      states("initial_reversed", isReversed: true), states("one"), states("one_initial"),
      states("data", constants: [0]),
      OperationCase(.lstm, "same_initial") {
        joined($0[0].lstm(hiddenWeight: $0[1], initial: ($0[2], $0[2])))
      },
      OperationCase(.lstm, "hidden") { $0[0].lstm(hiddenWeight: $0[1]).hidden },
      OperationCase(.lstm, "cells") { $0[0].lstm(hiddenWeight: $0[1]).cells },
      OperationCase(.lstm, "shared") {
        joined($0[0].lstm(hiddenWeight: $0[1])) * joined((2 * $0[0]).lstm(hiddenWeight: $0[1]))
      },
    ]
  }

  private static func joined(_ states: LSTMStates) -> Value {
    .concatenated(states.hidden, states.cells)
  }

  static var gru: [OperationCase] {
    func states(
      _ name: String, constants: Set<Int> = [], isReversed: Bool = false
    ) -> OperationCase {
      OperationCase(.gru, name, constants: constants) { x in
        x[0].gru(
          hiddenWeight: x[1], hiddenBias: x[2], initial: x.count > 3 ? x[3] : nil,
          isReversed: isReversed)
      }
    }
    return [
      states("forward"), states("reversed", isReversed: true), states("initial_forward"),
      states("initial_reversed", isReversed: true), states("one"), states("one_initial"),
      states("data", constants: [0]),
      OperationCase(.gru, "shared") {
        $0[0].gru(hiddenWeight: $0[1], hiddenBias: $0[2])
          * (2 * $0[0]).gru(hiddenWeight: $0[1], hiddenBias: $0[2])
      },
    ]
  }
}
