/// A value that a piece of a line names, before its name is judged.
struct ConsoleItem {
  /// How a name is bound to what stands before it.
  enum Link: UInt8 {
    case none
    /// `Val: F1=0.133`
    case group
    /// `Loss: 3.08 (Recon:100.0%)`; the group is the name of the value before.
    case parentheses
    /// `Val F1=0.132 SHD=60.0`: the group is the word that the second name lacks.
    case inherited
    /// `[GRAD] max=127`
    case tag
    /// `top3=[layer.weight:127]`: the name is a tensor's, the group the list's or its tag.
    case entry
  }

  var name: Range<Int>
  var group = 0..<0
  var link = Link.none
  /// How many bars stand before it.
  var cell: Int
  var value: ConsoleValue
  /// Where the value stands.
  var text: Range<Int>
  /// `loss 0.25`, without a sign, which only a known name makes a figure.
  var isUnsigned = false
  /// How many items before it may be the beginning of its name: `loss 3.0 clip: 0.2` names two
  /// figures, `layer 3 norm: 0.2` one.
  var leads: UInt8 = 0
  /// Words follow without a mark: `loss=nan in batch 3`.
  var isTold = false
  /// The entry of its name in `ConsoleNames`; nil: there are too many, or it names nothing that is
  /// kept.
  var entry: Int?
}

/// One number, or pair of name and number, of a list in brackets.
struct ConsoleElement {
  var name = 0..<0
  var value: Double
  var isBeyondRange = false
}
