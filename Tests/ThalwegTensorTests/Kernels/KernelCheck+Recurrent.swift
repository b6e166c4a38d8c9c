import CKernels
import Testing

/// The gates of recurrent layers, forward and backward.
extension KernelCheck {
  private typealias Expected = [(value: Double, size: Double)]
  private static var recurrentSteps: [(rows: Int, width: Int)] {
    [(0, 3), (1, 1), (2, 7), (3, 16), (5, 33), (2, 100)]
  }

  func lstmGates() {
    for (rows, width) in Self.recurrentSteps {
      let sums = drawn(rows * 4 * width, "gates", -4, 4)
      let before = drawn(rows * width, "before", -2, 2)
      let gates = keeper.memory(sums)
      let (h, c) = (keeper.memory(result: rows * width), keeper.memory(result: rows * width))
      table.lstm_gates(
        gates.pointer, h.pointer, c.pointer, keeper.memory(before).pointer, Int64(rows),
        Int64(width))
      #expect(gates.isFenceIntact && h.isFenceIntact && c.isFenceIntact)
      var (functions, hidden, cells): (Expected, Expected, Expected) = ([], [], [])
      for row in 0..<rows {
        func sum(_ gate: Int, _ k: Int) -> Double { Double(sums[(row * 4 + gate) * width + k]) }
        for gate in 0..<4 {
          functions += (0..<width).map { k in
            let y =
              gate == 2
              ? KernelMath.hyperbolicTangent(sum(gate, k)) : KernelMath.logistic(sum(gate, k))
            return (value: y, size: y)
          }
        }
        for k in 0..<width {
          let kept = KernelMath.logistic(sum(1, k)) * Double(before[row * width + k])
          let new = KernelMath.logistic(sum(0, k)) * KernelMath.hyperbolicTangent(sum(2, k))
          let output = KernelMath.logistic(sum(3, k))
          cells.append((value: kept + new, size: abs(kept) + abs(new)))
          hidden.append(
            (
              value: output * KernelMath.hyperbolicTangent(kept + new),
              size: output * (abs(kept) + abs(new))
            ))
        }
      }
      expectNear(gates.numbers, functions, units: 12, "gates \(rows) x \(width)")
      expectNear(c.numbers, cells, units: 16, "cells \(rows) x \(width)")
      expectNear(h.numbers, hidden, units: 24, "hidden \(rows) x \(width)")
    }
    // Far out the gates are open or shut, and nothing overflows.
    let gates = keeper.memory([-1000, 1000, -1000, 1000])
    let (h, c) = (keeper.memory(result: 1), keeper.memory(result: 1))
    table.lstm_gates(gates.pointer, h.pointer, c.pointer, keeper.memory([0.5]).pointer, 1, 1)
    expectSame(gates.numbers, [0, 1, -1, 1])
    expectSame(c.numbers, [0.5])
    // A NaN comes through.
    let broken = keeper.memory([0, 0, .nan, 0])
    table.lstm_gates(broken.pointer, h.pointer, c.pointer, keeper.memory([0]).pointer, 1, 1)
    #expect(h.numbers[0].isNaN && c.numbers[0].isNaN)
  }

  func lstmGatesBackward() {
    for (rows, width) in Self.recurrentSteps {
      let gates = drawn(rows * 4 * width, "gates", 0.05, 0.95)
      let cells = drawn(rows * width, "cells", -2, 2)
      let before = drawn(rows * width, "before", -2, 2)
      let (dh, later) = (drawn(rows * width, "dh", -2, 2), drawn(rows * width, "dc", -2, 2))
      let dgates = keeper.memory(result: rows * 4 * width)
      let dc = keeper.memory(later)
      table.lstm_gates_backward(
        dgates.pointer, dc.pointer, keeper.memory(dh).pointer, keeper.memory(gates).pointer,
        keeper.memory(cells).pointer, keeper.memory(before).pointer, Int64(rows), Int64(width))
      #expect(dgates.isFenceIntact && dc.isFenceIntact)
      var (expected, earlier): (Expected, Expected) = ([], [])
      for row in 0..<rows {
        var parts: [Expected] = [[], [], [], []]
        for k in 0..<width {
          let index = row * width + k
          let (i, f, g, o) = (
            Double(gates[row * 4 * width + k]), Double(gates[(row * 4 + 1) * width + k]),
            Double(gates[(row * 4 + 2) * width + k]), Double(gates[(row * 4 + 3) * width + k])
          )
          let t = KernelMath.hyperbolicTangent(Double(cells[index]))
          let cell = Double(later[index]) + Double(dh[index]) * o * (1 - t * t)
          let size = abs(Double(later[index])) + abs(Double(dh[index])) * o
          for (part, factor) in [
            g * i * (1 - i), Double(before[index]) * f * (1 - f), i * (1 - g * g),
          ].enumerated() {
            parts[part].append((value: cell * factor, size: size * factor))
          }
          let output = Double(dh[index]) * t * o * (1 - o)
          parts[3].append((value: output, size: output))
          earlier.append((value: cell * f, size: size * f))
        }
        expected += parts.flatMap { $0 }
      }
      expectNear(dgates.numbers, expected, units: 16, "gates \(rows) x \(width)")
      expectNear(dc.numbers, earlier, units: 16, "cells \(rows) x \(width)")
    }
  }

