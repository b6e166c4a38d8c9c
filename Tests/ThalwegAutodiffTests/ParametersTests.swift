import Testing
import ThalwegAutodiff
import ThalwegTensor

@Suite struct ParametersTests {
  private func made(_ type: ScalarType) -> (Parameters, Parameter, Parameter) {
    let parameters = Parameters(type)
    let weight = parameters.register("layer.weight", [2, 3]) { Double($0) + 0.1 }
    let bias = parameters.register("layer.bias", []) { _ in -1 }
    return (parameters, weight, bias)
  }

  @Test(arguments: ScalarType.allCases)
  func `parameters keep their path, shape and values`(_ type: ScalarType) {
    let (parameters, weight, bias) = made(type)
    #expect(parameters.paths == ["layer.weight", "layer.bias"])
    #expect(parameters["layer.weight"] == weight)
    #expect(parameters["layer.bias"] == bias)
    #expect(parameters["layer"] == nil)
    #expect(parameters.tensorCount == 2)
    #expect(parameters.elementCount == 7)
    let expected = (0..<6).map {
      type == .float32 ? Double(Float(Double($0) + 0.1)) : Double($0) + 0.1
    }
    #expect((0..<6).map { parameters.value(weight, $0) } == expected)
    #expect(parameters.tensor(weight).doubles == expected)
    #expect(parameters.tensor(weight).scalarType == type)
    #expect(parameters.tensor(bias).shape == .scalar)
  }

  @Test func `each tensor starts on a cache line and stays where it is put`() {
    let parameters = Parameters(.float32)
    let handles = (0..<300).map { index in
      parameters.register("p\(index)", [index % 7 + 1]) { Double(index * 10 + $0) }
    }
    #expect(parameters.segments.allSatisfy { $0.offset % 16 == 0 })
    for (index, handle) in handles.enumerated() {
      for entry in 0..<handle.shape.count {
        #expect(parameters.value(handle, entry) == Double(index * 10 + entry))
      }
    }
  }

  @Test func `writing raises the revision`() {
    let (parameters, weight, _) = made(.float64)
    let before = parameters.revision
    parameters.setValue(weight, 5, to: 42)
    #expect(parameters.value(weight, 5) == 42)
    #expect(parameters.revision > before)
  }

  @Test func `conversion keeps order, paths, places, values and what is frozen`() {
    let (parameters, weight, bias) = made(.float32)
    let place = parameters.place("layer")
    parameters.setFrozen(1, true)
    let wide = parameters.converted(to: .float64)
    #expect(wide.scalarType == .float64)
    #expect(wide.paths == parameters.paths)
    #expect(wide.place("layer") == place)
    #expect(wide.tensor(weight).doubles == parameters.tensor(weight).doubles)
    #expect(wide.isFrozen(bias) && !wide.isFrozen(weight))
    wide.setValue(weight, 0, to: 9)
    #expect(parameters.value(weight, 0) != 9)
  }

  @Test func `a path has one place`() {
    let parameters = Parameters(.float32)
    let (a, b) = (parameters.place("a"), parameters.place("b"))
    #expect(a != b)
    #expect(parameters.place("a") == a)
    #expect(parameters.path(of: b.id) == "b")
    #expect(parameters.place("") != a)
  }

  @Test func `a path is registered once`() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let parameters = Parameters(.float32)
      for _ in 0..<2 { _ = parameters.register("layer.bias", [1]) { _ in 0 } }
    }
    #expect(trapText(result).contains("'layer.bias' is registered twice"))
  }

  @Test func `an entry beyond the shape traps`() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let parameters = Parameters(.float32)
      let bias = parameters.register("layer.bias", [2]) { _ in 0 }
      _ = parameters.value(bias, 2)
    }
    #expect(trapText(result).contains("entry 2 of 'layer.bias', shape [2]"))
  }
}
