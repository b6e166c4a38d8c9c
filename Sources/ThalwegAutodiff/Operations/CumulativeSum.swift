private import CKernels
private import ThalwegTensor

extension Operation {
  static let cumulativeSum = Operation("cumulativeSum") { step in
    let lanes = Lanes(step.shape, Int(step.attributes[0]))
    step.kernels.pointee.cumulative_sum(
      step.value, step.input(0), Int64(lanes.outer), Int64(lanes.extent), Int64(lanes.inner), 0)
  } backward: { step in
    let lanes = Lanes(step.shape, Int(step.attributes[0]))
    step.deliver(to: 0) {
      step.kernels.pointee.cumulative_sum(
        $0, step.cotangent, Int64(lanes.outer), Int64(lanes.extent), Int64(lanes.inner), 1)
    }
  }
}

extension Value {
  /// y_i = x_0 + .. + x_i along `axis`, added up in Double; dx_i is the sum of dy_j over j >= i.
  public func cumulativeSum(axis: Int) -> Value {
    let shape = tape.shape(of: self, having: axis, "cumulativeSum")
    return tape.apply(.cumulativeSum, shape, self, attributes: SIMD4(Double(axis), 0, 0, 0))
  }
}
