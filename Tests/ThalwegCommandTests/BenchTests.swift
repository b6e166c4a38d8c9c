import Testing
import ThalwegFormats
import ThalwegTensor

extension CommandTests {
  /// `thalweg bench`: what it measures allocates nothing, depends on no thread, and can be repeated
  /// by a twin.
  @Suite struct BenchTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Every workload at a small size, some with a size that fits no vector.
    private static let small = [
      ["product", "--sizes", "150"], ["mlp"], ["mlp", "--sizes", "7,33,15", "--batch", "9"],
      ["rc-gnn"], ["rc-gnn", "--preset", "default"], ["rc-gnn", "--batch", "3"],
      ["transformer", "--sizes", "3,11,12,3,20"], ["strain", "--sizes", "2,500"],
      ["lstm", "--sizes", "3,9,5,7,2"], ["softmax", "--sizes", "9,33"],
      ["gelu", "--sizes", "9,33"],
      ["layer-norm", "--sizes", "9,33"], ["adam", "--sizes", "1001"],
    ]

    /// One operation alone, without a loss.
    private static let single = ["product", "softmax", "gelu", "layer-norm", "adam"]

    @Test func everyWorkloadIsTried() throws {
      let line = try CommandRun.of(["help", "bench"]).output.split(separator: "\n").first {
        $0.hasPrefix("  knows: ")
      }
      let known = try #require(line).dropFirst(9).split(separator: ",").map {
        String($0.drop { $0 == " " })
      }
      #expect(Set(known) == Set(BenchTests.small.map { $0[0] }))
    }

    @Test(arguments: small)
    func aStepAllocatesNothing(words: [String]) throws {
      let run = try CommandRun.of(["bench"] + words + ["--steps", "20", "--json"])
      #expect(run.end == .exit(0), "\(run.error)")
      let document = try run.document()
      let allocations = try #require(document["allocations"])
      if allocations.isNull { try Test.cancel("allocations are not counted on this system") }
      #expect(allocations == .integer(0))
      #expect(document["identity"] == .string(words[0]))
      #expect(document["steps"]?.int == 140)
      #expect(document["microseconds"]?.array?.count == 7)
      #expect(document["microseconds_median"]?.double ?? 0 > 0)
      #expect(document["bytes"]?.int ?? 0 > 0)
      #expect(document["peak_bytes"]?.int ?? 0 >= document["start_bytes"]?.int ?? 0)
      let isStep = !BenchTests.single.contains(words[0])
      #expect((document["loss"]?.double?.isFinite == true) == isStep)
    }

    /// Large enough for the cuts between threads, rounds of products and blocks of queries among them.
    @Test(arguments: [
      ["product", "--sizes", "700"], ["mlp", "--sizes", "130,200,120", "--batch", "300"],
      ["transformer", "--sizes", "8,40,48,4,100"], ["strain", "--sizes", "3,600"],
      ["mlp", "--sizes", "32,48,32", "--batch", "30000"],
      ["transformer", "--sizes", "1,300,24,2,30"],
      ["lstm", "--sizes", "9,12,30,40,2"], ["rc-gnn"], ["softmax", "--sizes", "700,300"],
      ["gelu", "--sizes", "700,300"], ["layer-norm", "--sizes", "700,300"],
      ["adam", "--sizes", "300001"],
    ])
    func aTwinGetsTheSameForAnyNumberOfThreads(words: [String]) throws {
      for (name, threads) in [("one", "1"), ("two", "2"), ("again", "2"), ("three", "3")] {
        let run = try folder.run(
          ["bench"] + words + ["--threads", threads, "--export", folder[name]])
        #expect(run.end == .exit(0), "\(run.error)")
      }
      for file in ["workload.json", "start.safetensors", "data.safetensors"] {
        let bytes = try Files.read(folder["one/\(file)"])
        for other in ["two", "again", "three"] {
          #expect(try Files.read(folder["\(other)/\(file)"]) == bytes, "\(other), \(file)")
        }
      }
      let document = try JSON.parse(try Files.read(folder["one/workload.json"]), source: "export")
      let losses = try #require(document["losses"]?.array).compactMap(\.double)
      if !BenchTests.single.contains(words[0]) {
        #expect(losses.count == 101 && losses[100] < losses[0])
      } else {
        #expect(losses.isEmpty && document["check"]?.double ?? 0 > 0)
      }
    }

    /// To rounding: what a hundred steps make of it may be larger.
    @Test(arguments: small)
    func kernelLevelsAgree(words: [String]) throws {
      let levels = KernelLevel.available
      if levels.count < 2 { try Test.cancel("this CPU has one kernel level") }
      let documents = try levels.map { level in
        let name = level.rawValue
        let run = try folder.run(
          ["bench"] + words + ["--kernels", name, "--export", folder[name]])
        #expect(run.end == .exit(0), "\(run.error)")
        return try JSON.parse(try Files.read(folder["\(name)/workload.json"]), source: name)
      }
      let best = try #require(documents.last)
      for document in documents.dropLast() {
        if BenchTests.single.contains(words[0]) {
          let (found, expected) = (document["check"]?.double, best["check"]?.double)
          #expect(BenchTests.isNear(found, expected, 1e-5))
          continue
        }
        let (losses, others) = (document["losses"]?.array, best["losses"]?.array)
        #expect(losses?.count == 101 && others?.count == 101)
        for (step, tolerance) in [(0, 1e-5), (1, 1e-5), (100, 1e-3)] {
          let (loss, other) = (losses?[step].double, others?[step].double)
          #expect(BenchTests.isNear(loss, other, tolerance), "step \(step)")
        }
      }
      // The levels are not one and the same, which the few operations of an update do not show.
      let differ = documents.contains {
        $0["losses"] != best["losses"] || $0["check"] != best["check"]
      }
      #expect(differ || words[0] == "adam")
    }

    private static func isNear(_ a: Double?, _ b: Double?, _ tolerance: Double) -> Bool {
      guard let a, let b else { return false }
      return abs(a - b) <= tolerance * abs(b)
    }

    @Test func sizesThatDoNotFitAreRefused() throws {
      for (words, text) in [
        (["lstm", "--sizes", "3,4"], "5 numbers in the order of batch 32"),
        (["transformer", "--sizes", "2,3,10,4,5"], "heads divides"),
        (["product", "--sizes", "0"], "extent 1024"), (["gelu", "--batch", "3"], "--batch"),
        (["strain", "--preset", "default"], "--preset"),
      ] {
        expectRefusal(try folder.run(["bench"] + words), text)
      }
      let export = folder["full"]
      #expect(try folder.run(["bench", "mlp", "--export", export]).end == .exit(0))
      expectRefusal(try folder.run(["bench", "mlp", "--export", export]), "full")
    }

    /// The library that multiplies matrices takes an old core type for a CPU that it does not know.
    @Test func theCoreTypeFitsTheCPU() throws {
      if KernelLevel.available.last != .x86v4 { try Test.cancel("the CPU has no AVX-512") }
      func core(_ environment: [String: String]) throws -> (core: String, hints: Int) {
        let run = try CommandRun.of(
          ["bench", "mlp", "--steps", "1", "--kernels", "x86-64-v3", "--json"],
          environment: environment)
        let document = try run.document()
        return (document["blas_core"]?.string ?? "", document["hints"]?.array?.count ?? -1)
      }
      let chosen = try core([:])
      // One hint is about the kernels, which are forced here so that the library is used.
      #expect(!["Prescott", "Haswell"].contains(chosen.core) && chosen.hints == 1)
      let forced = try core(["OPENBLAS_CORETYPE": "Haswell"])
      #expect(forced.core == "Haswell" && forced.hints == 2)
    }
  }
}
