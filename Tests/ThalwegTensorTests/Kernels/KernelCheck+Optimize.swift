import CKernels
import Testing

/// Passes over gradients and parameters, with the statistics that ride along.
extension KernelCheck {
  func gradientStatistics() {
    for size in Self.sizes {
      for badCount in [0, 1, 3] where badCount <= size {
        var g = drawn(size, "g")
        for index in stride(from: 0, to: size, by: 5) { g[index] = index % 2 == 0 ? 0 : -0.0 }
        for index in 0..<badCount {
          g[index * size / 3] = [Number.nan, -.infinity, .infinity][index]
        }
        var found = tw_gradient_statistics()
        table.gradient_statistics(keeper.memory(g).pointer, Int64(size), &found)
        let finite = g.filter(\.isFinite)
        #expect(found.zeros == Int64(g.count { $0 == 0 }))
        #expect(found.non_finite == Int64(badCount))
        #expect(found.largest == finite.map { Double(abs($0)) }.max() ?? 0)
        let squares = g.reduce(0) { $0 + Double($1) * Double($1) }
        expectNear(
          found.sum_of_squares, squares, size: squares, units: Double(size + 1), "\(size)")
      }
    }
    let edges: [Number] = [.leastNonzeroMagnitude, -.greatestFiniteMagnitude, 0]
    var found = tw_gradient_statistics()
    table.gradient_statistics(keeper.memory(edges).pointer, 3, &found)
    #expect(found.largest == Double(Number.greatestFiniteMagnitude))
    #expect(found.zeros == 1)
    #expect(found.non_finite == 0)
    #expect(found.sum_of_squares == .infinity)
  }

  private var updates: [tw_update] {
    var updates: [tw_update] = []
    for decoupled in [Int32(0), 1] {
      for (scale, decay, step) in [(1.0, 0.0, 1), (0.25, 0.1, 1), (1, 0.01, 20)] {
        var corrections = (1.0, 1.0)
        for _ in 0..<step { corrections = (corrections.0 * 0.9, corrections.1 * 0.999) }
        updates.append(
          tw_update(
            gradient_scale: scale, learning_rate: 0.01, weight_decay: decay, beta1: 0.9,
            beta2: 0.999, epsilon: 1e-8, correction1: 1 - corrections.0,
            correction2: 1 - corrections.1, decoupled: decoupled, momentum: 0.9,
            nesterov: decoupled))
      }
    }
    return updates
  }

  private func expectStatistics(
    _ found: tw_update_statistics, gradients: [Double], parameters: [Double], steps: [Double],
    moments: Double
  ) {
    func squares(_ numbers: [Double]) -> Double { numbers.reduce(0) { $0 + $1 * $1 } }
    let units = Double(gradients.count + 8)
    for (name, got, expected) in [
      ("gradient", found.gradient_squares, squares(gradients)),
      ("parameter", found.parameter_squares, squares(parameters)),
      ("update", found.update_squares, squares(steps)), ("moment", found.moment_squares, moments),
    ] {
      expectNear(got, expected, size: expected, units: units, name)
    }
  }

  /// Kingma and Ba 2015, algorithm 1, as it stands there.
  func adam() {
    for size in Self.sizes {
      for u in updates {
        let (p, g) = (drawn(size, "p"), drawn(size, "g"))
        let (m, v) = (drawn(size, "m"), drawn(size, "v").map(abs))
        let (a, b, c, d) = (keeper.memory(p), keeper.memory(g), keeper.memory(m), keeper.memory(v))
        var update = u
        var found = tw_update_statistics()
        table.adam(a.pointer, b.pointer, c.pointer, d.pointer, &update, Int64(size), &found)
        #expect(a.isFenceIntact && c.isFenceIntact && d.isFenceIntact)
        expectSame(b.numbers, g)
        var gradients: [Double] = []
        var expected: [[(value: Double, size: Double)]] = [[], [], []]
        var steps: [Double] = []
        var moments = 0.0
        for i in 0..<size {
          let clipped = u.gradient_scale * Double(g[i])
          let coupled = u.decoupled == 1 ? 0 : u.weight_decay * Double(p[i])
          let x = clipped + coupled
          let first = u.beta1 * Double(m[i]) + (1 - u.beta1) * x
          let second = u.beta2 * Double(v[i]) + (1 - u.beta2) * x * x
          let corrected = (first / u.correction1, second / u.correction2)
          let decay = u.decoupled == 1 ? u.learning_rate * u.weight_decay * Double(p[i]) : 0
          let step = decay + u.learning_rate * corrected.0 / (corrected.1.squareRoot() + u.epsilon)
          let size = abs(u.beta1 * Double(m[i])) + abs(clipped) + abs(coupled)
          gradients.append(clipped)
          steps.append(step)
          moments += first * first + second
          expected[0].append((Double(p[i]) - step, abs(Double(p[i])) + abs(step) + size))
          expected[1].append((first, size))
          expected[2].append((second, second + size * size))
        }
        expectNear(a.numbers, expected[0], units: 4, "parameters of \(size)")
        expectNear(c.numbers, expected[1], units: 4, "first moments of \(size)")
        expectNear(d.numbers, expected[2], units: 4, "second moments of \(size)")
        expectStatistics(
          found, gradients: gradients, parameters: expected[0].map(\.value), steps: steps,
          moments: moments)
      }
    }
  }

