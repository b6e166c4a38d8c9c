import Testing
import ThalwegAutodiff
import ThalwegTensor

/// What may not be looked at, sizes at the edge, and threads.
@Suite struct AttentionTests {
  /// Query, key and value of two sequences, of which the mask hides the keys 1 and 3 of the first and
  /// 0 of the second.
  private struct Sample {
    static let hidden: Set<Int> = [1, 3, 4]
    let shape: Shape = [2, 4, 6]
    let mask: [Double] = [1, 0, 1, 0, 0, 1, 1, 1]

    func numbers(_ name: String, _ count: Int) -> [Double] {
      let stream = RandomStream(seed: 3, path: name)
      return (0..<count).map { 2 * stream.uniform($0) - 1 }
    }

    /// Output and gradients of query, key and value, or of the packed rows.
    func run(
      _ type: ScalarType, isPacked: Bool, under anything: Double?, mask: [Double]? = nil,
      isCausal: Bool = false, threads: Int = 1
    ) throws -> [[Double]] {
      let names = isPacked ? ["packed"] : ["q", "k", "v"]
      let width = isPacked ? 18 : 6
      let model = try Model(
        names.map { name in
          var list = numbers(name, 8 * width)
          if let anything, name != "q" {
            for row in Self.hidden {
              for column in (isPacked ? 6 : 0)..<width { list[row * width + column] = anything }
            }
          }
          return (name, [2, 4, width], list)
        }, in: type, threads: threads)
      let pass = model.pass()
      let seen = pass.constant(mask ?? self.mask, [2, 4])
      let x = pass[model.handle(0)]
      let output =
        isPacked
        ? x.selfAttention(heads: 2, keyMask: seen, isCausal: isCausal)
        : x.attention(
          key: pass[model.handle(1)], value: pass[model.handle(2)], heads: 2, keyMask: seen,
          isCausal: isCausal)
      let weights = pass.constant(numbers("weights", 48), shape)
      pass.minimize("loss", (output * weights).sum())
      model.tape.backward()
      return [output.tensor.doubles] + names.indices.map { model.gradient($0) }
    }
  }

  @Test(arguments: ScalarType.allCases, [false, true])
  func `what stands under the mask changes no bit`(_ type: ScalarType, _ isPacked: Bool) throws {
    let sample = Sample()
    for isCausal in [false, true] {
      let clean = try sample.run(type, isPacked: isPacked, under: nil, isCausal: isCausal)
      #expect(clean.allSatisfy { $0.allSatisfy { $0.isFinite } && $0.contains { $0 != 0 } })
      for anything in [0, 1e6, -1e30, .infinity, .nan] {
        let got = try sample.run(type, isPacked: isPacked, under: anything, isCausal: isCausal)
        #expect(got == clean, "\(anything) under the mask")
      }
      // No gradient goes to what was not looked at.
      let width = isPacked ? 18 : 6
      for row in Sample.hidden {
        let keys = isPacked ? Array(clean[1][row * width + 6..<(row + 1) * width]) : []
        let parts =
          isPacked ? [keys] : clean[2...3].map { Array($0[row * width..<(row + 1) * width]) }
        #expect(parts.allSatisfy { $0.allSatisfy { $0 == 0 } })
      }
    }
  }

  @Test(arguments: ScalarType.allCases, [false, true])
  func `where nothing may be looked at all is zero`(_ type: ScalarType, _ isPacked: Bool) throws {
    let sample = Sample()
    let lists = try sample.run(
      type, isPacked: isPacked, under: nil, mask: [0, 0, 0, 0, 1, 1, 1, 1])
    for list in lists {
      #expect(list[..<(list.count / 2)].allSatisfy { $0 == 0 })
      #expect(list[(list.count / 2)...].contains { $0 != 0 })
      #expect(list.allSatisfy { $0.isFinite })
    }
    // With causality the first query looks at the first key alone, which is hidden.
    let late = try sample.run(
      type, isPacked: isPacked, under: .nan, mask: [0, 0, 1, 0, 0, 1, 1, 1], isCausal: true)
    #expect(late[0][..<12].allSatisfy { $0 == 0 } && late[0][12..<18].contains { $0 != 0 })
  }

