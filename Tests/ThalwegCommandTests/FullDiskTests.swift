#if os(Linux)
  import Glibc
  import Testing
  import ThalwegFormats

  extension CommandTests {
    /// A disk that fills up while a run saves: the last checkpoint stays whole, and the run goes on
    /// once there is space.
    @Suite struct FullDiskTests {
      let folder: TemporaryFolder

      init() throws { folder = try TemporaryFolder() }

      @Test(arguments: [
        // Room for one checkpoint and part of the next.
        (size: "160k", epochs: 3, settings: ["model.hidden=64", "checkpoint.every_steps=5"]),
        // Room for many checkpoints, but not for all the metrics.
        (size: "300k", epochs: 80, settings: []),
      ])
      func theLastCheckpointStays(size: String, epochs: Int, settings: [String]) throws {
        let disk = folder["disk"]
        try Files.makeDirectory(disk)
        // Only the superuser may mount; elsewhere the test ends here and says so.
        guard mount("none", disk, "tmpfs", 0, "size=" + size) == 0 else {
          try Test.cancel("mounting a small disk is not permitted here")
        }
        defer { umount(disk) }
        func words(_ out: String) -> [String] {
          SmallRun.words(epochs: epochs, out: out, set: settings)
        }
        let run = RunFiles(path: disk + "/run")
        expectRefusal(
          try folder.run(words(run.path)), disk, "the disk is full", exit: 1, isFirst: false)
        #expect(try run.damage() == [])
        let step = try #require(try run.savedStep())

        // Nothing has changed: the same again, and again nothing is lost.
        expectRefusal(
          try folder.run(["train", "rc-gnn", "--resume", run.path]), "the disk is full", exit: 1,
          isFirst: false)
        #expect(try run.damage() == [])
        #expect(try run.savedStep() ?? -1 >= step)

        #expect(mount("none", disk, "tmpfs", UInt(MS_REMOUNT), "size=16m") == 0)
        #expect(try folder.run(["train", "rc-gnn", "--resume", run.path]).end == .exit(0))
        #expect(try folder.run(words("reference")).end == .exit(0))
        let differences = try run.differences(from: RunFiles(path: folder["reference"]))
        #expect(differences.filter { $0 != "timing.jsonl" } == [])
      }
    }
  }
#endif
