import CKernels
import Testing
import ThalwegTensor

/// Normalizations and random masks.
extension KernelCheck {
  /// Rows of one entry, of odd and of long extents; channels of one column and of many.
  private var groupings: [tw_groups] {
    [
      (2, 1, 1, 1), (0, 1, 7, 1), (3, 1, 0, 1), (5, 1, 7, 1), (3, 1, 1500, 1), (130, 1, 65, 1),
      (3, 2, 3, 1), (2, 1, 1, 9), (2, 3, 2, 5), (1, 2, 3, 1100), (70, 2, 64, 1),
    ].map { batch, groups, channels, length in
      tw_groups(batch: batch, groups: groups, channels: channels, length: length, epsilon: 1e-3)
    }
  }

  /// Numbers whose mean is far from 0.
  private func shifted(_ count: Int) -> [Number] { drawn(count, "x", 2, 6) }

  /// Mean and biased variance.
  private func moments(_ x: [Double]) -> (mean: Double, variance: Double) {
    let mean = pairwise(x[...]) / Double(x.count)
    return (mean, pairwise(x.map { ($0 - mean) * ($0 - mean) }[...]) / Double(x.count))
  }

  /// A sum whose error does not grow with its length.
  private func pairwise(_ x: ArraySlice<Double>) -> Double {
    if x.count < 9 { return x.reduce(0, +) }
    let middle = x.startIndex + x.count / 2
    return pairwise(x[..<middle]) + pairwise(x[middle...])
  }

  /// x and dy as rows of one group each, the channel of each entry, and each row's statistics.
  private struct Grouped {
    let rows: Int
    let width: Int
    let channels: Int
    let group: tw_groups

    init(_ w: tw_groups) {
      rows = Int(w.batch * w.groups)
      width = Int(w.channels * w.length)
      channels = Int(w.groups * w.channels)
      group = w
    }

    func channel(_ row: Int, _ entry: Int) -> Int {
      row % Int(group.groups) * Int(group.channels) + entry / Int(group.length)
    }

    func row<N>(_ numbers: [N], _ index: Int) -> ArraySlice<N> {
      numbers[index * width..<(index + 1) * width]
    }
  }

  private func scale(_ variance: Double, _ w: tw_groups) -> Double {
    1 / (variance + w.epsilon).squareRoot()
  }

  func groupNormalize() {
    for w in groupings {
      let g = Grouped(w)
      let x = shifted(g.rows * g.width)
      let (gain, offset) = (drawn(g.channels, "gain"), drawn(g.channels, "offset"))
      let (y, saved) = (keeper.memory(result: x.count), keeper.memory(result: 2 * g.rows))
      let memory = (keeper.memory(x), keeper.memory(gain), keeper.memory(offset))
      withUnsafePointer(to: w) {
        table.group_normalize(
          y.pointer, saved.pointer, memory.0.pointer, memory.1.pointer, memory.2.pointer, $0, 0,
          Int64(g.rows))
      }
      #expect(y.isFenceIntact && saved.isFenceIntact)
      for row in 0..<g.rows where g.width > 0 {
        let numbers = g.row(x, row).map { Double($0) }
        let (mean, variance) = moments(numbers)
        let s = scale(variance, w)
        expectNear(Double(saved.pointer[row]), mean, size: 6, units: 4, "mean \(w)")
        expectNear(
          Double(saved.pointer[g.rows + row]), s, size: s * (1 + 36 / (variance + w.epsilon)),
          units: 8, "scale \(w)")
        let expected = numbers.enumerated().map { entry, number in
          let channel = g.channel(row, entry)
          let (k, b) = (Double(gain[channel]), Double(offset[channel]))
          return (
            value: (number - mean) * s * k + b,
            size: abs(6 * s * k) * (1 + 1 / (variance + w.epsilon)) + abs(b)
          )
        }
        expectNear(Array(g.row(y.numbers, row)), expected, units: 16, "\(w)")
      }
    }
    // A NaN in a row stays in that row, and a row of equals has the variance 0.
    let w = tw_groups(batch: 2, groups: 1, channels: 3, length: 1, epsilon: 0.25)
    let (y, saved) = (keeper.memory(result: 6), keeper.memory(result: 4))
    let x = keeper.memory([1, .nan, 2, 0.1, 0.1, 0.1])
    let (one, zero) = (keeper.memory([1, 1, 1]), keeper.memory([0, 0, 0]))
    withUnsafePointer(to: w) {
      table.group_normalize(
        y.pointer, saved.pointer, x.pointer, one.pointer, zero.pointer, $0, 0, 2)
    }
    #expect(y.numbers.prefix(3).allSatisfy { $0.isNaN })
    for number in y.numbers.suffix(3) { expectNear(Double(number), 0, size: 0.1, units: 8) }
    expectNear(Double(saved.pointer[3]), 2, size: 2, units: 2)
  }

  /// Statistics for a backward pass, in the kernel's precision.
  private func saved(_ g: Grouped, _ x: [Number]) -> [Number] {
    let all = (0..<g.rows).map { row in moments(g.row(x, row).map { Double($0) }) }
    return all.map { Number($0.mean) } + all.map { Number(scale($0.variance, g.group)) }
  }

