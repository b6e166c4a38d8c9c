/// What a series of figures measures, where its name, or the user, says it.
package enum Role: String, Sendable, CaseIterable {
  /// The loss that is minimized, or its mean.
  case loss
  /// A part of the loss as computed, before its weight.
  case term
  /// A part of the loss times its weight; these add up to the loss.
  case weightedTerm = "weighted_term"
  /// The share of a part in the loss.
  case termShare = "term_share"
  /// The norm of the gradient of a part times its weight, over all tensors.
  case termGradient = "term_gradient"
  /// The same over the tensors that two parts or more reach.
  case sharedTermGradient = "shared_term_gradient"
  /// 1 where a part has a graph behind it, 0 where it is detached or a number.
  case attachedTerm = "attached_term"
  /// How many tensors a path leads to from a part, be its gradient 0.
  case reachedTensors = "reached_tensors"
  /// A norm of gradients of which the file does not say whether it is the one before clipping.
  case gradientNorm = "gradient_norm"
  case normBeforeClip = "norm_before_clip"
  case normAfterClip = "norm_after_clip"
  /// The largest norm, or entry, among tensors.
  case gradientMaximum = "gradient_maximum"
  case gradientMean = "gradient_mean"
  case clipThreshold = "clip_threshold"
  /// What gradients were multiplied with.
  case clipCoefficient = "clip_coefficient"
  /// The share of steps in which clipping acted.
  case clippedShare = "clipped_share"
  case learningRate = "learning_rate"
  /// The norm of a tensor of parameters before or without an update, and after it.
  case parameterNorm = "parameter_norm"
  case parameterNormAfter = "parameter_norm_after"
  /// How far an update moved a tensor, or its norm.
  case parameterChange = "parameter_change"
  /// What mixed precision multiplies the loss with.
  case lossScale = "loss_scale"
  /// 1 where mixed precision skipped the update, else 0.
  case skippedStep = "skipped_step"
  /// 1 where gradients were clipped while still multiplied with the loss's scale, else 0.
  case clippedWhileScaled = "clipped_while_scaled"
  /// 1 where gradients were clipped when the update had used them, and where they were clipped
  /// before there were any, else 0.
  case clippedAfterUpdate = "clipped_after_update"
  case clippedBeforeBackward = "clipped_before_backward"
  /// 1 where gradients that are not 0 were there before the first backward pass of a step, else 0.
  case gradientLeftOver = "gradient_left_over"
  /// 1 where the step updated the parameters, else 0.
  case updatedStep = "updated_step"
  /// How many backward passes a step made.
  case backwardPasses = "backward_passes"
  /// 1 where the model was in training mode, else 0.
  case trainingMode = "training_mode"
  /// Over how many values of a channel a batch normalization in training took its statistics, and
  /// of how many examples they were.
  case normalizedValues = "normalized_values"
  case normalizedExamples = "normalized_examples"
  case nonFiniteCount = "non_finite_count"
  /// A figure of quality: accuracy, F1, error.
  case metric
  /// Seconds, samples a second, memory: nothing that training depends on.
  case clock
  /// Anything that counts up: samples, tokens.
  case counter
}

/// Which data a figure was computed on.
package enum Split: String, Sendable, CaseIterable {
  case training, validation, test
}
