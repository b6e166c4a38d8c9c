import Testing
import ThalwegFormats
import ThalwegRecord

@Suite struct RunMapTests {
  @Test func aNameIsTakenAsItIsMeant() throws {
    let table = "it,objective_x,delta\n1,3,0.5\n2,2,0.25\n"
    let plain = try readRun(table)
    #expect(try plain.named("objective_x").role == nil)
    #expect(try plain.named("objective_x").first?.progress == Progress())
    let maps = ["loss=objective_x", "step=it", "norm_before_clip=delta"]
    let record = try readRun(table, maps: maps)
    let loss = try record.named("objective_x")
    #expect(loss.role == .loss)
    #expect(loss.first?.progress.step == 1)
    #expect(try record.named("delta").role == .normBeforeClip)
    let lines = try readRun(
      "{\"it\": 4, \"a\": {\"b\": 1}}\n{}\n", maps: ["val_loss=a/b", "epoch=it"])
    #expect(try lines.named("a/b").split == .validation)
    #expect(try lines.named("a/b").first?.progress.epoch == 4)
    // What the user says goes before what the name says.
    let other = try readRun("step,loss,acc\n1,2,3\n", maps: ["weighted_term=loss"])
    #expect(try other.named("loss").role == .weightedTerm)
  }

  @Test func faultyMapsAreNamed() throws {
    for text in ["loss", "=x", "loss="] {
      #expect(throws: RunFileError.badMap(text)) { try RunFileOptions(maps: [text]) }
    }
    #expect(throws: RunFileError.unknownMeaning(map: "lose=x", nearest: "loss")) {
      try RunFileOptions(maps: ["lose=x"])
    }
    #expect(throws: RunFileError.mappedTwice(name: "x")) {
      try RunFileOptions(maps: ["loss=x", "lr=x"])
    }
    do {
      _ = try readRun("step,train_loss_a\n1,2\n", maps: ["loss=trian_loss_a"])
      Issue.record("was not refused")
    } catch {
      #expect(
        "\(error)" == "--map loss=trian_loss_a: no file has what stands behind '='; "
          + "did you mean 'train_loss_a'?")
    }
  }
}
