/* The table of one precision and level. */
static const tw_kernels TABLE = {
  .fill = N(fill), .accumulate = N(accumulate), .binary = N(binary), .broadcast = N(broadcast),
  .sum_to = N(sum_to), .affine = N(affine), .relu = N(relu), .relu_backward = N(relu_backward),
  .sigmoid = N(sigmoid), .sigmoid_backward = N(sigmoid_backward), .exponential = N(exponential),
  .square_root = N(square_root), .square_root_backward = N(square_root_backward),
  .square = N(square), .square_backward = N(square_backward), .absolute = N(absolute),
  .absolute_backward = N(absolute_backward),
  .sum = N(sum), .repeat_row = N(repeat_row), .sum_rows = N(sum_rows),
  .transpose = N(transpose), .trace = N(trace), .diagonal = N(diagonal),
  .select = N(select), .top_k_mask = N(top_k_mask),
  .first_non_finite = N(first_non_finite), .gradient_statistics = N(gradient_statistics),
  .adam = N(adam), .sgd = N(sgd),

  /* Functions of one or two operands, entry by entry. */

  /* Reductions, softmax, losses. */
  .reduce_axis = N(reduce_axis), .reduce_axis_backward = N(reduce_axis_backward),
  .softmax = N(softmax), .softmax_backward = N(softmax_backward),
  .log_softmax = N(log_softmax), .log_softmax_backward = N(log_softmax_backward),
  .loss = N(loss), .loss_backward = N(loss_backward),
  .class_cross_entropy = N(class_cross_entropy),
  .class_cross_entropy_backward = N(class_cross_entropy_backward),
  .cross_entropy = N(cross_entropy), .cross_entropy_backward = N(cross_entropy_backward),

  /* Layout and indices. */

  /* Products and windows. */

  /* Normalization. */

  /* Attention and recurrence. */
};