  func groupNormalizeBackward() {
    for w in groupings where w.channels > 0 {
      let g = Grouped(w)
      let (x, dy) = (shifted(g.rows * g.width), drawn(g.rows * g.width, "dy", -1, 1))
      let (gain, saved) = (drawn(g.channels, "gain", -2, 2), saved(g, x))
      let dx = keeper.memory(result: x.count)
      let memory = (
        keeper.memory(x), keeper.memory(saved), keeper.memory(gain), keeper.memory(dy)
      )
      withUnsafePointer(to: w) {
        table.group_normalize_backward(
          dx.pointer, memory.0.pointer, memory.1.pointer, memory.2.pointer, memory.3.pointer, $0,
          0, Int64(g.rows))
      }
      #expect(dx.isFenceIntact)
      for row in 0..<g.rows {
        let (mean, s) = (Double(saved[row]), Double(saved[g.rows + row]))
        let h = g.row(x, row).map { (Double($0) - mean) * s }
        let d = g.row(dy, row).enumerated().map {
          Double($1) * Double(gain[g.channel(row, $0)])
        }
        let n = Double(g.width)
        let first = d.reduce(0, +) / n
        let second = zip(d, h).reduce(0) { $0 + $1.0 * $1.1 } / n
        let expected = zip(d, h).map { d, h in
          (value: s * (d - first - h * second), size: s * (2 + abs(h)) * 2)
        }
        expectNear(Array(g.row(dx.numbers, row)), expected, units: 16, "\(w)")
      }
    }
  }

  func groupNormalizeParameters() {
    for w in groupings where w.channels > 0 {
      let g = Grouped(w)
      let (x, dy) = (shifted(g.rows * g.width), drawn(g.rows * g.width, "dy", -1, 1))
      let saved = saved(g, x)
      let (gain, offset) = (
        keeper.memory(result: g.channels), keeper.memory(result: g.channels)
      )
      let memory = (keeper.memory(x), keeper.memory(saved), keeper.memory(dy))
      withUnsafePointer(to: w) {
        table.group_normalize_parameters(
          gain.pointer, offset.pointer, memory.0.pointer, memory.1.pointer, memory.2.pointer, $0, 0,
          w.channels)
      }
      #expect(gain.isFenceIntact && offset.isFenceIntact)
      var gains = [(value: Double, size: Double)](repeating: (0, 0), count: g.channels)
      var offsets = gains
      for row in 0..<g.rows {
        let (mean, s) = (Double(saved[row]), Double(saved[g.rows + row]))
        for entry in 0..<g.width {
          let (channel, d) = (g.channel(row, entry), Double(dy[row * g.width + entry]))
          let h = (Double(x[row * g.width + entry]) - mean) * s
          gains[channel].value += d * h
          gains[channel].size += abs(d * h)
          offsets[channel].value += d
          offsets[channel].size += abs(d)
        }
      }
      expectNear(gain.numbers, gains, units: 64, "gain \(w)")
      expectNear(offset.numbers, offsets, units: 64, "offset \(w)")
    }
  }

  private var channels: [(batch: Int, channels: Int, length: Int)] {
    [
      (1, 1, 2), (2, 1, 1), (7, 3, 1), (130, 65, 1), (3, 0, 1), (5, 4, 7), (2, 3, 1200),
      (65, 64, 1),
    ]
  }

  /// The numbers of each channel.
  private func byChannel(
    _ x: [Number], _ shape: (batch: Int, channels: Int, length: Int)
  ) -> [[Double]] {
    (0..<shape.channels).map { c in
      (0..<shape.batch).flatMap { b in
        (0..<shape.length).map { Double(x[(b * shape.channels + c) * shape.length + $0]) }
      }
    }
  }

  private func channel(
    of index: Int, _ shape: (batch: Int, channels: Int, length: Int)
  ) -> Int { index / shape.length % shape.channels }

  func channelMoments() {
    for shape in channels {
      let x = shifted(shape.batch * shape.channels * shape.length)
      let (mean, variance) = (
        keeper.memory(result: shape.channels), keeper.memory(result: shape.channels)
      )
      let source = keeper.memory(x)
      table.channel_moments(
        mean.pointer, variance.pointer, source.pointer, Int64(shape.batch), Int64(shape.channels),
        Int64(shape.length))
      #expect(mean.isFenceIntact && variance.isFenceIntact)
      let all = byChannel(x, shape).map(moments)
      expectNear(mean.numbers, all.map { ($0.mean, 6) }, units: 4, "\(shape)")
      expectNear(variance.numbers, all.map { ($0.variance, 6) }, units: 8, "\(shape)")
    }
    // A spread that is small beside the mean: sums of squares would lose it altogether in Float.
    for length in [1, 300] {
      let count = 600 / length
      let x = (0..<600).map { Number(4096 + ($0 % 2 == 0 ? 0.5 : -0.5)) }
      let (mean, variance) = (keeper.memory(result: 1), keeper.memory(result: 1))
      let source = keeper.memory(x)
      table.channel_moments(
        mean.pointer, variance.pointer, source.pointer, Int64(count), 1, Int64(length))
      #expect(mean.pointer[0] == 4096)
      #expect(abs(Double(variance.pointer[0]) - 0.25) <= 1e-6)
    }
  }

