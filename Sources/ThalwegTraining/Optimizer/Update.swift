import CKernels

extension tw_update {
  /// Runs the rule that goes with the memory at hand: Adam with two moments, SGD with one or none.
  func run(
    _ kernels: UnsafePointer<tw_kernels>, _ values: UnsafeMutableRawPointer,
    _ gradients: UnsafeRawPointer, _ first: UnsafeMutableRawPointer?,
    _ second: UnsafeMutableRawPointer?, _ count: Int64, _ found: inout tw_update_statistics
  ) {
    var update = self
    if let first, let second {
      kernels.pointee.adam(values, gradients, first, second, &update, count, &found)
    } else if let first {
      kernels.pointee.momentum(values, gradients, first, &update, count, &found)
    } else {
      kernels.pointee.sgd(values, gradients, &update, count, &found)
    }
  }
}
