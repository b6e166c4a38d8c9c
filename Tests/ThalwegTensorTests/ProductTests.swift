import Testing
import ThalwegTensor

@Suite struct ProductTests {
  struct Extents: Sendable, CustomTestStringConvertible {
    var rows: Int
    var columns: Int
    var inner: Int
    var testDescription: String { "\(rows) x \(inner) x \(columns)" }

    init(_ rows: Int, _ inner: Int, _ columns: Int) {
      (self.rows, self.inner, self.columns) = (rows, inner, columns)
    }
  }

  static let small = [
    Extents(1, 1, 1), Extents(1, 7, 1), Extents(5, 1, 3), Extents(2, 3, 4), Extents(17, 33, 9),
    Extents(130, 5, 3), Extents(3, 0, 2), Extents(1, 0, 1), Extents(0, 3, 2), Extents(3, 2, 0),
  ]
  /// Above the cut for the pool: at least 128 rows and 2^20 multiply-adds.
  static let large = [
    Extents(128, 128, 64), Extents(129, 96, 96), Extents(191, 64, 100), Extents(1000, 33, 32),
    Extents(257, 513, 8),
  ]
  /// Of an inner extent that is cut into rounds.
  static let long = [Extents(61, 5003, 65), Extents(33, 20001, 48), Extents(1, 1 << 20, 2)]
  /// What the kernel of our own computes: whole and part vectors, more depth than one pass takes.
  static let middle = [
    Extents(31, 33, 61), Extents(32, 64, 65), Extents(7, 128, 512), Extents(33, 300, 72),
    Extents(96, 40, 50), Extents(101, 257, 130), Extents(13, 600, 64), Extents(72, 300, 1024),
    Extents(70, 9, 1030), Extents(140, 33, 7),
  ]

  struct Matrices<Number: BinaryFloatingPoint> {
    let extents: Extents
    let transposes: (a: Bool, b: Bool)
    let a: [Number]
    let b: [Number]
    let c: [Number]

    init(_ extents: Extents, _ transposes: (a: Bool, b: Bool)) {
      self.extents = extents
      self.transposes = transposes
      func drawn(_ name: String, _ count: Int) -> [Number] {
        let stream = RandomStream(seed: 8, path: name)
        return (0..<count).map { Number(2 * stream.uniform($0) - 1) }
      }
      a = drawn("a", extents.rows * extents.inner)
      b = drawn("b", extents.inner * extents.columns)
      c = drawn("c", extents.rows * extents.columns)
    }

    /// - Parameter offsets: a row that each row of the result starts from.
    func product(on machine: Machine, beta: Double, offsets: [Number]? = nil) -> [Number] {
      var result = c
      let kept = FlatStorage(
        Number.self == Float.self ? .float32 : .float64, count: extents.columns)
      for (index, number) in (offsets ?? []).enumerated() { kept[index] = Double(number) }
      a.withUnsafeBytes { a in
        b.withUnsafeBytes { b in
          result.withUnsafeMutableBytes { c in
            guard let c = c.baseAddress else { return }
            machine.multiply(
              Product(
                scalarType: Number.self == Float.self ? .float32 : .float64,
                transposesA: transposes.a, transposesB: transposes.b, rows: extents.rows,
                columns: extents.columns, inner: extents.inner,
                a: a.baseAddress ?? UnsafeRawPointer(c),
                b: b.baseAddress ?? UnsafeRawPointer(c), c: c, beta: beta,
                offsets: offsets == nil ? nil : UnsafeRawPointer(kept.pointer)))
          }
        }
      }
      withExtendedLifetime(kept) {}
      return result
    }

    /// Sum of products in Double, and the sum of their magnitudes.
    func exact(_ row: Int, _ column: Int, beta: Double) -> (sum: Double, size: Double) {
      var sum = beta * Double(c[row * extents.columns + column])
      var size = abs(sum)
      for k in 0..<extents.inner {
        let left = a[transposes.a ? k * extents.rows + row : row * extents.inner + k]
        let right = b[transposes.b ? column * extents.inner + k : k * extents.columns + column]
        sum += Double(left) * Double(right)
        size += abs(Double(left) * Double(right))
      }
      return (sum, size)
    }

    func worst(_ result: [Number], beta: Double) -> Double {
      var worst = 0.0
      for row in 0..<extents.rows {
        for column in 0..<extents.columns {
          let (sum, size) = exact(row, column, beta: beta)
          let got = Double(result[row * extents.columns + column])
          // The bound for a sum of n products in any order: n u / (1 - n u) of the magnitudes.
          let bound = Double(extents.inner + 2) * Double(Number.ulpOfOne) * size
          if abs(got - sum) > 0 { worst = max(worst, abs(got - sum) / bound) }
          if got.isNaN { return .infinity }
        }
      }
      return worst
    }
  }

  static let transposes = [(false, false), (false, true), (true, false), (true, true)]

  @Test(arguments: small + middle + large + long, [0.0, 1.0])
  func `a product agrees with a plain sum in Double`(_ extents: Extents, _ beta: Double) throws {
    let machines = try KernelLevel.available.map { try Machine(level: $0, threads: 2) }
    for (a, b) in Self.transposes {
      for machine in machines {
        let single = Matrices<Float>(extents, (a, b))
        #expect(single.worst(single.product(on: machine, beta: beta), beta: beta) <= 1, "\(a) \(b)")
        let double = Matrices<Double>(extents, (a, b))
        #expect(double.worst(double.product(on: machine, beta: beta), beta: beta) <= 1, "\(a) \(b)")
      }
    }
  }

