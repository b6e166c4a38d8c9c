internal import CKernels
internal import ThalwegTensor

/// A softmax or its derivative, in parts of the axes outside its own.
struct SoftmaxLoop {
  private let kernels: UnsafePointer<tw_kernels>
  private let axis: tw_axis
  private let width: Int
  /// x forwards, y backwards.
  private let input: UnsafeMutableRawPointer
  private let cotangent: UnsafeMutableRawPointer?
  private let target: UnsafeMutableRawPointer
  /// Room of two rows across the axis for each part.
  private let work: UnsafeMutableRawPointer
  private let parts: LoopParts

  init(
    _ tape: Tape, _ axis: tw_axis, _ input: UnsafeMutableRawPointer,
    cotangent: UnsafeMutableRawPointer? = nil, into target: UnsafeMutableRawPointer
  ) {
    kernels = tape.kernels
    self.axis = axis
    width = tape.scalarType.width
    (self.input, self.cotangent, self.target) = (input, cotangent, target)
    parts = LoopParts(Int(axis.outer), of: Int(axis.extent * axis.inner))
    work = tape.take(Shape(parts.number, 2 * Int(axis.inner)))
  }

  func run(on machine: Machine) {
    var job = self
    machine.run(parts.number, job: &job) { job, part in
      job.assumingMemoryBound(to: SoftmaxLoop.self).pointee.run(Int(part))
    }
  }

  private func run(_ part: Int) {
    let range = parts[part]
    var own = axis
    own.outer = Int64(range.count)
    let start = range.lowerBound * Int(axis.extent * axis.inner) * width
    let work = work + part * 2 * Int(axis.inner) * width
    if let cotangent {
      kernels.pointee.softmax_backward(
        target + start, work, input + start, cotangent + start, own)
    } else {
      kernels.pointee.softmax(target + start, work, input + start, own)
    }
  }
}
