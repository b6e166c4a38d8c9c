private import CKernels
private import ThalwegTensor

extension Operation {
  static let convolution = Operation("convolution") { step in
    var job = ConvolutionJob(
      step.tape, step.attributes, x: step.operand(0), weight: step.operand(1),
      bias: step.operandCount > 2 ? UnsafeRawPointer(step.input(2)) : nil, y: step.value,
      outputs: step.shape[2])
    step.tape.machine.run(job.pieces, job: &job) { job, piece in
      job.assumingMemoryBound(to: ConvolutionJob.self).pointee.forward(Int(piece))
    }
  } backward: { step in
    let tape = step.tape
    let isInputNeeded = step.operand(0).pointee.needsGradient
    let isWeightNeeded = step.operand(1).pointee.needsGradient
    if isInputNeeded || isWeightNeeded {
      var job = ConvolutionJob(
        tape, step.attributes, x: step.operand(0), weight: step.operand(1), bias: nil,
        y: step.cotangent, outputs: step.shape[2])
      let pieces = job.pieces
      step.deliver(to: 0) { place in
        job.target = place
        tape.machine.run(pieces, job: &job) { job, piece in
          job.assumingMemoryBound(to: ConvolutionJob.self).pointee.inputCotangent(Int(piece))
        }
      }
      let count = step.operand(1).pointee.shape.count
      let parts = isWeightNeeded ? step.scratch(Shape(pieces, count)) : step.cotangent
      step.deliver(to: 1) { place in
        job.target = parts
        tape.machine.run(pieces, job: &job) { job, piece in
          job.assumingMemoryBound(to: ConvolutionJob.self).pointee.weightCotangent(Int(piece))
        }
        step.kernels.pointee.sum_rows(place, parts, Int64(pieces), Int64(count))
      }
    }
    if step.node.pointee.operandCount > 2 {
      let filters = step.shape[1]
      let meeting = Broadcasting(Shape(1, filters, 1), step.shape, "convolution", tape)
      var walk = meeting.sumWalk(into: Shape(1, filters, 1))
      step.deliver(to: 2) {
        step.kernels.pointee.sum_to(
          $0, tape.takeTotals(filters), Int64(filters), step.cotangent, &walk)
      }
    }
  }
}

extension Value {
  /// y[n, f, o] = b[f] + sum over c, k of W[f, c, k] x[n, c, o stride - padding + k dilation], with 0
  /// for what lies outside: the cross-correlation that goes by the name of convolution.
  ///
  /// With C the columns, which hold the entries of x under each place of the kernel
  /// (Chellapilla, Puri, Simard 2006): Y = W C, dC = W^T dY, dW = dY C^T, db = the sums of dY.
  /// - Parameters:
  ///   - weight: `[outputs, channels, kernel]`.
  ///   - bias: `[outputs]`; nil adds nothing.
  ///   - stride: the step of the kernel from one output to the next.
  ///   - padding: zeros before and after each row of x.
  ///   - dilation: the step from one entry under the kernel to the next.
  /// - Returns: `[batch, outputs, (length + 2 padding - dilation (kernel - 1) - 1) / stride + 1]`.
  /// - Precondition: `self` is `[batch, channels, length]`, and the kernel is not longer than the
  ///   padded row.
  public func convolved(
    weight: Value, bias: Value? = nil, stride: Int = 1, padding: Int = 0, dilation: Int = 1
  ) -> Value {
    let x = tape.node(self, "convolution").pointee.shape
    let w = tape.node(weight, "convolution").pointee.shape
    let b = bias.map { tape.node($0, "convolution").pointee.shape }
    let isFit =
      x.rank == 3 && w.rank == 3 && x[1] == w[1] && w[2] > 0
      && (b.map { $0.rank == 1 && $0[0] == w[0] } ?? true)
    if !isFit {
      mistake(
        "convolution: shapes \(x), weight \(w) and bias \(b?.description ?? "none") do not fit, "
          + tape.whereabouts)
    }
    let span = stride > 0 && padding >= 0 && dilation > 0 ? dilation * (w[2] - 1) + 1 : 0
    if span == 0 || x[2] + 2 * padding < span {
      mistake(
        "convolution: kernel \(w[2]), stride \(stride), padding \(padding) and dilation "
          + "\(dilation) for length \(x[2]), \(tape.whereabouts)")
    }
    let outputs = (x[2] + 2 * padding - span) / stride + 1
    return tape.apply(
      .convolution, Shape(x[0], w[0], outputs), self, weight, bias,
      attributes: SIMD4(Double(stride), Double(padding), Double(dilation), 0))
  }
}
