private import ThalwegTensor

extension Operation {
  static let attention = Operation("attention", gradientOperands: 3) { step in
    let layout = AttentionLayout(step.tape, step.node)
    layout.attend(step.saved(layout.savedCount), into: step.value)
  } backward: { step in
    let layout = AttentionLayout(step.tape, step.node)
    let (query, key, value) = (step.place(of: 0), step.place(of: 1), step.place(of: 2))
    layout.deliver(step.saved, from: step.cotangent, query: query, key: key, value: value)
    step.settle(query, of: 0)
    step.settle(key, of: 1)
    step.settle(value, of: 2)
  }

  static let selfAttention = Operation("selfAttention", gradientOperands: 1) { step in
    let layout = AttentionLayout(step.tape, step.node)
    layout.attend(step.saved(layout.savedCount), into: step.value)
  } backward: { step in
    let layout = AttentionLayout(step.tape, step.node)
    let (saved, cotangent) = (step.saved, step.cotangent)
    let third = layout.width * step.tape.scalarType.width
    step.deliver(to: 0) { place in
      layout.deliver(
        saved, from: cotangent, query: place, key: place + third, value: place + 2 * third)
    }
  }
}

extension Value {
  /// Scaled dot-product attention with `self` as the query: for each head, which is a slice of d =
  /// width / heads columns, P = softmax(Q K^T / sqrt(d)) over the keys that may be looked at, and
  /// O = P V. Backward: dV = P^T dO, dP = dO V^T, dS = P (dP - the row sums of dP P) / sqrt(d),
  /// dQ = dS K, dK = dS^T Q.
  ///
  /// A query that may look at no key gets 0 and gives a gradient of 0. What stands in key and value
  /// under a mask of 0 is never read, be it NaN. What a query may not look at for causality counts
  /// with a probability of 0, so that only a number that is not finite could show there.
  ///
  /// Time batch queries keys width. Queries are worked on in blocks, as many times 32 as have at most
  /// 256 KB of scores, at least 32. Where a head's are one block its probabilities are kept, batch
  /// heads queries keys in all; else two numbers for each query and head, from which the way back
  /// computes them again, to the same bits, a block at a time. To work in, both ways take one or two
  /// blocks for each of at most 16 heads.
  /// Vaswani et al. 2017, arXiv 1706.03762, eq. 1.
  /// - Parameters:
  ///   - key: `[batch, keys, width]`.
  ///   - value: `[batch, keys, width]`.
  ///   - heads: the number of heads, which divides the width.
  ///   - keyMask: `[batch, keys]`, 0 where a key may not be looked at; read as data.
  ///   - isCausal: whether query i looks at the keys 0 ... i only.
  /// - Returns: `[batch, queries, width]`, the shape of `self`.
  /// - Precondition: the shapes fit and `heads` divides the width.
  public func attention(
    key: Value, value: Value, heads: Int, keyMask: Value? = nil, isCausal: Bool = false
  ) -> Value {
    let q = tape.node(self, "attention").pointee.shape
    let k = tape.node(key, "attention").pointee.shape
    let v = tape.node(value, "attention").pointee.shape
    if q.rank != 3 || k.rank != 3 || v != k || q[0] != k[0] || q[2] != k[2] {
      mistake("attention: query \(q), key \(k) and value \(v) do not fit, \(tape.whereabouts)")
    }
    check(heads, width: q[2], keyMask, batch: k[0], keys: k[1], "attention")
    return tape.apply(
      .attention, q, self, key, value, keyMask,
      attributes: SIMD4(Double(heads), isCausal ? 1 : 0, 0, 0))
  }

  /// `attention` of a sequence over itself: query, key and value are the three thirds of each row,
  /// as one projection gives them, and are read where they stand.
  /// - Parameters:
  ///   - heads: the number of heads, which divides the width.
  ///   - keyMask: `[batch, length]`, 0 where a step may not be looked at; read as data.
  ///   - isCausal: whether step i looks at the steps 0 ... i only.
  ///
  ///   A step that may not be looked at is a query all the same, so its own third of the row is read:
  ///   a NaN there reaches its own result and, backward, what was looked at.
  /// - Returns: `[batch, length, width]`.
  /// - Precondition: `self` is `[batch, length, 3 width]` and `heads` divides the width.
  public func selfAttention(
    heads: Int, keyMask: Value? = nil, isCausal: Bool = false
  ) -> Value {
    let shape = tape.node(self, "selfAttention").pointee.shape
    if shape.rank != 3 || shape[2] % 3 != 0 {
      mistake(
        "selfAttention: shape \(shape) is not [batch, length, 3 width], \(tape.whereabouts)")
    }
    let width = shape[2] / 3
    check(heads, width: width, keyMask, batch: shape[0], keys: shape[1], "selfAttention")
    return tape.apply(
      .selfAttention, shape.replacingLast(with: width), self, keyMask,
      attributes: SIMD4(Double(heads), isCausal ? 1 : 0, 0, 0))
  }

  private func check(
    _ heads: Int, width: Int, _ mask: Value?, batch: Int, keys: Int, _ name: StaticString
  ) {
    if heads < 1 || width == 0 || width % heads != 0 {
      mistake("\(name): \(heads) heads do not divide width \(width), \(tape.whereabouts)")
    }
    guard let mask else { return }
    let shape = tape.node(mask, name).pointee.shape
    if shape != Shape(batch, keys) {
      mistake(
        "\(name): key mask \(shape) is not [\(batch), \(keys)], \(tape.whereabouts)")
    }
  }
}
