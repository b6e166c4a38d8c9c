internal import CKernels
internal import ThalwegTensor

/// A normalization by groups or its derivative, in parts: of rows, or of channels where parameters get
/// their derivatives.
struct NormalizeLoop {
  enum Kind {
    case forward(offset: UnsafeMutableRawPointer, result: UnsafeMutableRawPointer)
    case backward(cotangent: UnsafeMutableRawPointer, target: UnsafeMutableRawPointer)
    case parameters(
      cotangent: UnsafeMutableRawPointer, gain: UnsafeMutableRawPointer,
      offset: UnsafeMutableRawPointer)
  }

  private let kernels: UnsafePointer<tw_kernels>
  private var groups: tw_groups
  private let x: UnsafeMutableRawPointer
  private let saved: UnsafeMutableRawPointer
  private let gain: UnsafeMutableRawPointer
  private let kind: Kind
  private let parts: LoopParts

  init(
    _ tape: Tape, _ groups: tw_groups, x: UnsafeMutableRawPointer, saved: UnsafeMutableRawPointer,
    gain: UnsafeMutableRawPointer, kind: Kind
  ) {
    kernels = tape.kernels
    self.groups = groups
    (self.x, self.saved, self.gain, self.kind) = (x, saved, gain, kind)
    let rows = Int(groups.batch * groups.groups)
    let (channels, length) = (Int(groups.channels), Int(groups.length))
    if case .parameters = kind {
      parts = LoopParts(channels, of: rows * length)
    } else {
      parts = LoopParts(rows, of: channels * length)
    }
  }

  func run(on machine: Machine) {
    var job = self
    machine.run(parts.number, job: &job) { job, part in
      job.assumingMemoryBound(to: NormalizeLoop.self).pointee.run(Int(part))
    }
  }

  private func run(_ part: Int) {
    var groups = groups
    let (first, end) = (Int64(parts[part].lowerBound), Int64(parts[part].upperBound))
    switch kind {
    case .forward(let offset, let result):
      kernels.pointee.group_normalize(result, saved, x, gain, offset, &groups, first, end)
    case .backward(let cotangent, let target):
      kernels.pointee.group_normalize_backward(
        target, x, saved, gain, cotangent, &groups, first, end)
    case .parameters(let cotangent, let gain, let offset):
      kernels.pointee.group_normalize_parameters(
        gain, offset, x, saved, cotangent, &groups, first, end)
    }
  }
}
