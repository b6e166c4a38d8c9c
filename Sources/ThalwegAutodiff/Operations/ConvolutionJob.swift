internal import CKernels
internal import ThalwegTensor

/// The work of a convolution, cut into pieces of samples by its shape alone. Each piece unfolds one
/// sample after another into columns of its own, `[channels x kernel, outputs]`.
struct ConvolutionJob {
  private static let mostPieces = 16

  let kernels: UnsafePointer<tw_kernels>
  let scalarType: ScalarType
  let window: tw_window
  let batch: Int
  let channels: Int
  /// Channels of the result.
  let filters: Int
  let x: UnsafeRawPointer
  let weight: UnsafeRawPointer
  let bias: UnsafeRawPointer?
  /// The result, or its cotangent.
  let y: UnsafeMutableRawPointer
  /// What is computed for each sample, or for each piece.
  var target: UnsafeMutableRawPointer
  var columns: UnsafeMutableRawPointer

  init(
    _ tape: Tape, _ attributes: SIMD4<Double>, x: UnsafeMutablePointer<Node>,
    weight: UnsafeMutablePointer<Node>, bias: UnsafeRawPointer?, y: UnsafeMutableRawPointer,
    outputs: Int
  ) {
    kernels = tape.kernels
    scalarType = tape.scalarType
    let (input, filter) = (x.pointee.shape, weight.pointee.shape)
    (batch, channels, filters) = (input[0], input[1], filter[0])
    window = tw_window(
      length: Int64(input[2]), outputs: Int64(outputs), kernel: Int64(filter[2]),
      stride: Int64(attributes[0]), padding: Int64(attributes[1]),
      dilation: Int64(attributes[2]), adaptive: 0, include_padding: 0)
    self.x = UnsafeRawPointer(x.pointee.value)
    self.weight = UnsafeRawPointer(weight.pointee.value)
    self.bias = bias
    self.y = y
    target = y
    columns = y
    if !isPlain { columns = tape.take(Shape(pieces, rows, outputs)) }
  }

  /// Rows of the columns.
  var rows: Int { channels * Int(window.kernel) }
  var outputs: Int { Int(window.outputs) }

  var pieces: Int {
    if batch < 2 || !Machine.isShared(batch * filters * rows * outputs) { return min(batch, 1) }
    return min(batch, ConvolutionJob.mostPieces)
  }

  /// The columns of a sample are the sample itself.
  private var isPlain: Bool {
    window.kernel == 1 && window.stride == 1 && window.padding == 0
  }

  private func samples(_ piece: Int) -> Range<Int> {
    piece * batch / pieces..<(piece + 1) * batch / pieces
  }

  private func sample(_ index: Int) -> UnsafeRawPointer {
    x + index * channels * Int(window.length) * scalarType.width
  }

  private func result(_ index: Int) -> UnsafeMutableRawPointer {
    y + index * filters * outputs * scalarType.width
  }

  private func columns(_ piece: Int) -> UnsafeMutableRawPointer {
    columns + piece * rows * outputs * scalarType.width
  }

  private func unfolded(_ index: Int, _ piece: Int) -> UnsafeRawPointer {
    if isPlain { return sample(index) }
    let place = columns(piece)
    withUnsafePointer(to: window) {
      kernels.pointee.unfold(place, sample(index), $0, Int64(channels))
    }
    return UnsafeRawPointer(place)
  }

  /// Y = W columns + b.
  func forward(_ piece: Int) {
    for index in samples(piece) {
      let place = result(index)
      if let bias {
        for filter in 0..<filters {
          let number =
            scalarType == .float32
            ? Double((bias + 4 * filter).load(as: Float.self))
            : (bias + 8 * filter).load(as: Double.self)
          kernels.pointee.fill(
            place + filter * outputs * scalarType.width, number, Int64(outputs))
        }
      }
      Machine.multiplyAlone(
        Product(
          scalarType: scalarType, rows: filters, columns: outputs, inner: rows, a: weight,
          b: unfolded(index, piece), c: place, beta: bias == nil ? 0 : 1), kernels)
    }
  }

  /// dx = the columns W^T dY, folded.
  func inputCotangent(_ piece: Int) {
    for index in samples(piece) {
      let place = target + index * channels * Int(window.length) * scalarType.width
      let cotangent = isPlain ? place : columns(piece)
      Machine.multiplyAlone(
        Product(
          scalarType: scalarType, transposesA: true, rows: rows, columns: outputs, inner: filters,
          a: weight, b: UnsafeRawPointer(result(index)), c: cotangent), kernels)
      if isPlain { continue }
      withUnsafePointer(to: window) {
        kernels.pointee.fold(place, cotangent, $0, Int64(channels))
      }
    }
  }

  /// A piece's part of dW = sum over samples of dY columns^T.
  func weightCotangent(_ piece: Int) {
    let place = target + piece * filters * rows * scalarType.width
    var beta = 0.0
    for index in samples(piece) {
      Machine.multiplyAlone(
        Product(
          scalarType: scalarType, transposesB: true, rows: filters, columns: rows, inner: outputs,
          a: UnsafeRawPointer(result(index)), b: unfolded(index, piece), c: place, beta: beta),
        kernels)
      beta = 1
    }
  }
}
