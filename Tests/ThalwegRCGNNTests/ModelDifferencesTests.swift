import Testing
import ThalwegAutodiff
import ThalwegRCGNN
import ThalwegTensor

@Suite struct ModelDifferencesTests {
  @Test func latentModelOfThePublishedSize() throws {
    let model = try MadeModel(
      "published-stable",
      ["data.window=6", "loss.sparsity=0.5", "loss.acyclicity=3", "loss.disentanglement=0.8"],
      .float64)
    let tape = try model.tape()
    let found = try CentralDifferences(model.parameters, tape) { model.minimize([5, 90, 300], $0) }
    #expect(model.terms(tape).count == 4)
    #expect(found.failures == [])
    #expect(found.checked + found.kinks == 5094)
    #expect(found.kinks < 250, "\(found.kinks) entries at a kink")
  }

  @Test func graphModelOfTheDefaultSize() throws {
    let model = try MadeModel("default", ["data.window=6"], .float64)
    // All logits start equal; a trained graph has them apart.
    let stream = RandomStream(seed: 3, path: "logits")
    try model.set("structure.logits", (0..<100).map { stream.normal($0) })
    let tape = try model.tape()
    let found = try CentralDifferences(model.parameters, tape) { model.minimize([5, 90, 300], $0) }
    #expect(model.terms(tape).keys.sorted() == ["reconstruction", "sparsity"])
    #expect(found.failures == [])
    // 100 logits, 3 x 10 x 10 x 16 inner weights, 160 biases, 160 outer weights, 10 biases.
    #expect(found.checked + found.kinks == 5230)
    #expect(found.kinks < 250, "\(found.kinks) entries at a kink")
  }
}
