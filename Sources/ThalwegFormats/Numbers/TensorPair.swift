/// Two tensors of one shape, each of its own file or of the same.
struct TensorPair {
  /// A view that goes through a source in another order than the first does is read back and
  /// forth; so much of it is kept.
  private static let largeBlock = 1 << 26

  let first: CheckpointTensor
  let second: CheckpointTensor

  /// nil where the shapes differ, or one holds complex numbers and the other none.
  init?(_ first: CheckpointTensor, _ second: CheckpointTensor) {
    if first.extents != second.extents || first.element.isComplex != second.element.isComplex {
      return nil
    }
    self.first = first
    self.second = second
  }

  func difference(
    _ firstAllowance: ReadingAllowance, _ secondAllowance: ReadingAllowance
  ) throws(NumbersError) -> TensorDifference {
    let sides = (TensorPair.side(first), TensorPair.side(second))
    var pass = DifferencePass(sides.0, sides.1)
    if first.elementCount == 0 { return pass.finish(repeats: 1) }
    // Complex numbers get an axis of their two parts. A stride beyond 64 bits is of an extent of 1.
    let parts = first.element.isComplex ? 2 : 1
    let extents = first.extents + (parts == 2 ? [2] : [])
    let strides = [first, second].map { tensor in
      tensor.strides.map { $0 &* parts } + (parts == 2 ? [1] : [])
    }
    let axes = ElementAxes(extents, strides: strides)
    let isOrdered = zip(axes.axes, axes.axes.dropFirst()).allSatisfy {
      $0.strides[1] >= $1.strides[1]
    }
    let widths = (sides.0.element.width, sides.1.element.width)
    firstAllowance.tensor = first.path
    secondAllowance.tensor = second.path
    let left = try NumberReader(first.numbers, firstAllowance)
    let right = try NumberReader(
      second.numbers, secondAllowance, block: isOrdered ? nil : TensorPair.largeBlock)
    let starts = [first.offset * parts, second.offset * parts]
    try axes.forEachRun(from: starts) { (offsets, run) throws(NumbersError) in
      let steps = (run.strides[0] * widths.0, run.strides[1] * widths.1)
      var places = (offsets[0] * widths.0, offsets[1] * widths.1)
      var rest = run.extent
      try firstAllowance.use(max(run.extent * widths.0, ReadingAllowance.leastRun))
      while rest > 0 {
        let some = try left.bytes(
          from: places.0, least: widths.0, isSparse: steps.0 > NumberReader.sparseBytes)
        let others = try right.bytes(
          from: places.1, least: widths.1,
          isSparse: isOrdered && steps.1 > NumberReader.sparseBytes)
        let count = min(
          rest, TensorPair.count(some.count, widths.0, steps.0),
          TensorPair.count(others.count, widths.1, steps.1))
        if let first = some.baseAddress, let second = others.baseAddress {
          pass.add(first, second, strides: steps, count: count)
        }
        places = (places.0 + count * steps.0, places.1 + count * steps.1)
        rest -= count
      }
    }
    return pass.finish(repeats: axes.repeats)
  }

  /// How many numbers lie whole in so many bytes.
  private static func count(_ bytes: Int, _ width: Int, _ step: Int) -> Int {
    step == 0 ? Int.max : (bytes - width) / step + 1
  }

  private static func side(_ tensor: CheckpointTensor) -> DifferencePass.Side {
    let element: ElementType =
      switch tensor.element {
      case .complex64: .float32
      case .complex128: .float64
      default: tensor.element
      }
    return .init(element: element, isBigEndian: tensor.numbers.isBigEndian)
  }
}

extension ElementType {
  var isComplex: Bool { self == .complex64 || self == .complex128 }
  var isReal: Bool {
    switch self {
    case .float8E5M2, .float8E4M3, .float16, .bfloat16, .float32, .float64: true
    default: false
    }
  }
}
