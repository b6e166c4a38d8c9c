/// Every function of the kernel table; the switch in `KernelCheck` gives each its check.
enum KernelEntry: String, CaseIterable, Sendable {
  case fill, accumulate, binary, broadcast, sumTo, affine
  case sum, repeatRow, sumRows, transpose, trace, diagonal, select, topKMask
  case firstNonFinite, gradientStatistics
  case adam, sgd, momentum, clipValues

  // Functions of one or two operands, entry by entry.
  case unary, unaryBackward, choose

  // Reductions, softmax, losses.
  case reduceAxis, reduceAxisBackward, softmax, softmaxBackward, logSoftmax, logSoftmaxBackward
  case loss, lossBackward, classCrossEntropy, classCrossEntropyBackward
  case crossEntropy, crossEntropyBackward

  // Layout and indices.
  case move, moveAdding, firstOutside, take, takeAdding, gather, gatherAdding, oneHot, extreme
  case sort, cumulativeSum, round, step

  // Products and windows.
  case product, unfold, fold, averagePool, averagePoolBackward, maximumPool, maximumPoolBackward

  // Normalization.
  case groupNormalize, groupNormalizeBackward, groupNormalizeParameters
  case channelMoments, channelScale, channelProducts, channelCombine, keepMask

  // Attention and recurrence.
  case attentionSoftmax, attentionSoftmaxBackward, keepRows
  case lstmGates, lstmGatesBackward, gruGates, gruGatesBackward
}
