import CKernels
import ThalwegTensor

/// The statistics of one gradient in parts for several threads; what the parts find is added in their
/// order, so that it does not depend on the threads.
struct StatisticsLoop {
  let kernel:
    @convention(c) (UnsafeRawPointer, Int64, UnsafeMutablePointer<tw_gradient_statistics>)
      -> Void
  let width: Int
  let gradients: UnsafeRawPointer
  let parts: LoopParts
  /// Room for what each part finds.
  let found: UnsafeMutablePointer<tw_gradient_statistics>

  func run(on machine: Machine) -> tw_gradient_statistics {
    var job = self
    machine.run(parts.number, job: &job) { job, part in
      job.assumingMemoryBound(to: StatisticsLoop.self).pointee.run(Int(part))
    }
    var total = found[0]
    for part in 1..<parts.number {
      total.sum_of_squares += found[part].sum_of_squares
      total.largest = max(total.largest, found[part].largest)
      total.zeros += found[part].zeros
      total.non_finite += found[part].non_finite
    }
    return total
  }

  private func run(_ part: Int) {
    let range = parts[part]
    kernel(gradients + range.lowerBound * width, Int64(range.count), &found[part])
  }
}
