internal import ThalwegAutodiff
internal import ThalwegNN
private import ThalwegTensor

/// The encoder of detector strain that the priority network was published with, without dropout:
/// four convolutions, a bidirectional memory, attention, two linear layers.
struct StrainEncoder {
  /// Channels into and out of a convolution, the width of its kernel, its stride.
  static let stages = [(3, 32, 64, 4), (32, 64, 32, 4), (64, 128, 16, 2), (128, 128, 8, 2)]
  private static let hidden = 128
  private static let heads = 8

  private let convolutions: [Conv1d]
  private let norms: [BatchNorm1d]
  private let memory: LSTM
  private let attention: MultiHeadAttention
  private let first: Linear
  private let norm: LayerNorm
  private let second: Linear

  init(in builder: Builder) {
    convolutions = StrainEncoder.stages.enumerated().map { index, stage in
      Conv1d(
        stage.0, stage.1, kernel: stage.2, stride: stage.3, padding: stage.2 / 2,
        in: builder / "convolutions" / "\(index)")
    }
    norms = StrainEncoder.stages.enumerated().map { index, stage in
      BatchNorm1d(stage.1, in: builder / "norms" / "\(index)")
    }
    let width = 2 * StrainEncoder.hidden
    memory = LSTM(
      StrainEncoder.hidden, StrainEncoder.hidden, layers: 2, isBidirectional: true,
      in: builder / "memory")
    attention = MultiHeadAttention(width, heads: StrainEncoder.heads, in: builder / "attention")
    first = Linear(width, 128, in: builder / "first")
    norm = LayerNorm(128, in: builder / "norm")
    second = Linear(128, 64, in: builder / "second")
  }

  /// - Parameter x: `[batch, 3, length]`.
  /// - Returns: `[batch, 64]`.
  func callAsFunction(_ x: Value, _ pass: Pass) -> Value {
    var x = x
    for (convolution, norm) in zip(convolutions, norms) {
      x = norm(convolution(x, pass), pass).gelu()
    }
    let values = memory(x.permuted(0, 2, 1), pass).values
    let attended = attention(values, pass)
    let pooled = attended.mean(axis: 1) + attended.maximum(axis: 1)
    let width = pooled.shape.last
    let hidden = norm(
      first(pooled.reshaped(to: Shape(pooled.shape.count / width, width)), pass), pass)
    return second(hidden.gelu(), pass)
  }

  /// Lengths after each convolution.
  static func lengths(_ length: Int) -> [Int] {
    var (length, lengths) = (length, [Int]())
    for (_, _, kernel, stride) in stages {
      length = (length + 2 * (kernel / 2) - kernel) / stride + 1
      lengths.append(length)
    }
    return lengths
  }

  /// Multiplications of the forward pass, and of its first convolution, whose input needs no gradient.
  static func products(batch: Int, length: Int) -> (all: Int, first: Int) {
    let lengths = self.lengths(length)
    let parts = zip(stages, lengths).map { batch * $1 * $0.0 * $0.1 * $0.2 }
    let rows = batch * (lengths.last ?? 0)
    let width = 2 * hidden
    let memory = Workload.memoryProducts(rows, hidden, hidden, layers: 2)
    let attention = rows * width * (4 * width + 2 * (lengths.last ?? 0))
    let head = batch * (width * 128 + 128 * 64)
    return (parts.reduce(0, +) + memory + attention + head, parts.first ?? 0)
  }
}
