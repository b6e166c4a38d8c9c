import Testing
import ThalwegAutodiff
import ThalwegTensor

/// What a trapped process wrote to standard error.
func trapText(_ result: ExitTest.Result?) -> String {
  String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
}

/// A matrix `[2, 3]`, a vector `[2]` and a scalar, in the module that traps are to name.
func trapPass() throws -> (Model, Pass) {
  let model = try Model([
    ("m", [2, 3], [1, 2, 3, 4, 5, 6]), ("v", [2], [1, 2]), ("s", [], [1]),
  ])
  let pass = model.pass()
  _ = pass.enter(model.parameters.place("net.head"))
  return (model, pass)
}
