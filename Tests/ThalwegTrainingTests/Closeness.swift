/// ||a - b|| / max(||a||, ||b||, floor); 0 for equal lists, infinite where a number is not one.
/// - Parameter floor: for lists that may be 0 but for rounding.
func distance(_ a: [Double], _ b: [Double], floor: Double = 0) -> Double {
  if a.count != b.count { return .infinity }
  func norm(_ numbers: [Double]) -> Double {
    numbers.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }
  let difference = norm(zip(a, b).map { $0 - $1 })
  if difference == 0 { return 0 }
  let relative = difference / max(norm(a), norm(b), floor)
  return relative.isNaN ? .infinity : relative
}