  func sgd() {
    for size in Self.sizes {
      for u in updates {
        let (p, g) = (drawn(size, "p"), drawn(size, "g"))
        let (a, b) = (keeper.memory(p), keeper.memory(g))
        var update = u
        var found = tw_update_statistics()
        table.sgd(a.pointer, b.pointer, &update, Int64(size), &found)
        #expect(a.isFenceIntact)
        expectSame(b.numbers, g)
        let gradients = g.map { u.gradient_scale * Double($0) }
        let steps = (0..<size).map {
          u.learning_rate * (gradients[$0] + u.weight_decay * Double(p[$0]))
        }
        let expected = (0..<size).map {
          (value: Double(p[$0]) - steps[$0], size: abs(Double(p[$0])) + abs(steps[$0]))
        }
        expectNear(a.numbers, expected, units: 2, "\(size)")
        expectStatistics(
          found, gradients: gradients, parameters: expected.map(\.value), steps: steps, moments: 0)
      }
    }
  }

  /// torch.optim.SGD's algorithm, as its documentation states it.
  func momentum() {
    for size in Self.sizes {
      for u in updates {
        let (p, g, m) = (drawn(size, "p"), drawn(size, "g"), drawn(size, "m"))
        let (a, b, c) = (keeper.memory(p), keeper.memory(g), keeper.memory(m))
        var update = u
        var found = tw_update_statistics()
        table.momentum(a.pointer, b.pointer, c.pointer, &update, Int64(size), &found)
        #expect(a.isFenceIntact && c.isFenceIntact)
        expectSame(b.numbers, g)
        var gradients: [Double] = []
        var steps: [Double] = []
        var expected: [[(value: Double, size: Double)]] = [[], []]
        for i in 0..<size {
          let clipped = u.gradient_scale * Double(g[i])
          let decayed = clipped + u.weight_decay * Double(p[i])
          let buffer = u.momentum * Double(m[i]) + decayed
          let direction = u.nesterov == 1 ? decayed + u.momentum * buffer : buffer
          let step = u.learning_rate * direction
          let size = abs(clipped) + abs(u.weight_decay * Double(p[i])) + abs(Double(m[i]))
          gradients.append(clipped)
          steps.append(step)
          expected[0].append((Double(p[i]) - step, abs(Double(p[i])) + 2 * u.learning_rate * size))
          expected[1].append((buffer, size))
        }
        expectNear(a.numbers, expected[0], units: 4, "parameters of \(size)")
        expectNear(c.numbers, expected[1], units: 4, "buffers of \(size)")
        expectStatistics(
          found, gradients: gradients, parameters: expected[0].map(\.value), steps: steps,
          moments: expected[1].reduce(0) { $0 + $1.value * $1.value })
      }
    }
  }

  func clipValues() {
    for size in Self.sizes {
      for limit in [0.5, 3, .infinity, Double(Number.leastNonzeroMagnitude)] {
        let g = drawn(size, "g") + Number.special
        let memory = keeper.memory(g)
        table.clip_values(memory.pointer, limit, Int64(g.count))
        #expect(memory.isFenceIntact)
        expectSame(
          memory.numbers, g.map { $0.isNaN ? $0 : max(-Number(limit), min(Number(limit), $0)) })
      }
    }
  }
}
