/* The table of one precision and level. */
static const tw_kernels TABLE = {
  .multiplies_any_size = TILE_ROWS == 8,
  .fill = N(fill), .accumulate = N(accumulate), .binary = N(binary), .broadcast = N(broadcast),
  .sum_to = N(sum_to), .affine = N(affine),
  .sum = N(sum), .repeat_row = N(repeat_row), .sum_rows = N(sum_rows),
  .transpose = N(transpose), .trace = N(trace), .diagonal = N(diagonal),
  .select = N(select), .top_k_mask = N(top_k_mask),
  .first_non_finite = N(first_non_finite), .gradient_statistics = N(gradient_statistics),
  .adam = N(adam), .sgd = N(sgd), .momentum = N(momentum),
  .clip_values = N(clip_values),

  /* Functions of one or two operands, entry by entry. */
  .unary = N(unary), .unary_backward = N(unary_backward), .choose = N(choose),

  /* Reductions, softmax, losses. */
  .reduce_axis = N(reduce_axis), .reduce_axis_backward = N(reduce_axis_backward),
  .softmax = N(softmax), .softmax_backward = N(softmax_backward),
  .log_softmax = N(log_softmax), .log_softmax_backward = N(log_softmax_backward),
  .loss = N(loss), .loss_backward = N(loss_backward),
  .class_cross_entropy = N(class_cross_entropy),
  .class_cross_entropy_backward = N(class_cross_entropy_backward),
  .cross_entropy = N(cross_entropy), .cross_entropy_backward = N(cross_entropy_backward),

  /* Layout and indices. */
  .move = N(move), .move_adding = N(move_adding), .first_outside = N(first_outside),
  .take = N(take), .take_adding = N(take_adding), .gather = N(gather),
  .gather_adding = N(gather_adding), .one_hot = N(one_hot), .extreme = N(extreme),
  .sort = N(sort), .cumulative_sum = N(cumulative_sum), .round = N(round), .step = N(step),

  /* Products and windows. */
  .product = N(product),
  .unfold = N(unfold), .fold = N(fold), .average_pool = N(average_pool),
  .average_pool_backward = N(average_pool_backward), .maximum_pool = N(maximum_pool),
  .maximum_pool_backward = N(maximum_pool_backward),

  /* Normalization. */
  .group_normalize = N(group_normalize), .group_normalize_backward = N(group_normalize_backward),
  .group_normalize_parameters = N(group_normalize_parameters),
  .channel_moments = N(channel_moments), .channel_scale = N(channel_scale),
  .channel_products = N(channel_products), .channel_combine = N(channel_combine),
  .keep_mask = N(keep_mask),

  /* Attention and recurrence. */
  .attention_softmax = N(attention_softmax),
  .attention_softmax_backward = N(attention_softmax_backward), .keep_rows = N(keep_rows),
  .lstm_gates = N(lstm_gates), .lstm_gates_backward = N(lstm_gates_backward),
  .gru_gates = N(gru_gates), .gru_gates_backward = N(gru_gates_backward),
};
