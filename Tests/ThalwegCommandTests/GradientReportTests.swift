import Testing
import ThalwegAutodiff
import ThalwegCommand
import ThalwegFormats
import ThalwegRecord
import ThalwegTensor

/// What the audit says of derivatives that are wrong, which no system that ships has.
@Suite struct GradientReportTests {
  /// y = x^2 with the derivative `slope` x.
  private struct Square: CustomOperation {
    let name = "ownSquare"
    let slope: Double

    func shape(of operands: OperandShapes) -> Shape { operands[0] }

    func forward<Number: BinaryFloatingPoint>(_ step: CustomForward<Number>) {
      for (index, x) in step.operand(0).enumerated() { step.result[index] = x * x }
    }

    func backward<Number: BinaryFloatingPoint>(_ step: CustomBackward<Number>) {
      guard let gradient = step.gradient(0) else { return }
      for (index, x) in step.operand(0).enumerated() {
        gradient[index] = Number(slope) * x * step.cotangent[index]
      }
    }
  }

  private func report(_ slope: Double) throws -> GradientReport {
    let parameters = Parameters()
    let weight = parameters.register("net.1.weight", [3]) { Double($0) + 0.5 }
    let unused = parameters.register("unused", [2]) { _ in 1 }
    return GradientReport(
      GradientCheck(parameters, on: try Machine(threads: 1)) { pass in
        let outer = pass.enter(pass.tape.parameters.place("net.1"))
        _ = pass[unused]
        pass.minimize("loss", pass[weight].applying(Square(slope: slope)).sum())
        pass.leave(to: outer)
      })
  }

  @Test func aWrongDerivativeIsAnErrorWithItsFactorAndPlace() throws {
    let report = try report(4)
    let sentence = "the derivative of ownSquare in net.1 is wrong by a factor 2.000"
    #expect(report.findings.first?.severity == .error && report.findings.first?.text == sentence)
    #expect(report.lines.last == sentence)
    #expect(report.lines.contains { $0.hasPrefix("net.1.weight") && $0.hasSuffix("WRONG") })
    #expect(report.json["right"] == .bool(false))
    #expect(report.json["summary"] == .string(sentence))
    let derivative = report.json["derivatives"]?.array?.first { $0["verdict"] == .string("wrong") }
    #expect(derivative?["operation"] == .string("ownSquare"))
    #expect(derivative?["module"] == .string("net.1"))
    #expect(abs((derivative?["factor"]?.double ?? 0) - 2) < 1e-6)
    let tensor = report.json["tensors"]?.array?.first
    #expect(tensor?["wrong"]?.array?.count == 3)
    let entry = tensor?["wrong"]?.array?.first
    #expect(entry?["index"] == .integer(0) && entry?["gradient"]?.double == 2)
    #expect(abs((entry?["difference"]?.double ?? 0) - 1) < 1e-6)
  }

  @Test func aRightOneIsNone() throws {
    let report = try report(2)
    #expect(report.findings.isEmpty)
    #expect(report.json["errors"] == .array([]))
    // No gradient comes to it: named, and no finding of this check.
    #expect(
      report.lines.contains { $0.hasPrefix("unused") && $0.contains("unchecked: no gradient") })
  }
}
