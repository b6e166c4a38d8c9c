import Testing
import ThalwegAutodiff
import ThalwegRCGNN
import ThalwegTensor

@Suite struct ModelDifferencesTests {
  /// Every entry of every tensor, every term and every operation.
  private func check(_ model: MadeModel) throws -> GradientCheck {
    GradientCheck(model.parameters, on: try Machine(threads: 1), entries: .max) {
      model.minimize([5, 90, 300], $0)
    }
  }

  @Test func latentModelOfThePublishedSize() throws {
    let model = try MadeModel(
      "published-stable",
      ["data.window=6", "loss.sparsity=0.5", "loss.acyclicity=3", "loss.disentanglement=0.8"])
    let found = try check(model)
    #expect(found.terms.count == 4)
    #expect(found.errors.isEmpty, "\(found.errors)")
    #expect(found.uncheckedTensors.isEmpty)
    #expect(found.tensors.reduce(0) { $0 + $1.checked + $1.kinks } == 5094)
    let kinks = found.tensors.reduce(0) { $0 + $1.kinks }
    #expect(kinks < 250, "\(kinks) entries at a kink")
  }

  @Test func graphModelOfTheDefaultSize() throws {
    let model = try MadeModel("default", ["data.window=6"])
    // All logits start equal; a trained graph has them apart.
    let stream = RandomStream(seed: 3, path: "logits")
    try model.set("structure.logits", (0..<100).map { stream.normal($0) })
    let found = try check(model)
    #expect(found.terms.map(\.name).sorted() == ["reconstruction", "sparsity"])
    #expect(found.errors.isEmpty, "\(found.errors)")
    #expect(found.uncheckedTensors.isEmpty)
    // 100 logits, 3 x 10 x 10 x 16 inner weights, 160 biases, 160 outer weights, 10 biases.
    #expect(found.tensors.reduce(0) { $0 + $1.checked + $1.kinks } == 5230)
    let kinks = found.tensors.reduce(0) { $0 + $1.kinks }
    #expect(kinks < 250, "\(kinks) entries at a kink")
  }
}
