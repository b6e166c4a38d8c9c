/// By repeated squaring: the same bits on every system, which libm does not promise.
/// - Precondition: `exponent` is not negative.
func power(_ base: Double, _ exponent: Int) -> Double {
  var (result, square, left) = (1.0, base, exponent)
  while left > 0 {
    if left & 1 == 1 { result *= square }
    square *= square
    left >>= 1
  }
  return result
}
