import CKernels
import ThalwegTensor

/// The update of one parameter in parts for several threads; what the parts find is added in their
/// order, so that it does not depend on the threads.
struct UpdateLoop {
  let update: tw_update
  let kernels: UnsafePointer<tw_kernels>
  let width: Int
  let values: UnsafeMutableRawPointer
  let gradients: UnsafeRawPointer
  let first: UnsafeMutableRawPointer?
  let second: UnsafeMutableRawPointer?
  let parts: LoopParts
  /// Room for what each part finds.
  let found: UnsafeMutablePointer<tw_update_statistics>

  func run(on machine: Machine) -> tw_update_statistics {
    var job = self
    machine.run(parts.number, job: &job) { job, part in
      job.assumingMemoryBound(to: UpdateLoop.self).pointee.run(Int(part))
    }
    var total = found[0]
    for part in 1..<parts.number {
      total.gradient_squares += found[part].gradient_squares
      total.parameter_squares += found[part].parameter_squares
      total.update_squares += found[part].update_squares
      total.moment_squares += found[part].moment_squares
    }
    return total
  }

  private func run(_ part: Int) {
    let range = parts[part]
    let start = range.lowerBound * width
    update.run(
      kernels, values + start, gradients + start, first.map { $0 + start },
      second.map { $0 + start }, Int64(range.count), &found[part])
  }
}