  func channelScale() {
    for shape in channels {
      let x = shifted(shape.batch * shape.channels * shape.length)
      let (m, k, b) = (
        drawn(shape.channels, "m"), drawn(shape.channels, "k"), drawn(shape.channels, "b")
      )
      let y = keeper.memory(result: x.count)
      let memory = (keeper.memory(x), keeper.memory(m), keeper.memory(k), keeper.memory(b))
      table.channel_scale(
        y.pointer, memory.0.pointer, memory.1.pointer, memory.2.pointer, memory.3.pointer,
        Int64(shape.batch), Int64(shape.channels), Int64(shape.length))
      #expect(y.isFenceIntact)
      let expected = x.enumerated().map { index, x in
        let c = channel(of: index, shape)
        let value = (Double(x) - Double(m[c])) * Double(k[c])
        let size = (Double(x) + abs(Double(m[c]))) * abs(Double(k[c]))
        return (value: value + Double(b[c]), size: size + abs(Double(b[c])))
      }
      expectNear(y.numbers, expected, units: 4, "\(shape)")
    }
  }

  func channelProducts() {
    for shape in channels {
      let count = shape.batch * shape.channels * shape.length
      let (x, dy, m) = (shifted(count), drawn(count, "dy", -1, 1), drawn(shape.channels, "m"))
      let (sum, product) = (
        keeper.memory(result: shape.channels), keeper.memory(result: shape.channels)
      )
      let memory = (keeper.memory(dy), keeper.memory(x), keeper.memory(m))
      table.channel_products(
        sum.pointer, product.pointer, memory.0.pointer, memory.1.pointer, memory.2.pointer,
        Int64(shape.batch), Int64(shape.channels), Int64(shape.length))
      #expect(sum.isFenceIntact && product.isFenceIntact)
      var sums = [(value: Double, size: Double)](repeating: (0, 0), count: shape.channels)
      var products = sums
      for index in 0..<count {
        let c = channel(of: index, shape)
        let (d, far) = (Double(dy[index]), Double(x[index]) - Double(m[c]))
        sums[c].value += d
        sums[c].size += abs(d)
        products[c].value += d * far
        products[c].size += abs(d) * (Double(x[index]) + abs(Double(m[c])))
      }
      expectNear(sum.numbers, sums, units: 64, "sum \(shape)")
      expectNear(product.numbers, products, units: 64, "product \(shape)")
    }
  }

  func channelCombine() {
    for shape in channels {
      let count = shape.batch * shape.channels * shape.length
      let (x, dy) = (shifted(count), drawn(count, "dy"))
      let rows = ["m", "p", "q", "r"].map { drawn(shape.channels, $0) }
      let dx = keeper.memory(result: count)
      let memory = ([dy, x] + rows).map { keeper.memory($0).pointer }
      table.channel_combine(
        dx.pointer, memory[0], memory[1], memory[2], memory[3], memory[4], memory[5],
        Int64(shape.batch), Int64(shape.channels), Int64(shape.length))
      #expect(dx.isFenceIntact)
      let expected = (0..<count).map { index in
        let c = channel(of: index, shape)
        let (m, p, q, r) = (
          Double(rows[0][c]), Double(rows[1][c]), Double(rows[2][c]), Double(rows[3][c])
        )
        let (d, x) = (Double(dy[index]), Double(x[index]))
        return (
          value: p * d + (x - m) * q + r, size: abs(p * d) + (x + abs(m)) * abs(q) + abs(r)
        )
      }
      expectNear(dx.numbers, expected, units: 4, "\(shape)")
    }
  }

  /// Against Philox in Swift, whose words are known answers.
  func keepMask() {
    let (seed, hash): (UInt64, UInt64) = (0x1234_5678_9abc_def0, 0xfedc_ba98_0765_4321)
    for size in Self.sizes + [5, 63, 65] {
      for rate in [0, 0.1, 0.5, 0.999, 1 - 0x1p-50] {
        let mask = keeper.memory(result: size)
        table.keep_mask(mask.pointer, seed, hash, rate, Int64(size))
        #expect(mask.isFenceIntact)
        let threshold = UInt32(min((rate * 0x1p32).rounded(), Double(UInt32.max)))
        let expected = (0..<size).map { index -> Number in
          let words = Philox.block(
            counter: SIMD4(
              UInt32(index / 4), 0, UInt32(truncatingIfNeeded: hash), UInt32(hash >> 32)),
            key: SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(seed >> 32)))
          return words[index % 4] < threshold ? 0 : Number(1 / (1 - rate))
        }
        expectSame(mask.numbers, expected, "\(rate) of \(size)")
      }
    }
  }
}
