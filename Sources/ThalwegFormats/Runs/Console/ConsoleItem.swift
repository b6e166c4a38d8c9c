import ThalwegRecord

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
  /// The entry of its name in `ConsoleNames`; nil: there are too many, or it names nothing that is
  /// kept.
  var entry: Int?
}

/// One number, or pair of name and number, of a list in brackets.
struct ConsoleElement {
  var name = 0..<0
  var value: Double
}

/// What a piece says of how far training is.
struct ConsoleHead {
  var epoch: Double?
  var step: Int?
  var batch: Int?
  /// `/200`
  var epochs: Double?
  var steps: Double?
  var batches: Double?
  /// Said with the head: `Val Epoch: 3`, `EPOCH 1 VALIDATION SUMMARY`.
  var split: Split?

  var isEmpty: Bool { epoch == nil && step == nil && batch == nil }

  /// What is counted, as settings that they may be.
  var said: [(key: String, value: Double)] {
    var said: [(key: String, value: Double)] = []
    if let epoch { said.append(("epoch", epoch)) }
    if let step { said.append(("step", Double(step))) }
    if let batch { said.append(("batch", Double(batch))) }
    return said
  }

  /// False where the number is none that can be counted to.
  mutating func take(
    _ unit: ConsoleWords.Unit, _ value: Double, _ total: Double? = nil
  ) -> Bool {
    let isCount = value >= 0 && value <= 1e15
    if !isCount { return false }
    switch unit {
    case .epoch:
      epoch = value
      if let total { epochs = total }
    case .step:
      guard let whole = Int(exactly: value) else { return false }
      step = whole
      if let total { steps = total }
    case .batch:
      guard let whole = Int(exactly: value) else { return false }
      batch = whole
      if let total { batches = total }
    }
    return true
  }
}
