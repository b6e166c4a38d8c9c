private import CKernels
private import ThalwegTensor

extension Operation {
  /// Keeps mean, biased variance and 1 / sqrt(variance + epsilon) of each channel.
  static let batchNormalize = Operation("batchNormalize") { step in
    let channels = ChannelShape(step.shape)
    let width = step.tape.scalarType.width * channels.count
    let mean = step.saved(3 * channels.count)
    let (variance, scale) = (mean + width, mean + 2 * width)
    step.kernels.pointee.channel_moments(
      mean, variance, step.input(0), channels.batch, Int64(channels.count), channels.length)
    step.normalize(channels, mean: mean, variance: variance, scale: scale)
  } backward: { step in
    let channels = ChannelShape(step.shape)
    let width = step.tape.scalarType.width * channels.count
    let (mean, scale) = (step.saved, step.saved + 2 * width)
    let sums = step.channelSums(channels, mean: mean, scale: scale)
    let row = Shape(channels.count)
    let items = Double(channels.batch * channels.length)
    let (p, q, r) = (step.scratch(row), step.scratch(row), step.scratch(row))
    let tape = step.tape
    step.deliver(to: 0) { place in
      for channel in 0..<channels.count {
        let at = channel * tape.scalarType.width
        let s = tape.number(scale + at)
        let factor = tape.number(step.input(1) + at) * s
        tape.store(factor, p + at)
        tape.store(-factor * s * tape.number(sums.products + at) / items, q + at)
        tape.store(-factor * tape.number(sums.offset + at) / items, r + at)
      }
      step.kernels.pointee.channel_combine(
        place, step.cotangent, step.input(0), mean, p, q, r, channels.batch,
        Int64(channels.count), channels.length)
    }
    step.deliver(to: 1) { $0.copyMemory(from: sums.products, byteCount: width) }
    step.deliver(to: 2) { $0.copyMemory(from: sums.offset, byteCount: width) }
  }

  /// Keeps 1 / sqrt(variance + epsilon) of each channel.
  static let batchNormalizeGiven = Operation("batchNormalizeGiven", gradientOperands: 3) { step in
    let channels = ChannelShape(step.shape)
    step.normalize(
      channels, mean: step.input(3), variance: step.input(4), scale: step.saved(channels.count))
  } backward: { step in
    let channels = ChannelShape(step.shape)
    let row = Shape(channels.count)
    let tape = step.tape
    step.deliver(to: 0) { place in
      let (factor, zeros) = (step.scratch(row), step.scratch(row))
      step.kernels.pointee.fill(zeros, 0, Int64(channels.count))
      step.kernels.pointee.binary(
        TW_MULTIPLY, factor, step.input(1), step.saved, Int64(channels.count))
      step.kernels.pointee.channel_scale(
        place, step.cotangent, zeros, factor, zeros, channels.batch, Int64(channels.count),
        channels.length)
    }
    if !step.operand(1).pointee.needsGradient && !step.operand(2).pointee.needsGradient { return }
    let sums = step.channelSums(channels, mean: step.input(3), scale: step.saved)
    let bytes = channels.count * tape.scalarType.width
    step.deliver(to: 1) { $0.copyMemory(from: sums.products, byteCount: bytes) }
    step.deliver(to: 2) { $0.copyMemory(from: sums.offset, byteCount: bytes) }
  }
}

/// `[batch, channels]` or `[batch, channels, length]`.
private struct ChannelShape {
  let batch: Int64
  let count: Int
  let length: Int64

  init(_ shape: Shape) {
    batch = Int64(shape[0])
    count = shape[1]
    length = shape.rank == 2 ? 1 : Int64(shape[2])
  }
}

extension Forward {
  /// Writes `scale` and y from the statistics.
  fileprivate func normalize(
    _ channels: ChannelShape, mean: UnsafeRawPointer, variance: UnsafeMutableRawPointer,
    scale: UnsafeMutableRawPointer
  ) {
    let factor = scratch(Shape(channels.count))
    for channel in 0..<channels.count {
      let at = channel * tape.scalarType.width
      let s = 1 / (tape.number(variance + at) + attributes[0]).squareRoot()
      tape.store(s, scale + at)
      tape.store(s * tape.number(input(1) + at), factor + at)
    }
    kernels.pointee.channel_scale(
      value, input(0), mean, factor, input(2), channels.batch, Int64(channels.count),
      channels.length)
  }
}