  @Test(arguments: small + middle + large + long)
  func `the number of threads does not change a bit`(_ extents: Extents) throws {
    let machines = try [1, 2, 5].map { try Machine(threads: $0) }
    for (a, b) in Self.transposes {
      let single = Matrices<Float>(extents, (a, b))
      let floats = machines.map { single.product(on: $0, beta: 1).map(\.bitPattern) }
      #expect(floats[0] == floats[1] && floats[0] == floats[2], "\(a) \(b)")
      let double = Matrices<Double>(extents, (a, b))
      let doubles = machines.map { double.product(on: $0, beta: 1).map(\.bitPattern) }
      #expect(doubles[0] == doubles[1] && doubles[0] == doubles[2], "\(a) \(b)")
    }
  }

  @Test(arguments: small + middle + large + long)
  func `a row of offsets is what every row starts from`(_ extents: Extents) throws {
    let machines = try KernelLevel.available.map { try Machine(level: $0, threads: 2) }
    for (a, b) in Self.transposes {
      for machine in machines {
        try startsFromOffsets(Matrices<Float>(extents, (a, b)), on: machine)
        try startsFromOffsets(Matrices<Double>(extents, (a, b)), on: machine)
      }
    }
  }

  private func startsFromOffsets<Number: BinaryFloatingPoint>(
    _ matrices: Matrices<Number>, on machine: Machine
  ) throws {
    let extents = matrices.extents
    let offsets = (0..<extents.columns).map { Number($0 % 9) - 4 }
    let result = matrices.product(on: machine, beta: 0, offsets: offsets)
    for row in 0..<extents.rows {
      for column in 0..<extents.columns {
        let (sum, size) = matrices.exact(row, column, beta: 0)
        let offset = Double(offsets[column])
        let bound = Double(extents.inner + 3) * Double(Number.ulpOfOne) * (size + abs(offset))
        let far = abs(Double(result[row * extents.columns + column]) - sum - offset)
        #expect(far <= bound, "\(extents.testDescription), \(row), \(column)")
      }
    }
  }

  @Test func `offsets and beta exclude each other`() async {
    let trap = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let numbers = FlatStorage(.float32, count: 1)
      _ = Product(
        scalarType: .float32, rows: 1, columns: 1, inner: 1, a: numbers.pointer,
        b: numbers.pointer, c: numbers.pointer, beta: 1, offsets: numbers.pointer)
    }
    #expect(trapText(trap).contains("product: offsets, and beta 1.0"))
  }

  @Test func `with beta 0 what stood in the result is not read`() throws {
    let machine = try Machine(threads: 1)
    var result = [Double](repeating: .nan, count: 4)
    let (a, b) = ([1.0, 2, 3, 4], [5.0, 6, 7, 8])
    a.withUnsafeBytes { a in
      b.withUnsafeBytes { b in
        result.withUnsafeMutableBytes { c in
          guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return }
          machine.multiply(
            Product(scalarType: .float64, rows: 2, columns: 2, inner: 2, a: a, b: b, c: c))
        }
      }
    }
    #expect(result == [19, 22, 43, 50])
  }

  /// A block of a larger matrix, as the heads of an attention are.
  @Test(
    arguments: [Extents(5, 7, 3), Extents(300, 40, 96), Extents(31, 300, 72)], ScalarType.allCases)
  func `rows may lie apart`(_ extents: Extents, _ type: ScalarType) throws {
    let machine = try Machine(threads: 2)
    for (ta, tb) in Self.transposes {
      type == .float32
        ? try apart(Matrices<Float>(extents, (ta, tb)), on: machine)
        : try apart(Matrices<Double>(extents, (ta, tb)), on: machine)
    }
  }

  private func apart<Number: BinaryFloatingPoint>(
    _ close: Matrices<Number>, on machine: Machine
  ) throws {
    let (extents, transposes) = (close.extents, close.transposes)
    func spread(_ numbers: [Number], _ width: Int, _ by: Int) -> [Number] {
      (0..<numbers.count / width).flatMap { row in
        numbers[row * width..<(row + 1) * width] + [Number](repeating: 77, count: by)
      }
    }
    let widths = (
      transposes.a ? extents.rows : extents.inner, transposes.b ? extents.inner : extents.columns
    )
    let (a, b) = (spread(close.a, widths.0, 3), spread(close.b, widths.1, 4))
    let expected = close.product(on: machine, beta: 1)
    for isAlone in [false, true] {
      var c = spread(close.c, extents.columns, 5)
      try a.withUnsafeBytes { a in
        try b.withUnsafeBytes { b in
          try c.withUnsafeMutableBytes { c in
            let product = Product(
              scalarType: Number.self == Float.self ? .float32 : .float64,
              transposesA: transposes.a, transposesB: transposes.b, rows: extents.rows,
              columns: extents.columns, inner: extents.inner, a: try #require(a.baseAddress),
              b: try #require(b.baseAddress), c: try #require(c.baseAddress), beta: 1,
              lda: widths.0 + 3, ldb: widths.1 + 4, ldc: extents.columns + 5)
            isAlone
              ? Machine.multiplyAlone(product, machine.kernels(product.scalarType))
              : machine.multiply(product)
          }
        }
      }
      let width = extents.columns + 5
      for row in 0..<extents.rows {
        #expect(c[row * width + extents.columns..<(row + 1) * width].allSatisfy { $0 == 77 })
        for column in 0..<extents.columns {
          let (_, size) = close.exact(row, column, beta: 1)
          let bound = Double(extents.inner + 4) * Double(Number.ulpOfOne) * size
          let far = abs(Double(c[row * width + column] - expected[row * extents.columns + column]))
          #expect(far <= bound)
        }
      }
    }
  }
}
