/// What the recorder for PyTorch says of the calls of clipping functions.
enum RecordedClips {
  /// Whether one call held the Euclidean norm over all gradients to its threshold: one by value, by
  /// another norm or over a part of the tensors does not.
  static func boundNorm(_ calls: JSON) -> Bool {
    guard let calls = calls.array, calls.count == 1 else { return false }
    return calls[0]["norm_type"]?.double == 2 && calls[0]["left_out"]?.double == 0
  }
}
