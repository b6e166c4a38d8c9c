import Testing
import ThalwegFormats
import ThalwegTensor

/// Against the package that defines the format; without Python or a network these are skipped.
@Suite(.enabled(if: Python.interpreter != nil, "no python3 with safetensors and numpy"))
struct SafetensorsPeerTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func theirsReadsOurs() throws {
    let singles: [Float] = [1.5, -0.0, .infinity, 3.25, 0x1p-140]
    let doubles: [Double] = [0.1, -2, 1e300]
    try singles.withUnsafeBytes { singleBytes in
      try doubles.withUnsafeBytes { doubleBytes in
        try Safetensors.write(
          to: folder["ours.safetensors"],
          tensors: [
            ("odd \"name\" ü", [5], .float32, singleBytes),
            ("wide", [3, 1], .float64, doubleBytes),
            ("scalar", .scalar, .float32, .init(rebasing: singleBytes[..<4])),
            ("empty", [0, 3], .float32, .init(rebasing: singleBytes[..<0])),
          ],
          metadata: [("step", "12"), ("note", "a\nb")])
      }
    }
    let passed = try Python.run(
      #"""
      import numpy as np
      from safetensors import safe_open
      from safetensors.numpy import load_file
      t = load_file("ours.safetensors")
      assert sorted(t) == sorted(['odd "name" ü', "wide", "scalar", "empty"]), sorted(t)
      s = np.array([1.5, -0.0, np.inf, 3.25, 2.0**-140], np.float32)
      assert t['odd "name" ü'].tobytes() == s.tobytes() and t['odd "name" ü'].shape == (5,)
      assert t["wide"].dtype == np.float64 and t["wide"].shape == (3, 1)
      assert t["wide"].ravel().tolist() == [0.1, -2.0, 1e300]
      assert t["scalar"].shape == () and float(t["scalar"]) == 1.5
      assert t["empty"].shape == (0, 3)
      with safe_open("ours.safetensors", "np") as f:
        assert f.metadata() == {"step": "12", "note": "a\nb"}, f.metadata()
      """#, in: folder)
    #expect(passed)
  }

  @Test func oursReadsTheirs() throws {
    let passed = try Python.run(
      #"""
      import numpy as np
      from safetensors.numpy import save_file
      save_file({
        "a": np.arange(6, dtype=np.float32).reshape(2, 3) / 2,
        "b": np.array([0.1, 1e300]),
        "c": np.array([-(2**63), 5], np.int64),
        "scalar": np.array(7, np.float32),
        "empty": np.zeros((0, 4), np.float64),
      }, "theirs.safetensors", metadata={"format": "np"})
      save_file({"h": np.zeros(3, np.float16)}, "half.safetensors")
      """#, in: folder)
    #expect(passed)
    let file = try Safetensors.read(folder["theirs.safetensors"])
    #expect(file.entries.count == 5)
    #expect(file["a"]?.tensor == Tensor([0, 0.5, 1, 1.5, 2, 2.5] as [Float], shape: [2, 3]))
    #expect(file["b"]?.tensor == Tensor([0.1, 1e300] as [Double], shape: [2]))
    #expect(file["c"]?.integers == [.min, 5])
    #expect(file["scalar"]?.tensor == Tensor([7] as [Float], shape: .scalar))
    #expect(file["empty"]?.tensor == Tensor([] as [Double], shape: [0, 4]))
    #expect(file.metadata.map(\.name) == ["format"])
    #expect(file.metadata.map(\.text) == ["np"])
    let half = folder["half.safetensors"]
    #expect(throws: SafetensorsError.elementType(path: half, name: "h", type: "F16")) {
      try Safetensors.read(half)
    }
  }
}