  @Test(arguments: ScalarType.allCases)
  func `later steps change no bit of earlier results`(_ type: ScalarType) throws {
    func output(_ last: Double) throws -> [Double] {
      var list = Sample().numbers("x", 30)
      for index in 24..<30 { list[index] = last }
      let model = try Model([("x", [1, 5, 6], list)], in: type)
      let pass = model.pass()
      return pass[model.handle(0)].selfAttention(heads: 1, isCausal: true).tensor.doubles
    }
    let (a, b) = (try output(0.25), try output(-1e5))
    #expect(a[..<8] == b[..<8])
    #expect(a[8...] != b[8...])
  }

  @Test(arguments: KernelLevel.available)
  func `without keys the result is zero, and empty shapes pass through`(
    _ level: KernelLevel
  ) throws {
    let model = try Model(
      [
        ("q", [2, 3, 4], [Double](repeating: 1, count: 24)), ("k", [2, 0, 4], []),
        ("e", [0, 3, 4], []),
      ], level: level)
    let pass = model.pass()
    let (q, k, e) = (pass[model.handle(0)], pass[model.handle(1)], pass[model.handle(2)])
    let output = q.attention(key: k, value: k, heads: 2)
    #expect(output.tensor.doubles == [Double](repeating: 0, count: 24))
    pass.minimize("loss", output.sum() + e.attention(key: e, value: e, heads: 1).sum())
    model.tape.backward()
    #expect(model.gradient(0) == [Double](repeating: 0, count: 24))
    #expect(model.gradient(1).isEmpty && model.gradient(2).isEmpty)
  }

  @Test(arguments: KernelLevel.available)
  func `without queries the keys get a gradient of zero, also on memory that was used`(
    _ level: KernelLevel
  ) throws {
    let keys = (0..<24).map { Double($0) }
    let model = try Model(
      [("q", [2, 0, 4], []), ("k", [2, 3, 4], keys), ("v", [2, 3, 4], keys)], level: level)
    for _ in 0..<2 {
      let pass = model.pass()
      let (q, k, v) = (pass[model.handle(0)], pass[model.handle(1)], pass[model.handle(2)])
      pass.minimize("squares", k.square().sum() + v.square().sum())
      pass.minimize("attention", q.attention(key: k, value: v, heads: 2).sum())
      model.tape.backward()
      #expect(model.gradient(1) == keys.map { 2 * $0 })
      #expect(model.gradient(2) == keys.map { 2 * $0 })
    }
  }

  @Test(arguments: ScalarType.allCases, [false, true])
  func `one and two threads give the same bits`(_ type: ScalarType, _ isPacked: Bool) throws {
    // Large enough for the pool to share it.
    func run(_ threads: Int) throws -> [[Double]] {
      let sample = Sample()
      let shape: Shape = [3, 80, isPacked ? 192 : 64]
      let names = isPacked ? ["x"] : ["q", "k", "v"]
      let model = try Model(
        names.map { ($0, shape, sample.numbers($0, shape.count)) }, in: type, threads: threads)
      let pass = model.pass()
      let mask = pass.constant((0..<240).map { $0 % 7 == 0 ? 0.0 : 1.0 }, [3, 80])
      let x = pass[model.handle(0)]
      let output =
        isPacked
        ? x.selfAttention(heads: 4, keyMask: mask)
        : x.attention(
          key: pass[model.handle(1)], value: pass[model.handle(2)], heads: 4, keyMask: mask)
      pass.minimize("loss", output.square().sum())
      model.tape.backward()
      return [output.tensor.doubles] + names.indices.map { model.gradient($0) }
    }
    #expect(try run(1) == run(2))
  }

  @Test(arguments: [false, true])
  func `computing a node again follows its operands`(_ isPacked: Bool) throws {
    let sample = Sample()
    let model = try Model([("x", [2, 4, 18], sample.numbers("x", 144))])
    let pass = model.pass()
    let x = pass[model.handle(0)]
    func result() -> Value {
      if isPacked { return x.selfAttention(heads: 3, keyMask: pass.constant(sample.mask, [2, 4])) }
      return x.attention(
        key: x, value: x, heads: 3, keyMask: pass.constant(sample.mask, [2, 4]))
    }
    let first = result()
    model.parameters.setValue(model.handle(0), 2, to: 3)
    model.tape.compute(at: Int(first.id))
    #expect(first.tensor.doubles == result().tensor.doubles)
  }
}
