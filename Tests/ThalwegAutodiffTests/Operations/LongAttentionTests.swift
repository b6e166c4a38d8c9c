import Foundation
import Testing
import ThalwegAutodiff
import ThalwegTensor

/// Attention with so many queries that they are worked on in several blocks, beside its definition.
@Suite struct LongAttentionTests {
  private static let (batch, heads, queries) = (2, 2, 300)

  /// How query, key and value are given.
  enum Operands { case apart, packed, same }

  /// Which keys may be looked at: all; most, the first of each sequence among them; all but the first
  /// few, so that where it is causal some queries may look at none.
  enum Mask { case none, most, late }

  struct Setting: Sendable {
    let type: ScalarType
    let operands: Operands
    var mask = Mask.most
    var width = 6
    var isCausal = false
    var keys = 300

    static let all: [Setting] = ScalarType.allCases.flatMap { type in
      [
        Setting(type: type, operands: .apart, keys: 400),
        Setting(type: type, operands: .apart, isCausal: true, keys: 400),
        Setting(type: type, operands: .apart, width: 24, keys: 400),
        Setting(type: type, operands: .apart, mask: .none, isCausal: true, keys: 200),
        Setting(type: type, operands: .apart, mask: .late, isCausal: true, keys: 400),
        Setting(type: type, operands: .packed),
        Setting(type: type, operands: .packed, isCausal: true),
        Setting(type: type, operands: .packed, mask: .none, width: 24),
        Setting(type: type, operands: .packed, mask: .late, isCausal: true),
        Setting(type: type, operands: .same, mask: .none),
      ]
    }
    var isPacked: Bool { operands == .packed }
    var tolerance: Double { type == .float32 ? 1e-5 : 1e-13 }
  }

  /// Query, key, value and the weight of each entry of the output; the gradients by the definition.
  private struct Sample {
    let (setting, keys, width): (Setting, Int, Int)
    let lists: [[Double]]
    let mask: [Double]

    init(_ setting: Setting) {
      self.setting = setting
      (keys, width) = (setting.keys, setting.width)
      let rows = [batch * queries, batch * keys, batch * keys, batch * queries]
      let (width, keys) = (width, keys)
      let names = setting.operands == .same ? ["q", "q", "q"] : ["q", "k", "v"]
      lists = zip(names + ["weights"], rows).map { name, rows in
        let stream = RandomStream(seed: 4, path: name)
        return (0..<rows * width).map { Double(Float(2 * stream.uniform($0) - 1)) }
      }
      mask = (0..<batch * keys).map {
        switch setting.mask {
        case .none: 1
        case .most: $0 % keys % 7 == 3 ? 0 : 1
        case .late: $0 % keys < 5 ? 0 : 1
        }
      }
    }

    /// Output and gradients of query, key and value.
    func exact() -> [[Double]] {
      var found = [0, 0, 1, 1].map { [Double](repeating: 0, count: lists[$0].count) }
      for sequence in 0..<batch {
        for head in 0..<heads {
          for query in 0..<queries { add(sequence, head, query, to: &found) }
        }
      }
      return found
    }

    private func add(_ sequence: Int, _ head: Int, _ query: Int, to found: inout [[Double]]) {
      let columns = width / heads
      let scale = 1 / Double(columns).squareRoot()
      let x = (sequence * queries + query) * width + head * columns
      let places = (0..<keys).filter {
        mask[sequence * keys + $0] != 0 && (!setting.isCausal || $0 <= query)
      }.map { (sequence * keys + $0) * width + head * columns }
      func dot(_ a: [Double], _ b: [Double], _ y: Int) -> Double {
        var sum = 0.0
        for column in 0..<columns { sum += a[x + column] * b[y + column] }
        return sum
      }
      let powers = places.map { exp(scale * dot(lists[0], lists[1], $0)) }
      let total = powers.reduce(0, +)
      let slopes = places.map { dot(lists[3], lists[2], $0) }
      var mean = 0.0
      for (power, slope) in zip(powers, slopes) { mean += power / total * slope }
      for (index, y) in places.enumerated() {
        let share = powers[index] / total
        let slope = scale * share * (slopes[index] - mean)
        for column in 0..<columns {
          found[0][x + column] += share * lists[2][y + column]
          found[1][x + column] += slope * lists[1][y + column]
          found[2][y + column] += slope * lists[0][x + column]
          found[3][y + column] += share * lists[3][x + column]
        }
      }
    }