  func gruGates() {
    for (rows, width) in Self.recurrentSteps {
      let x = drawn(rows * 3 * width, "x", -2, 2)
      let s = drawn(rows * 3 * width, "s", -2, 2)
      let before = drawn(rows * width, "before", -2, 2)
      let gates = keeper.memory(result: rows * 4 * width)
      let h = keeper.memory(result: rows * width)
      table.gru_gates(
        gates.pointer, h.pointer, keeper.memory(x).pointer, keeper.memory(s).pointer,
        keeper.memory(before).pointer, Int64(rows), Int64(width))
      #expect(gates.isFenceIntact && h.isFenceIntact)
      var (expected, hidden): (Expected, Expected) = ([], [])
      for row in 0..<rows {
        var parts: [Expected] = [[], [], [], []]
        for k in 0..<width {
          func given(_ list: [Number], _ gate: Int) -> Double {
            Double(list[(row * 3 + gate) * width + k])
          }
          let reset = KernelMath.logistic(given(x, 0) + given(s, 0))
          let update = KernelMath.logistic(given(x, 1) + given(s, 1))
          let new = KernelMath.hyperbolicTangent(given(x, 2) + reset * given(s, 2))
          let size = abs(given(x, 2)) + abs(given(s, 2))
          parts[0].append((value: reset, size: reset))
          parts[1].append((value: update, size: update))
          parts[2].append((value: new, size: size))
          parts[3].append((value: given(s, 2), size: 0))
          let old = Double(before[row * width + k])
          hidden.append((value: (1 - update) * new + update * old, size: size + abs(old)))
        }
        expected += parts.flatMap { $0 }
      }
      expectNear(gates.numbers, expected, units: 16, "gates \(rows) x \(width)")
      expectNear(h.numbers, hidden, units: 16, "hidden \(rows) x \(width)")
    }
  }

  func gruGatesBackward() {
    for (rows, width) in Self.recurrentSteps {
      let gates = drawn(rows * 4 * width, "gates", 0.05, 0.95)
      let before = drawn(rows * width, "before", -2, 2)
      let cotangent = drawn(rows * width, "dh", -2, 2)
      let dx = keeper.memory(result: rows * 3 * width)
      let ds = keeper.memory(result: rows * 3 * width)
      let dh = keeper.memory(cotangent)
      table.gru_gates_backward(
        dx.pointer, ds.pointer, dh.pointer, keeper.memory(gates).pointer,
        keeper.memory(before).pointer, Int64(rows), Int64(width))
      #expect(dx.isFenceIntact && ds.isFenceIntact && dh.isFenceIntact)
      var (input, hidden, earlier): (Expected, Expected, Expected) = ([], [], [])
      for row in 0..<rows {
        var parts: [Expected] = [[], [], [], []]
        for k in 0..<width {
          func gate(_ number: Int) -> Double { Double(gates[(row * 4 + number) * width + k]) }
          let (r, z, n, q) = (gate(0), gate(1), gate(2), gate(3))
          let (d, old) = (Double(cotangent[row * width + k]), Double(before[row * width + k]))
          let new = d * (1 - z) * (1 - n * n)
          let update = d * (old - n) * z * (1 - z)
          let size = abs(d) * (abs(old) + n) * z * (1 - z)
          parts[0].append((value: new * q * r * (1 - r), size: new * q * r * (1 - r)))
          parts[1].append((value: update, size: size))
          parts[2].append((value: new, size: new))
          parts[3].append((value: new * r, size: new * r))
          earlier.append((value: d * z, size: d * z))
        }
        input += parts[0] + parts[1] + parts[2]
        hidden += parts[0] + parts[1] + parts[3]
      }
      expectNear(dx.numbers, input, units: 16, "input's part \(rows) x \(width)")
      expectNear(ds.numbers, hidden, units: 16, "hidden part \(rows) x \(width)")
      expectNear(dh.numbers, earlier, units: 4, "states before \(rows) x \(width)")
    }
  }
}
