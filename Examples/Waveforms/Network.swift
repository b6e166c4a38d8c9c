internal import Thalweg

/// Two convolutions with batch normalization, the mean over time, and a linear layer.
struct Network: Layer {
  private let first: Conv1d
  private let firstNorm: BatchNorm1d
  private let second: Conv1d
  private let secondNorm: BatchNorm1d
  private let head: Linear

  /// A network for the given number of classes.
  init(classes: Int, in builder: Builder) {
    first = Conv1d(1, 16, kernel: 7, padding: 3, in: builder / "first")
    firstNorm = BatchNorm1d(16, in: builder / "firstNorm")
    second = Conv1d(16, 32, kernel: 5, padding: 2, in: builder / "second")
    secondNorm = BatchNorm1d(32, in: builder / "secondNorm")
    head = Linear(32, classes, in: builder / "head")
  }

  /// - Parameter x: `[batch, 1, length]`.
  /// - Returns: `[batch, classes]`, logits.
  func forward(_ x: Value, _ pass: Pass) -> Value {
    let narrow = firstNorm(first(x, pass), pass).relu().maximumPooled(kernel: 2)
    let wide = secondNorm(second(narrow, pass), pass).relu()
    let batch = wide.shape[0]
    return head(wide.adaptiveAveragePooled(1).reshaped(to: Shape(batch, 32)), pass)
  }
}
