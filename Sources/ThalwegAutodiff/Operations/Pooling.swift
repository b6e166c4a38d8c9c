private import CKernels
private import ThalwegTensor

extension Operation {
  static let averagePool = Operation("averagePool") { step in
    var window = Operation.window(step.attributes, step.operand(0).pointee.shape, step.shape)
    step.kernels.pointee.average_pool(
      step.value, step.input(0), &window, Int64(step.shape.rows))
  } backward: { step in
    var window = Operation.window(step.attributes, step.operand(0).pointee.shape, step.shape)
    step.deliver(to: 0) {
      step.kernels.pointee.average_pool_backward(
        $0, step.cotangent, &window, Int64(step.shape.rows))
    }
  }

  static let maximumPool = Operation("maximumPool") { step in
    var window = Operation.window(step.attributes, step.operand(0).pointee.shape, step.shape)
    let places = step.saved(step.shape.count).assumingMemoryBound(to: Int32.self)
    step.kernels.pointee.maximum_pool(
      step.value, places, step.input(0), &window, Int64(step.shape.rows))
  } backward: { step in
    var window = Operation.window(step.attributes, step.operand(0).pointee.shape, step.shape)
    let places = step.saved.assumingMemoryBound(to: Int32.self)
    step.deliver(to: 0) {
      step.kernels.pointee.maximum_pool_backward(
        $0, places, step.cotangent, &window, Int64(step.shape.rows))
    }
  }

  /// Attributes: kernel (0: adaptive), stride, padding, whether an average counts the padding.
  private static func window(
    _ attributes: SIMD4<Double>, _ input: Shape, _ output: Shape
  ) -> tw_window {
    tw_window(
      length: Int64(input.last), outputs: Int64(output.last), kernel: Int64(attributes[0]),
      stride: Int64(attributes[1]), padding: Int64(attributes[2]), dilation: 1,
      adaptive: attributes[0] == 0 ? 1 : 0, include_padding: Int32(attributes[3]))
  }
}

extension Value {
  /// The means over windows of each row; each entry of a window gets an equal share of its cotangent.
  /// - Parameters:
  ///   - kernel: entries of a window.
  ///   - stride: the step from one window to the next; nil takes `kernel`.
  ///   - padding: zeros before and after each row, at most half the kernel.
  ///   - countIncludePad: whether padding counts in the divisor, as torch does by default.
  /// - Returns: `[batch, channels, (length + 2 padding - kernel) / stride + 1]`.
  /// - Precondition: `self` is `[batch, channels, length]`; the kernel is not longer than the padded
  ///   row.
  public func averagePooled(
    kernel: Int, stride: Int? = nil, padding: Int = 0, countIncludePad: Bool = true
  ) -> Value {
    pooled(.averagePool, "averagePool", kernel, stride ?? kernel, padding, countIncludePad)
  }

  /// The largest entry of each window of each row, to which the cotangent goes; of equals the first.
  /// A NaN counts as larger than every number. Padding is never the largest.
  /// - Parameters:
  ///   - kernel: entries of a window.
  ///   - stride: the step from one window to the next; nil takes `kernel`.
  ///   - padding: places before and after each row, at most half the kernel.
  /// - Returns: `[batch, channels, (length + 2 padding - kernel) / stride + 1]`.
  /// - Precondition: `self` is `[batch, channels, length]`; the kernel is not longer than the padded
  ///   row.
  public func maximumPooled(kernel: Int, stride: Int? = nil, padding: Int = 0) -> Value {
    pooled(.maximumPool, "maximumPool", kernel, stride ?? kernel, padding, false)
  }

  /// The means over `length` windows that cover each row: output o has the entries from
  /// floor(o n / length) to below ceil((o + 1) n / length), n being the extent of the row.
  /// - Returns: `[batch, channels, length]`.
  /// - Precondition: `self` is `[batch, channels, n]` with n > 0; `length` is positive.
  public func adaptiveAveragePooled(_ length: Int) -> Value {
    pooledAdaptively(.averagePool, "averagePool", length)
  }

  /// The largest entries of the windows of `adaptiveAveragePooled`, chosen as by `maximumPooled`.
  /// - Returns: `[batch, channels, length]`.
  /// - Precondition: `self` is `[batch, channels, n]` with n > 0; `length` is positive.
  public func adaptiveMaximumPooled(_ length: Int) -> Value {
    pooledAdaptively(.maximumPool, "maximumPool", length)
  }

  private func pooled(
    _ kind: OperationKind, _ name: StaticString, _ kernel: Int, _ stride: Int, _ padding: Int,
    _ includesPadding: Bool
  ) -> Value {
    let x = tape.node(self, name).pointee.shape
    if x.rank != 3 { mistake("\(name): shape \(x) has not three axes, \(tape.whereabouts)") }
    if kernel < 1 || stride < 1 || padding < 0 || 2 * padding > kernel
      || x[2] == 0 || x[2] + 2 * padding < kernel
    {
      mistake(
        "\(name): kernel \(kernel), stride \(stride) and padding \(padding) for length "
          + "\(x[2]), \(tape.whereabouts)")
    }
    let outputs = (x[2] + 2 * padding - kernel) / stride + 1
    return tape.apply(
      kind, x.replacingLast(with: outputs), self,
      attributes: SIMD4(
        Double(kernel), Double(stride), Double(padding), includesPadding ? 1 : 0))
  }

  private func pooledAdaptively(
    _ kind: OperationKind, _ name: StaticString, _ length: Int
  ) -> Value {
    let x = tape.node(self, name).pointee.shape
    if x.rank != 3 || x[2] == 0 || length < 1 {
      mistake("\(name): shape \(x) to length \(length), \(tape.whereabouts)")
    }
    return tape.apply(
      kind, x.replacingLast(with: length), self, attributes: SIMD4(0, 1, 0, 0))
  }
}
