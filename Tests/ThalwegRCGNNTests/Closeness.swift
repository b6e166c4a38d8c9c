/// Whether two lists are as long as each other and agree entry by entry, relative to the larger.
func agree(_ left: [Double], _ right: [Double], relative: Double = 1e-12) -> Bool {
  left.count == right.count
    && zip(left, right).allSatisfy { abs($0 - $1) <= relative * max(abs($0), abs($1)) }
}
