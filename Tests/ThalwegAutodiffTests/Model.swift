import ThalwegAutodiff
import ThalwegTensor

/// A tape with parameters, for tests that write their own forward pass.
struct Model {
  let parameters: Parameters
  let tape: Tape
  private let handles: [Parameter]

  /// - Parameter values: path, shape and numbers of each parameter.
  init(
    _ values: [(String, Shape, [Double])], in type: ScalarType = .float64,
    isRecording: Bool = true, threads: Int = 1, level: KernelLevel? = nil
  ) throws {
    let parameters = Parameters(type)
    handles = values.map { path, shape, numbers in
      parameters.register(path, shape) { numbers[$0] }
    }
    self.parameters = parameters
    tape = Tape(try Machine(level: level, threads: threads), parameters, isRecording: isRecording)
  }

  /// The handle of a parameter by its place in the list.
  func handle(_ index: Int) -> Parameter { handles[index] }

  /// A cleared tape's pass.
  func pass() -> Pass {
    tape.clear()
    return Pass(tape, .train)
  }

  func gradient(_ index: Int) -> [Double] {
    let handle = handle(index)
    return (0..<handle.shape.count).map { parameters.gradient(handle, $0) }
  }
}
