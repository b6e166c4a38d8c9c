import Testing
import ThalwegAutodiff
import ThalwegTensor

/// Attention and recurrence stop at shapes that do not fit.
@Suite struct SequenceTrapTests {
  private static func pass() throws -> (Model, Pass) {
    func ones(_ count: Int) -> [Double] { [Double](repeating: 1, count: count) }
    let model = try Model([
      ("q", [1, 2, 4], ones(8)), ("k", [1, 3, 4], ones(12)), ("w", [1, 4], ones(4)),
      ("v", [2], ones(2)),
    ])
    let pass = model.pass()
    _ = pass.enter(model.parameters.place("net.head"))
    return (model, pass)
  }

  @Test func `attention`() async {
    let shapes = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let (model, pass) = try Self.pass()
      let (q, k) = (pass[model.handle(0)], pass[model.handle(1)])
      _ = q.attention(key: k, value: q, heads: 2)
    }
    #expect(
      trapText(shapes).contains(
        "attention: query [1, 2, 4], key [1, 3, 4] and value [1, 2, 4] do not fit, in net.head"))
    let heads = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let (model, pass) = try Self.pass()
      let q = pass[model.handle(0)]
      _ = q.attention(key: q, value: q, heads: 3)
    }
    #expect(trapText(heads).contains("attention: 3 heads do not divide width 4, in net.head"))
    let none = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let (model, pass) = try Self.pass()
      let q = pass[model.handle(0)]
      _ = q.attention(key: q, value: q, heads: 0)
    }
    #expect(trapText(none).contains("attention: 0 heads do not divide width 4"))
    let mask = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let (model, pass) = try Self.pass()
      let q = pass[model.handle(0)]
      _ = q.attention(key: q, value: q, heads: 2, keyMask: pass[model.handle(3)])
    }
    #expect(trapText(mask).contains("attention: key mask [2] is not [1, 2], in net.head"))
  }

  @Test func `selfAttention`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let (model, pass) = try Self.pass()
      _ = pass[model.handle(0)].selfAttention(heads: 1)
    }
    #expect(
      trapText(result).contains(
        "selfAttention: shape [1, 2, 4] is not [batch, length, 3 width], in net.head"))
  }

  @Test func `lstm`() async {
    let weight = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let (model, pass) = try Self.pass()
      _ = pass[model.handle(0)].lstm(hiddenWeight: pass[model.handle(3)])
    }
    #expect(
      trapText(weight).contains(
        "lstm: shapes [1, 2, 4] and hidden weight [2] do not fit, in net.head"))
    let states = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let (model, pass) = try Self.pass()
      let v = pass[model.handle(3)]
      _ = pass[model.handle(0)].lstm(hiddenWeight: pass[model.handle(2)], initial: (v, v))
    }
    #expect(trapText(states).contains("lstm: initial states [2] are not [2, 1], in net.head"))
  }

  @Test func `gru`() async {
    let weight = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let (model, pass) = try Self.pass()
      _ = pass[model.handle(0)].gru(
        hiddenWeight: pass[model.handle(2)], hiddenBias: pass[model.handle(3)])
    }
    #expect(
      trapText(weight).contains(
        "gru: shapes [1, 2, 4] and hidden weight [1, 4] do not fit, in net.head"))
    let bias = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let (model, pass) = try Self.pass()
      let x = pass.constant([0.0, 0, 0], [1, 1, 3])
      _ = x.gru(
        hiddenWeight: pass.constant([0.0, 0, 0], [1, 3]), hiddenBias: pass[model.handle(3)])
    }
    #expect(trapText(bias).contains("gru: hidden bias [2] is not [3], in net.head"))
  }
}
