import CKernels
import Testing

/// The masked sum of squares and its derivative.
extension KernelCheck {
  private func mask(_ size: Int) -> [Number] {
    drawn(size, "mask", 0, 1).map { $0 < 0.4 ? 0 : ($0 < 0.9 ? 1 : 0.5) }
  }

  func maskedSquares() {
    for size in Self.sizes {
      let (a, b, mask) = (drawn(size, "a"), drawn(size, "b"), mask(size))
      for weights in [mask, nil] {
        let exact = (0..<size).reduce(0) { sum, i in
          let difference = Double(a[i] - b[i])
          return sum + Double(weights?[i] ?? 1) * difference * difference
        }
        let (x, y, m) = (keeper.memory(a), keeper.memory(b), weights.map { keeper.memory($0) })
        let got = table.masked_squares(
          x.pointer, y.pointer, m.map { UnsafeRawPointer($0.pointer) }, Int64(size))
        expectNear(got, exact, size: exact, units: Double(size + 4), "\(size)")
      }
    }
    for anything in [Number.nan, .infinity, -.infinity, .greatestFiniteMagnitude, 1e6, 0] {
      for size in [7, 64, 1000] {
        let mask = mask(size)
        var (a, b) = (drawn(size, "a"), drawn(size, "b"))
        let weights = keeper.memory(mask)
        let (x, y) = (keeper.memory(a), keeper.memory(b))
        let clean = table.masked_squares(x.pointer, y.pointer, weights.pointer, Int64(size))
        for index in 0..<size where mask[index] == 0 {
          a[index] = anything
          if index % 2 == 0 { b[index] = anything }
        }
        let (u, v) = (keeper.memory(a), keeper.memory(b))
        let got = table.masked_squares(u.pointer, v.pointer, weights.pointer, Int64(size))
        #expect(got == clean, "\(anything) under the mask of \(size)")
      }
    }
    // Where the mask is not 0, a NaN comes through.
    let (x, y) = (keeper.memory([.nan, 1]), keeper.memory([0, 0]))
    let ones = keeper.memory([1, 1])
    #expect(table.masked_squares(x.pointer, y.pointer, ones.pointer, 2).isNaN)
    #expect(table.masked_squares(x.pointer, y.pointer, nil, 2).isNaN)
  }

  func maskedSquaresBackward() {
    for size in Self.sizes {
      var (a, b) = (drawn(size, "a"), drawn(size, "b"))
      let mask = mask(size)
      for weights in [nil, mask] {
        if let weights {
          for index in 0..<size where weights[index] == 0 {
            (a[index], b[index]) = (.nan, .infinity)
          }
        }
        let (x, y, m) = (keeper.memory(a), keeper.memory(b), weights.map { keeper.memory($0) })
        let da = keeper.memory(result: size)
        table.masked_squares_backward(
          da.pointer, x.pointer, y.pointer, m.map { UnsafeRawPointer($0.pointer) }, -0.3,
          Int64(size))
        #expect(da.isFenceIntact)
        let expected = (0..<size).map { i in
          let weight = weights?[i] ?? 1
          let value =
            weight == 0 ? 0 : Double(Number(-0.3)) * Double(weight) * Double(a[i] - b[i])
          return (value: value, size: value)
        }
        expectNear(da.numbers, expected, units: 2, "\(size)")
      }
    }
  }
}
