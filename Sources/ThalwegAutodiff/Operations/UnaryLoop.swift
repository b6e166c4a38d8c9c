internal import CKernels
internal import ThalwegTensor

/// A function of one operand, entry by entry, or its derivative, in parts.
struct UnaryLoop {
  let kernels: UnsafePointer<tw_kernels>
  let function: tw_unary
  let attributes: SIMD4<Double>
  let width: Int
  let x: UnsafeMutableRawPointer
  let y: UnsafeMutableRawPointer
  /// The result's cotangent and where the operand's goes; nil forwards.
  var cotangents: (of: UnsafeMutableRawPointer, to: UnsafeMutableRawPointer)?
  private let parts: LoopParts

  init(
    _ function: tw_unary, _ tape: Tape, _ attributes: SIMD4<Double>, x: UnsafeMutableRawPointer,
    y: UnsafeMutableRawPointer, count: Int64
  ) {
    kernels = tape.kernels
    self.function = function
    self.attributes = attributes
    width = tape.scalarType.width
    (self.x, self.y) = (x, y)
    parts = LoopParts(Int(count))
  }

  func run(on machine: Machine) {
    var job = self
    machine.run(parts.number, job: &job) { job, part in
      job.assumingMemoryBound(to: UnaryLoop.self).pointee.run(Int(part))
    }
  }

  private func run(_ part: Int) {
    let range = parts[part]
    let (start, count) = (range.lowerBound * width, Int64(range.count))
    if let cotangents {
      kernels.pointee.unary_backward(
        function, cotangents.to + start, x + start, y + start, cotangents.of + start,
        attributes[0], attributes[1], count)
    } else {
      kernels.pointee.unary(function, y + start, x + start, attributes[0], attributes[1], count)
    }
  }
}