extension Backward {
  /// By channel the sums of dy and of dy (x - mean) scale: the cotangents of offset and gain.
  fileprivate func channelSums(
    _ channels: ChannelShape, mean: UnsafeRawPointer, scale: UnsafeRawPointer
  ) -> (offset: UnsafeMutableRawPointer, products: UnsafeMutableRawPointer) {
    let row = Shape(channels.count)
    let (sums, products) = (scratch(row), scratch(row))
    let scaled = scratch(row)
    kernels.pointee.channel_products(
      sums, products, cotangent, input(0), mean, channels.batch, Int64(channels.count),
      channels.length)
    kernels.pointee.binary(TW_MULTIPLY, scaled, products, scale, Int64(channels.count))
    return (sums, scaled)
  }
}

extension Value {
  /// y = (x - m) / sqrt(v + epsilon) g + b, m and v being the mean and the biased variance of each
  /// channel over the batch and the length (Ioffe, Szegedy 2015, arXiv 1502.03167, algorithm 1).
  ///
  /// With h = (x - m) s and s = 1 / sqrt(v + epsilon): dx = g s (dy - mean(dy) - h mean(dy h)); dg and
  /// db are the sums of dy h and of dy.
  /// - Parameters:
  ///   - gain: `[channels]`; nil is 1.
  ///   - offset: `[channels]`; nil is 0.
  /// - Returns: the shape of `self`, and the statistics as data, `[channels]`: multiply the variance
  ///   by n / (n - 1) for the unbiased one.
  /// - Precondition: `self` is `[batch, channels]` or `[batch, channels, length]` with at least two
  ///   numbers in a channel: one has no variance. Epsilon is not negative.
  public func batchNormalized(
    gain: Value? = nil, offset: Value? = nil, epsilon: Double = 1e-5
  ) -> (value: Value, mean: Value, variance: Value) {
    let x = checkedForBatchNormalization()
    let items = x[0] * (x.rank == 3 ? x[2] : 1)
    if items < 2 {
      mistake(
        "batchNormalize: \(items) value of each channel in shape \(x), at least two are needed, "
          + tape.whereabouts)
    }
    let (gain, offset) = tape.gains("batchNormalize", x, x[1], gain, offset, epsilon)
    let result = tape.apply(
      .batchNormalize, x, self, gain, offset, attributes: SIMD4(epsilon, 0, 0, 0))
    let row = Shape(x[1])
    guard let saved = tape.nodes[Int(result.id)].saved else {
      mistake("batchNormalize: forward has kept no statistics, \(tape.whereabouts)")
    }
    return (
      result, tape.append(.constant, row, value: saved),
      tape.append(.constant, row, value: saved + x[1] * tape.scalarType.width)
    )
  }

  /// y = (x - m) / sqrt(v + epsilon) g + b with given statistics, which are data: dx = g s dy, dg and
  /// db as in `batchNormalized(gain:offset:epsilon:)`.
  /// - Parameters:
  ///   - mean: `[channels]`.
  ///   - variance: `[channels]`.
  ///   - gain: `[channels]`; nil is 1.
  ///   - offset: `[channels]`; nil is 0.
  /// - Precondition: `self` is `[batch, channels]` or `[batch, channels, length]`; epsilon is not
  ///   negative.
  public func batchNormalized(
    mean: Value, variance: Value, gain: Value? = nil, offset: Value? = nil, epsilon: Double = 1e-5
  ) -> Value {
    let x = checkedForBatchNormalization()
    let m = tape.node(mean, "batchNormalize").pointee.shape
    let v = tape.node(variance, "batchNormalize").pointee.shape
    if m != Shape(x[1]) || v != m {
      mistake(
        "batchNormalize: shapes \(x), mean \(m) and variance \(v) do not fit, \(tape.whereabouts)")
    }
    let (gain, offset) = tape.gains("batchNormalize", x, x[1], gain, offset, epsilon)
    let start = tape.nextOperand
    tape.appendOperand(id)
    tape.appendOperand(gain.id)
    tape.appendOperand(offset.id)
    tape.appendOperand(mean.id)
    tape.appendOperand(variance.id)
    return tape.apply(
      .batchNormalizeGiven, x, operandsFrom: start, attributes: SIMD4(epsilon, 0, 0, 0))
  }

  private func checkedForBatchNormalization() -> Shape {
    let x = tape.node(self, "batchNormalize").pointee.shape
    if x.rank != 2 && x.rank != 3 {
      mistake("batchNormalize: shape \(x) has not two or three axes, \(tape.whereabouts)")
    }
    return x
  }
}
