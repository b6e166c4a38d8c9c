import CKernels
import Testing
import ThalwegTensor

/// Unfolding and pooling.
extension KernelCheck {
  private typealias Window = tw_window

  private func window(
    _ length: Int, _ kernel: Int, stride: Int = 1, padding: Int = 0, dilation: Int = 1,
    counting: Bool = false
  ) -> Window {
    Window(
      length: Int64(length),
      outputs: Int64((length + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1),
      kernel: Int64(kernel), stride: Int64(stride), padding: Int64(padding),
      dilation: Int64(dilation), adaptive: 0, include_padding: counting ? 1 : 0)
  }

  private func adaptive(_ length: Int, _ outputs: Int) -> Window {
    Window(
      length: Int64(length), outputs: Int64(outputs), kernel: 0, stride: 1, padding: 0,
      dilation: 1, adaptive: 1, include_padding: 0)
  }

  /// Padding wider than the row, strides beyond the kernel, windows that lie outside altogether.
  private var unfoldings: [Window] {
    [
      window(1, 1), window(7, 3), window(64, 5, padding: 2), window(33, 4, stride: 3, padding: 1),
      window(20, 3, padding: 4, dilation: 3), window(19, 2, stride: 5, dilation: 7),
      window(2, 5, padding: 6), window(300, 7, stride: 2, padding: 3, dilation: 2),
      window(3, 2, stride: 4, padding: 5),
    ]
  }

  /// The entry of the row at place k of window o; nil outside.
  private func place(_ w: Window, _ o: Int, _ k: Int) -> Int? {
    let at = o * Int(w.stride) - Int(w.padding) + k * Int(w.dilation)
    return at >= 0 && at < Int(w.length) ? at : nil
  }

  func unfold() {
    for w in unfoldings {
      for channels in [0, 1, 3] {
        let x = keeper.memory(drawn(channels * Int(w.length), "x"))
        let (kernel, outputs) = (Int(w.kernel), Int(w.outputs))
        let y = keeper.memory(result: channels * kernel * outputs)
        withUnsafePointer(to: w) { table.unfold(y.pointer, x.pointer, $0, Int64(channels)) }
        #expect(y.isFenceIntact)
        let expected = (0..<channels).flatMap { c in
          (0..<kernel).flatMap { k in
            (0..<outputs).map { o in
              place(w, o, k).map { x.pointer[c * Int(w.length) + $0] } ?? 0
            }
          }
        }
        expectSame(y.numbers, expected, "\(w)")
      }
    }
  }

  func fold() {
    for w in unfoldings {
      for channels in [0, 1, 3] {
        let (kernel, outputs, length) = (Int(w.kernel), Int(w.outputs), Int(w.length))
        let y = keeper.memory(drawn(channels * kernel * outputs, "y"))
        let x = keeper.memory(result: channels * length)
        withUnsafePointer(to: w) { table.fold(x.pointer, y.pointer, $0, Int64(channels)) }
        #expect(x.isFenceIntact)
        var expected = [(value: Double, size: Double)](repeating: (0, 0), count: channels * length)
        for c in 0..<channels {
          for k in 0..<kernel {
            for o in 0..<outputs {
              guard let at = place(w, o, k) else { continue }
              let number = Double(y.pointer[(c * kernel + k) * outputs + o])
              expected[c * length + at].value += number
              expected[c * length + at].size += abs(number)
            }
          }
        }
        expectNear(x.numbers, expected, units: Double(kernel), "\(w)")
      }
    }
  }

  private var poolings: [Window] {
    [
      window(1, 1, counting: true), window(7, 3), window(64, 2, stride: 2, counting: true),
      window(33, 4, stride: 3, padding: 2), window(33, 4, stride: 3, padding: 2, counting: true),
      window(3, 5, padding: 2), window(200, 50, stride: 7, padding: 25),
      window(200, 50, stride: 7, padding: 25, counting: true), window(9, 2, stride: 5),
      adaptive(7, 1), adaptive(7, 3), adaptive(7, 7), adaptive(3, 8), adaptive(130, 16),
    ]
  }

  /// The entries of window o, and what a mean over them is divided by.
  private func entries(_ w: Window, _ o: Int) -> (places: Range<Int>, divisor: Int) {
    let (n, m) = (Int(w.length), Int(w.outputs))
    if w.adaptive != 0 {
      let places = o * n / m..<((o + 1) * n + m - 1) / m
      return (places, places.count)
    }
    let start = o * Int(w.stride) - Int(w.padding)
    let places = max(start, 0)..<min(start + Int(w.kernel), n)
    return (places, w.include_padding != 0 ? Int(w.kernel) : places.count)
  }

  func averagePool() {
    for w in poolings {
      for rows in [0, 1, 4] {
        let x = keeper.memory(drawn(rows * Int(w.length), "x"))
        let y = keeper.memory(result: rows * Int(w.outputs))
        withUnsafePointer(to: w) { table.average_pool(y.pointer, x.pointer, $0, Int64(rows)) }
        #expect(y.isFenceIntact)
        var longest = 0
        let expected = (0..<rows * Int(w.outputs)).map { index in
          let (row, o) = (index / Int(w.outputs), index % Int(w.outputs))
          let (places, divisor) = entries(w, o)
          longest = max(longest, places.count)
          let numbers = places.map { Double(x.pointer[row * Int(w.length) + $0]) }
          return (
            value: numbers.reduce(0, +) / Double(divisor),
            size: numbers.reduce(0) { $0 + abs($1) } / Double(divisor)
          )
        }
        expectNear(y.numbers, expected, units: Double(longest + 1), "\(w)")
      }
    }
  }

  func averagePoolBackward() {
    for w in poolings {
      for rows in [0, 1, 4] {
        let dy = keeper.memory(drawn(rows * Int(w.outputs), "dy"))
        let dx = keeper.memory(result: rows * Int(w.length))
        withUnsafePointer(to: w) {
          table.average_pool_backward(dx.pointer, dy.pointer, $0, Int64(rows))
        }
        #expect(dx.isFenceIntact)
        var expected = [(value: Double, size: Double)](
          repeating: (0, 0), count: rows * Int(w.length))
        for index in 0..<rows * Int(w.outputs) {
          let (places, divisor) = entries(w, index % Int(w.outputs))
          for at in places {
            let share = Double(dy.pointer[index]) / Double(divisor)
            expected[index / Int(w.outputs) * Int(w.length) + at].value += share
            expected[index / Int(w.outputs) * Int(w.length) + at].size += abs(share)
          }
        }
        expectNear(dx.numbers, expected, units: Double(w.outputs + 1), "\(w)")
      }
    }
  }

  /// The first of the largest; a NaN above all.
  private func largest(_ x: [Number], _ places: Range<Int>) -> Int {
    if let missing = places.first(where: { x[$0].isNaN }) { return missing }
    return places.reduce(places.lowerBound) { x[$1] > x[$0] ? $1 : $0 }
  }

  func maximumPool() {
    for w in poolings {
      for rows in [0, 1, 4] {
        let (length, outputs) = (Int(w.length), Int(w.outputs))
        // Coarse numbers, so that there are ties, and the least and the worst among them.
        var x = drawn(rows * length, "x", -4, 4).map { $0.rounded() }
        for index in stride(from: 2, to: x.count, by: 9) { x[index] = .nan }
        for index in stride(from: 0, to: x.count, by: 5) { x[index] = -.infinity }
        let source = keeper.memory(x)
        let y = keeper.memory(result: rows * outputs)
        var places = [Int32](repeating: -1, count: rows * outputs + 1)
        withUnsafePointer(to: w) {
          table.maximum_pool(y.pointer, &places, source.pointer, $0, Int64(rows))
        }
        #expect(y.isFenceIntact && places.last == -1)
        let expected = (0..<rows * outputs).map { index in
          let row = index / outputs
          return largest(
            Array(x[row * length..<(row + 1) * length]), entries(w, index % outputs).places)
        }
        #expect(places.dropLast().map { Int($0) } == expected, "\(w)")
        expectSame(
          y.numbers, expected.enumerated().map { x[$0 / outputs * length + $1] }, "\(w)")
      }
    }
  }

  func maximumPoolBackward() {
    for w in poolings {
      let (length, outputs, rows) = (Int(w.length), Int(w.outputs), 4)
      let dy = keeper.memory(drawn(rows * outputs, "dy"))
      let dx = keeper.memory(result: rows * length)
      let stream = RandomStream(seed: 4, path: "places")
      let places = (0..<rows * outputs).map { Int32(stream.integer($0, below: length)) }
      withUnsafePointer(to: w) {
        table.maximum_pool_backward(dx.pointer, places, dy.pointer, $0, Int64(rows))
      }
      #expect(dx.isFenceIntact)
      var expected = [(value: Double, size: Double)](repeating: (0, 0), count: rows * length)
      for (index, place) in places.enumerated() {
        let number = Double(dy.pointer[index])
        expected[index / outputs * length + Int(place)].value += number
        expected[index / outputs * length + Int(place)].size += abs(number)
      }
      expectNear(dx.numbers, expected, units: Double(outputs), "\(w)")
    }
  }
}
