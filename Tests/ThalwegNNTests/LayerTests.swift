import Testing
import ThalwegAutodiff
import ThalwegFormats
import ThalwegNN
import ThalwegTensor

/// Every layer with given weights against PyTorch and against central differences.
@Suite struct LayerTests {
  private func entry(_ layer: LayerCase) throws -> Golden.Entry {
    let entries = try LayerCases.groups.flatMap { try Golden($0.file).entries("cases") }
    return try #require(entries.first { $0.name == layer.name }, "no figures for \(layer.name)")
  }

  @Test func `cases and figures have the same names`() throws {
    for group in LayerCases.groups {
      let figures = try Golden(group.file)
      #expect(
        try figures.entries("cases").map { $0.name }.sorted() == group.cases.map(\.name).sorted())
      #expect(figures.json["versions"]?["torch"]?.string != nil)
    }
  }

  /// The list of layers is that of the public interface, which `make lint` compares with the code.
  @Test func `every public layer has a case`() throws {
    let here = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let bytes = try Files.read("\(here)/Docs/api.txt")
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    let layers = lines.compactMap { line -> String? in
      let words = line.split(separator: " ")
      return words.first == "struct"
        && words.contains { $0 == "[Layer," || $0 == "Layer," || $0 == "Layer]" }
        ? String(words[1]) : nil
    }
    #expect(layers.contains("Linear") && layers.contains("MLP"))
    for layer in layers {
      #expect(LayerCases.all.contains { $0.name.hasPrefix(layer + ".") }, "\(layer)")
    }
  }

  @Test(arguments: LayerCases.all.map(\.name), ScalarType.allCases)
  func `output and gradients are PyTorch's`(_ name: String, _ type: ScalarType) throws {
    let layer = try #require(LayerCases.all.first { $0.name == name })
    let run = try LayerRun(layer, entry(layer), type)
    let tolerance = type == .float64 ? 1e-12 : 1e-5
    let output = try run.forward()
    #expect(output.shape == (try run.entry.shape()))
    #expect(distance(output.tensor.doubles, try run.entry.numbers("output")) <= tolerance)
    run.tape.backward()
    let expected = try run.entry.entries("parameters")
    let own = run.parameters.paths.filter { $0.hasPrefix("layer.") }
    #expect(Set(expected.map { "layer." + $0.name }) == Set(own))
    for given in expected {
      let got = try run.gradient("layer." + given.name)
      let far = distance(got, try given.numbers("gradient"), floor: 0.1)
      #expect(far <= tolerance, "\(given.name) off by \(far)")
    }
    for (index, expected) in try run.entry.lists("gradients").enumerated() {
      guard let expected else { continue }
      let far = distance(try run.gradient("input.\(index)"), expected, floor: 0.1)
      #expect(far <= tolerance, "input \(index) off by \(far)")
    }
  }

  @Test(arguments: LayerCases.all.map(\.name))
  func `gradients of the whole agree with central differences`(_ name: String) throws {
    let layer = try #require(LayerCases.all.first { $0.name == name })
    let run = try LayerRun(layer, entry(layer), .float64)
    let found = GradientCheck(run.parameters, on: try Machine(threads: 1), entries: .max) {
      _ = try? run.minimize($0)
    }
    #expect(!found.terms.isEmpty && found.errors == [] && found.uncheckedTensors == [])
    #expect(found.tensors.allSatisfy { $0.checked + $0.kinks + $0.unsettled == $0.elements })
    // What is added to all keys of attention cancels: its gradient is 0 but for rounding.
    let unsettled = found.tensors.filter { $0.unsettled > 0 }
    #expect(
      unsettled.allSatisfy { $0.path.hasSuffix("input.bias") && 3 * $0.unsettled <= $0.elements })
  }

  @Test(arguments: LayerCases.all.map(\.name))
  func `the model in Double gives the loss in Float to its rounding`(_ name: String) throws {
    let layer = try #require(LayerCases.all.first { $0.name == name })
    let narrow = try LayerRun(layer, entry(layer), .float32)
    _ = try narrow.forward()
    let tape = Tape(try Machine(threads: 1), narrow.parameters.converted(to: .float64))
    // The same layers, whose handles fit the converted parameters.
    let output = try narrow.minimize(Pass(tape, .train))
    let (single, double) = (try #require(narrow.tape.loss), try #require(tape.loss))
    let size = zip(output.tensor.doubles, try narrow.entry.numbers("weights")).reduce(0) {
      $0 + abs($1.0 * $1.1)
    }
    #expect(single != double)
    #expect(abs(single - double) <= 100 * ScalarType.float32.unitRoundoff * size)
  }

  @Test func `an input of another width traps in the module's name`() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let parameters = Parameters(.float32)
      let model = MLP([2, 3, 1], in: Builder(parameters, seed: 1) / "net")
      let pass = Pass(Tape(try Machine(threads: 1), parameters), .train)
      _ = model(pass.constant([1.0, 2, 3], [1, 3]), pass)
    }
    #expect(
      trapText(result).contains(
        "linear: shapes [1, 3], weight [2, 3] and bias [3] do not fit, in net.0"))
  }
}
