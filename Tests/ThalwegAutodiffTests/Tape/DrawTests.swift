import Testing
import ThalwegAutodiff
import ThalwegFormats
import ThalwegTensor

/// What a layer's random draw depends on, and on what it does not.
@Suite struct DrawTests {
  private func tape(_ places: [String]) throws -> Tape {
    let parameters = Parameters(.float32)
    for place in places { _ = parameters.place(place) }
    return Tape(try Machine(threads: 1), parameters)
  }

  private func within<Result>(_ path: String, _ pass: Pass, _ body: (Pass) -> Result) -> Result {
    let outer = pass.enter(pass.tape.parameters.place(path))
    defer { pass.leave(to: outer) }
    return body(pass)
  }

  @Test func `key, counter and numbers are those of another Philox`() throws {
    let entries = try Golden("draws").entries("draws")
    #expect(entries.count == 5)
    for entry in entries {
      func word(_ key: String) throws -> UInt64 {
        let text = try #require(entry.json[key]?.string)
        return try #require(UInt64(text, radix: 16))
      }
      func int(_ key: String) throws -> Int { try #require(entry.json[key]?.int) }
      let path = try #require(entry.json["path"]?.string)
      func pass() throws -> Pass {
        Pass(
          try tape([path]), .train, seed: try word("seed"), step: try int("step"),
          part: try int("part"))
      }
      let ordinal = try int("ordinal")
      let draws = within(path, try pass()) { pass in
        (0...ordinal).map { _ in entry.name == "mask" ? pass.draw("mask") : pass.draw() }
      }
      #expect(draws[ordinal].seed == (try word("key")))
      #expect(draws[ordinal].hash == (try word("hash")))
      let streams = within(path, try pass()) { pass in
        (0...ordinal).map { _ in entry.name == "mask" ? pass.random("mask") : pass.random() }
      }
      let uniform = try #require(entry.json["uniform"]?.double)
      #expect(streams[ordinal].uniform(3) == uniform)
      #expect(streams[ordinal].path == path)
    }
  }

  @Test func `neither the order of making nor other modules' draws change a draw`() throws {
    let first = Pass(try tape(["a", "b", "c"]), .train, seed: 3, step: 5)
    let second = Pass(
      try tape((0..<40).map { "x\($0)" } + ["c", "b", "a"]), .train, seed: 3, step: 5)
    let order = ["a", "b", "c"].map { within($0, first) { [$0.draw(), $0.draw()] } }
    _ = within("x7", second) { $0.draw() }
    _ = within("x39", second) { $0.random() }
    let back = ["c", "b", "a"].map { within($0, second) { [$0.draw(), $0.draw()] } }
    #expect(order == Array(back.reversed()))
  }

  /// Each of what a draw depends on gives another one.
  @Test func `no two draws are the same`() throws {
    var seen: [UInt64: Set<UInt64>] = [:]
    var count = 0
    for seed in [UInt64(0), 1, 1 << 40] {
      for step in [0, 1, 2, 1 << 33] {
        for part in 0..<2 {
          let pass = Pass(try tape(["a", "a.mask"]), .train, seed: seed, step: step, part: part)
          for path in ["", "a", "a.mask"] {
            within(path, pass) { pass in
              for draw in [pass.draw(), pass.draw(), pass.draw("mask"), pass.draw("noise")] {
                seen[draw.seed, default: []].insert(draw.hash)
                count += 1
              }
            }
          }
        }
      }
    }
    #expect(seen.values.reduce(0) { $0 + $1.count } == count)
  }

  @Test func `a cleared tape counts anew`() throws {
    let tape = try tape(["a"])
    let pass = Pass(tape, .train, seed: 1, step: 2)
    let first = within("a", pass) { $0.draw() }
    #expect(within("a", pass) { $0.draw() } != first)
    tape.clear()
    #expect(within("a", pass) { $0.draw() } == first)
  }
}
