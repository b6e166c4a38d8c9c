import Testing
import ThalwegFormats

extension CommandTests {
  /// Checkpoints that torch and safetensors wrote, as the command lists them.
  @Suite struct InspectTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func fixture(_ name: String) -> String {
      let tests = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
      return "/" + tests + "/ThalwegFormatsTests/Fixtures/" + name
    }

    @Test func linesAndDocumentSayTheSame() throws {
      let path = fixture("whole.pt")
      let run = try folder.run(["inspect", path])
      #expect(run.end == .exit(0), "\(run.error)")
      #expect(run.error.isEmpty)
      let lines = run.output.split(separator: "\n")
      #expect(
        lines.first
          == "\(path): PyTorch checkpoint (zip, version 3, little-endian), all of it understood")
      let again = try folder.run(["inspect", path, "--json"])
      #expect(again.end == .exit(0), "\(again.error)")
      let document = try again.document()
      #expect(document["kind"]?.string == "pytorch")
      let tensors = try #require(document["tensors"]?.array)
      let counts = try #require(document["counts"])
      #expect(counts["tensors"]?.int == tensors.count)
      #expect(counts["parameters"]?.isNull == true)
      let elements = try #require(counts["elements"]?.int)
      #expect(elements == tensors.reduce(0) { $0 + ($1["elements"]?.int ?? 0) })
      #expect(
        run.output.contains(
          "\ntensors \(tensors.count), parameters not recorded, elements \(elements), "))
      // Each tensor has a line, in the same order, with its type and shape.
      for (line, tensor) in zip(lines.dropFirst(2), tensors) {
        let shape = try #require(tensor["shape"]?.array).compactMap(\.int)
        #expect(line.hasPrefix(try #require(tensor["path"]?.string) + " "))
        #expect(line.contains(" \(try #require(tensor["type"]?.string)) "))
        #expect(line.contains("\(shape)"))
        #expect(line.contains("shares storage") == (tensor["shares_storage"]?.bool == true))
      }
      #expect(tensors.contains { $0["shares_storage"]?.bool == true })
      #expect(lines.contains("  epoch: 3"))
      #expect(lines.contains("  note: \"two\\nlines, ü\""))
      #expect(
        document["scalars"]?.array?.first
          == .object([.init("name", .string("epoch")), .init("value", .integer(3))]))
    }

    @Test func parametersAreCountedWhereTheyAreRecorded() throws {
      let output = try folder.run(["inspect", fixture("parameters.pt")]).output
      #expect(output.contains("tensors 2, parameters 1, elements 7, bytes 28 in 2 storages"))
      #expect(output.contains("parameter\n"))
      let json = try folder.run(["inspect", fixture("parameters.pt"), "--json"]).document()
      #expect(json["tensors"]?.array?.map { $0["is_parameter"]?.bool } == [true, false])
    }

    @Test func safetensorsHaveNoStorages() throws {
      let path = fixture("types.safetensors")
      let output = try folder.run(["inspect", path]).output
      #expect(output.hasPrefix("\(path): safetensors file, all of it understood\n"))
      #expect(output.contains("tensors 17, parameters not recorded, elements 91, bytes "))
      #expect(output.hasSuffix("at the top:\n  step: \"12\"\n"))
    }

    @Test func unknownClassesAreRefusedOrSkipped() throws {
      expectRefusal(
        try folder.run(["inspect", fixture("module.pt")]), "module.pt: ",
        "'torch.nn.modules.linear.Linear'", "nothing was run", "--skip-unknown")
      let run = try folder.run(["inspect", fixture("module.pt"), "--skip-unknown"])
      #expect(run.end == .exit(0), "\(run.error)")
      #expect(run.output.contains(", 1 entry left unopened\n"))
      #expect(run.output.hasSuffix("  (the saved object): torch.nn.modules.linear.Linear\n"))
    }

    @Test func whatIsNoCheckpointIsBadInput() throws {
      expectRefusal(try folder.run(["inspect", "gone.pt"]), "gone.pt: no such file")
      expectRefusal(try folder.run(["inspect", "."]), ".: is a folder")
      for name in ["legacy.pt", "arrays.npz", "script.pt"] {
        expectRefusal(try folder.run(["inspect", fixture(name)]), "which is not read yet")
      }
      let text = try folder.write("a.pt", "epoch,loss\n")
      expectRefusal(try folder.run(["inspect", text]), "a.pt: starts like no checkpoint")
      let cut = folder["cut.pt"]
      try Files.writeDurably(cut, Array(try Files.read(fixture("whole.pt")).dropLast(9)))
      expectRefusal(try folder.run(["inspect", cut]), "cut.pt: the zip has no end record")
      try Files.writeDurably(cut, Array(try Files.read(fixture("types.safetensors")).dropLast(9)))
      expectRefusal(try folder.run(["inspect", cut]), "the file was cut, copy it again")
    }

    @Test func aFileOfOursIsListed() throws {
      #expect(try folder.run(SmallRun.words(out: "run")).end == .exit(0))
      expectRefusal(try folder.run(["inspect", "run"]), "is a run folder, which is not read yet")
      let run = try folder.run(["inspect", "run/checkpoints/last/model.safetensors"])
      #expect(run.end == .exit(0), "\(run.error)")
      #expect(run.output.contains("structure"))
    }
  }
}
