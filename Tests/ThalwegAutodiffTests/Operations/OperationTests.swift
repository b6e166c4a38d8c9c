import Testing
import ThalwegAutodiff
import ThalwegFormats
import ThalwegTensor

/// Every operation against PyTorch and against central differences.
@Suite struct OperationTests {
  private func entry(_ name: String) throws -> Golden.Entry { try OperationFigures.entry(name) }

  @Test func `cases and figures have the same names`() throws {
    let entries = try OperationFigures.entries()
    #expect(entries.map { $0.name }.sorted() == OperationCases.all.map(\.name).sorted())
    for file in OperationFigures.files {
      #expect(try Golden(file).json["versions"]?["torch"]?.string != nil)
    }
  }

  @Test(arguments: OperationKind.allCases)
  func `each operation has cases, which use it`(_ kind: OperationKind) throws {
    let cases = OperationCases.of(kind)
    #expect(!cases.isEmpty)
    for operation in cases {
      let run = try OperationRun(operation, entry(operation.name), .float64)
      let output = try run.forward()
      let nodes = (0...Int(output.id)).map { run.tape.nodes[$0].operation }
      #expect(nodes.contains(kind), "\(operation.name)")
    }
  }

  @Test(arguments: OperationKind.allCases)
  func `values and gradients are PyTorch's`(_ kind: OperationKind) throws {
    for operation in OperationCases.of(kind) {
      let entry = try entry(operation.name)
      for type in ScalarType.allCases {
        let tolerance = type == .float64 ? 1e-13 : 5e-6
        let run = try OperationRun(operation, entry, type)
        let output = try run.forward()
        #expect(output.shape == (try entry.shape()), "\(operation.name)")
        let far = distance(output.tensor.doubles, try entry.numbers("output"))
        #expect(far <= tolerance, "\(operation.name) in \(type): value off by \(far)")
        let gradients = try run.gradients()
        for (index, expected) in try entry.lists("gradients").enumerated() {
          if let expected {
            let got = try #require(gradients[index], "\(operation.name): input \(index)")
            // The derivative of x / x is 0, which PyTorch's sum of two parts is not to the last bit.
            let far = distance(got, expected, floor: 0.1)
            #expect(far <= tolerance, "\(operation.name) in \(type): gradient off by \(far)")
          } else {
            #expect(gradients[index] == nil, "\(operation.name): input \(index)")
            #expect(run.operation.constants.union(run.operation.cut).contains(index))
          }
        }
      }
    }
  }

  @Test(arguments: OperationKind.allCases)
  func `gradients agree with central differences`(_ kind: OperationKind) throws {
    for operation in OperationCases.of(kind) {
      let run = try OperationRun(operation, entry(operation.name), .float64)
      let found = GradientCheck(run.parameters, on: try Machine(threads: 1), entries: .max) {
        _ = try? run.minimize($0)
      }
      #expect(!found.terms.isEmpty, "\(operation.name)")
      let isReplaced = found.derivatives.contains { $0.operation == "replaceGradient" }
      if !operation.estimated.isEmpty && !isReplaced {
        // An estimate that is the operation's own is no derivative, and the check says so.
        #expect(!found.isRight, "\(operation.name)")
        continue
      }
      #expect(found.errors == [], "\(operation.name)")
      for (index, tensor) in found.tensors.enumerated() {
        let input = try #require(run.handles.firstIndex { $0?.index == Int32(index) })
        if operation.cut.contains(input) {
          #expect(tensor.unchecked == "no gradient comes to it", "\(operation.name)")
          continue
        }
        let expected = operation.kink.map { kink in run.inputs[input].count { $0 == kink } } ?? 0
        // Drawn numbers may be equal where no kink was meant.
        #expect(tensor.kinks <= expected, "\(operation.name)")
        let compared = tensor.checked + tensor.kinks
        #expect(compared + tensor.unsettled == tensor.elements, "\(operation.name)")
        // Chances so near 0 and 1 that rounding hides how they change.
        let hasExtremes = ["binaryCrossEntropy.sure", "classCrossEntropy.far"].contains(
          operation.name)
        #expect(tensor.unsettled == 0 || hasExtremes, "\(operation.name)")
      }
    }
  }
}
