/// Every function of the kernel table; the switch in `KernelCheck` gives each its check.
enum KernelEntry: String, CaseIterable, Sendable {
  case fill, accumulate, binary, broadcast, sumTo, affine
  case relu, reluBackward, sigmoid, sigmoidBackward, exponential
  case squareRoot, squareRootBackward, square, squareBackward, absolute, absoluteBackward
  case sum, repeatRow, sumRows, transpose, trace, diagonal, select, topKMask
  case firstNonFinite, gradientStatistics
  case adam, sgd

  // Functions of one or two operands, entry by entry.

  // Reductions, softmax, losses.
  case reduceAxis, reduceAxisBackward, softmax, softmaxBackward, logSoftmax, logSoftmaxBackward
  case loss, lossBackward, classCrossEntropy, classCrossEntropyBackward
  case crossEntropy, crossEntropyBackward

  // Layout and indices.

  // Products and windows.

  // Normalization.

  // Attention and recurrence.
}
