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
      #expect(output.contains("\nat the top:\n  step: \"12\"\n"))
    }

    @Test func unknownClassesAreRefusedOrSkipped() throws {
      expectRefusal(
        try folder.run(["inspect", fixture("module.pt")]), "module.pt: ",
        "'torch.nn.modules.linear.Linear'", "nothing was run", "--skip-unknown")
      let run = try folder.run(["inspect", fixture("module.pt"), "--skip-unknown"])
      #expect(run.end == .exit(0), "\(run.error)")
      #expect(run.output.contains(", 1 entry left unopened\n"))
      #expect(run.output.contains("\n  (the saved object): torch.nn.modules.linear.Linear\n"))
    }

    @Test func whatIsNoCheckpointIsBadInput() throws {
      expectRefusal(try folder.run(["inspect", "gone.pt"]), "gone.pt: no such file")
      expectRefusal(try folder.run(["inspect", "."]), ".: is a folder")
      expectRefusal(try folder.run(["inspect", fixture("script.pt")]), "which is not read yet")
      expectRefusal(try folder.run(["inspect", fixture("objects.npz")]), "holds Python objects")
      let text = try folder.write("a.pt", "epoch,loss\n")
      expectRefusal(try folder.run(["inspect", text]), "a.pt: starts like no checkpoint")
      let cut = folder["cut.pt"]
      try Files.writeDurably(cut, Array(try Files.read(fixture("whole.pt")).dropLast(9)))
      expectRefusal(try folder.run(["inspect", cut]), "cut.pt: the zip has no end record")
      try Files.writeDurably(cut, Array(try Files.read(fixture("types.safetensors")).dropLast(9)))
      expectRefusal(try folder.run(["inspect", cut]), "the file was cut, copy it again")
    }

    /// The report's question: a gate that lies in the file and was never trained.
    @Test func whatWasNeverTrainedIsNamed() throws {
      let path = fixture("trained_adam.pt")
      let run = try folder.run(["inspect", path, "--stats"])
      #expect(run.end == .exit(0), "\(run.error)")
      for text in [
        "optimizer 'optimizer': state for 10 of 15 parameters, 4 updates each",
        "ever trained? 9 trained, 7 never_updated, 2 cannot_tell",
        "  model.blend_gate: 0.8, sigmoid 0.689974, the rest 0.310026",
        "statistics, of finite entries",
      ] {
        #expect(run.output.contains("\n\(text)"), "\(text)")
      }
      let gate = run.output.split(separator: "\n").first {
        $0.hasPrefix("  model.blend_gate") && $0.contains("never_updated")
      }
      #expect(gate?.contains("keeps some for 10 of its 15 parameters") == true)
      let document = try folder.run(["inspect", path, "--stats", "--json"]).document()
      let tensor = try #require(
        document["tensors"]?.array?.first { $0["path"]?.string == "model.blend_gate" })
      #expect(tensor["training"]?["verdict"]?.string == "never_updated")
      #expect(tensor["statistics"]?["count"]?.int == 1)
      #expect(document["training"]?["never_updated"]?.int == 7)
      #expect(document["training"]?["gates"]?.array?.count == 2)
      #expect(document["comparison"]?.isNull == true)
    }

    @Test func withoutStatsNoNumbersAreSaid() throws {
      let document = try folder.run(["inspect", fixture("trained_adam.pt"), "--json"]).document()
      let tensors = try #require(document["tensors"]?.array)
      #expect(tensors.allSatisfy { $0["statistics"]?.isNull == true })
      let output = try folder.run(["inspect", fixture("trained_adam.pt")]).output
      #expect(output.contains("--stats reads whether its exp_avg_sq is 0"))
      #expect(!output.contains("statistics, of finite"))
    }

    @Test func twoCheckpointsAreCompared() throws {
      let (late, early) = (fixture("trained_adam.pt"), fixture("first.safetensors"))
      let run = try folder.run(["inspect", late, early])
      #expect(run.end == .exit(0), "\(run.error)")
      #expect(run.output.contains("\nsince \(early): 2 added, "))
      #expect(run.output.contains("made late: added, and in no group of the optimizer"))
      #expect(!run.output.contains("cannot_tell:"))
      let document = try folder.run(["inspect", late, early, "--json"]).document()
      let changes = try #require(document["comparison"]?["changes"]?.array)
      #expect(changes.count { $0["change"]?.string == "added" } == 2)
      #expect(changes.count { $0["made_late"]?.string != nil } == 2)
      #expect(
        changes.allSatisfy {
          ($0["change"]?.string == "moved") == (($0["norm_of_difference"]?.double ?? 0) > 0)
        })
      let back = try folder.run(["inspect", fixture("first.pt"), late])
      #expect(back.output.contains(" 2 removed"))
      expectRefusal(try folder.run(["inspect", late, "gone.pt"]), "gone.pt: no such file")
    }

    @Test func numbersThatAreNotFiniteAreCounted() throws {
      let output = try folder.run(["inspect", fixture("numbers.pt"), "--stats"]).output
      let line = try #require(
        output.split(separator: "\n").last { $0.hasPrefix("some ") })
      #expect(line.split(separator: " ").suffix(3) == ["1", "2", "2"])
    }

    @Test func aFileOfOursIsListed() throws {
      #expect(try folder.run(SmallRun.words(out: "run")).end == .exit(0))
      let file = try folder.run(["inspect", "run/checkpoints/last/model.safetensors"])
      #expect(file.end == .exit(0), "\(file.error)")
      #expect(file.output.contains("structure"))
      let run = try folder.run(["inspect", "run", "--stats"])
      #expect(run.end == .exit(0), "\(run.error)")
      #expect(run.output.hasPrefix("run: Thalweg checkpoint (format 1), all of it understood\n"))
      #expect(run.output.contains("matched with the optimizer by names"))
      #expect(run.output.contains("\n  model.structure"))
    }
  }
}