    /// The operands as the operation takes them: the three thirds of each row in one list, or apart.
    func operands(_ lists: ArraySlice<[Double]>) -> [[Double]] {
      switch setting.operands {
      case .apart: return Array(lists)
      case .same: return [lists[lists.startIndex]]
      case .packed:
        return [
          (0..<batch * queries).flatMap { row in
            lists.flatMap { $0[row * width..<(row + 1) * width] }
          }
        ]
      }
    }

    /// The gradients of these operands.
    func gradients(_ exact: ArraySlice<[Double]>) -> [[Double]] {
      if setting.operands != .same { return operands(exact) }
      return [exact[1].indices.map { exact[1][$0] + exact[2][$0] + exact[3][$0] }]
    }

    func model(_ level: KernelLevel, threads: Int) throws -> Model {
      let shapes: [Shape] =
        setting.isPacked
        ? [[batch, queries, 3 * width]]
        : [[batch, queries, width], [batch, keys, width], [batch, keys, width]]
      let values = zip(shapes, operands(lists[0...2])).enumerated().map {
        ("x\($0.offset)", $0.element.0, $0.element.1)
      }
      return try Model(values, in: setting.type, threads: threads, level: level)
    }

    /// Output and gradients; with `isAdded` each operand gets 1 from another term as well.
    func run(_ model: Model, isAdded: Bool) -> [[Double]] {
      let pass = model.pass()
      let operands = (0..<(setting.operands == .apart ? 3 : 1)).map { pass[model.handle($0)] }
      let x = setting.operands == .same ? [operands[0], operands[0], operands[0]] : operands
      let seen = setting.mask == .none ? nil : pass.constant(mask, [batch, keys])
      let output =
        setting.isPacked
        ? x[0].selfAttention(heads: heads, keyMask: seen, isCausal: setting.isCausal)
        : x[0].attention(
          key: x[1], value: x[2], heads: heads, keyMask: seen, isCausal: setting.isCausal)
      let weights = pass.constant(lists[3], [batch, queries, width])
      pass.minimize("loss", (output * weights).sum())
      for (index, operand) in operands.enumerated() where isAdded {
        pass.minimize("sum\(index)", operand.sum())
      }
      model.tape.backward()
      return [output.tensor.doubles] + operands.indices.map { model.gradient($0) }
    }
  }

  @Test(arguments: Setting.all)
  func `several blocks follow the definition`(_ setting: Setting) throws {
    let sample = Sample(setting)
    let exact = sample.exact()
    let wanted = [exact[0]] + sample.gradients(exact[1...3])
    for level in KernelLevel.available {
      var first: [[Double]]?
      for threads in [1, 2] {
        let model = try sample.model(level, threads: threads)
        // The second time on memory that is not zero.
        for isAdded in [false, false, true] {
          let found = sample.run(model, isAdded: isAdded)
          for (index, (got, exact)) in zip(found, wanted).enumerated() {
            let shift = isAdded && index > 0 ? 1.0 : 0
            #expect(got.count == exact.count)
            #expect(
              zip(got, exact).allSatisfy { abs($0 - shift - $1) <= setting.tolerance },
              "\(setting) \(level) \(threads) \(index)")
          }
          if isAdded { continue }
          if let first { #expect(found == first, "\(setting) \(level) \(threads)") }
          first = found
        }
      }
    }
  }
}
