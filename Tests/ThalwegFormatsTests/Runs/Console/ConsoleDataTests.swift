import Testing
import ThalwegFormats
import ThalwegRecord

/// Lines about other data than those of training.
@Suite struct ConsoleDataTests {
  @Test(arguments: [
    (
      """
      Epoch: [3][0/100]\tLoss 0.94 (1.0)
      Test: [0/50]\tLoss 2.1 (1.0)
      Test: [49/50]\tLoss 2.3 (1.0)
      Epoch: [4][0/100]\tLoss 0.5 (0.5)
      """, [0.94, 0.5], "test Loss", [2.1, 2.3]
    ),
    (
      """
      Train: 3 [   0/1251 (  0%)]  Loss:  0.94 (0.94)  Time: 0.5s
      Test: [   0/48]  Loss:  2.1 (2.1)
      Test: [  48/48]  Loss:  2.3 (2.2)
      Train: 4 [   0/1251 (  0%)]  Loss:  0.5 (0.5)  Time: 0.5s
      """, [0.94, 0.5], "test Loss", [2.1, 2.3]
    ),
    (
      """
      Epoch: 3 [0/100] Loss: 0.94
      Val Epoch: 3 [0/100] Loss: 2.1
      Val Epoch: 3 [50/100] Loss: 2.3
      Epoch: 4 [0/100] Loss: 0.5
      """, [0.94, 0.5], "validation Loss", [2.1, 2.3]
    ),
    (
      """
      Epoch 3 Loss 0.94
      Evaluating...
      Loss 2.1
      *** Eval results ***
        Loss = 2.3
      Epoch 4 Loss 0.5
      """, [0.94, 0.5], "validation Loss", [2.1, 2.3]
    ),
    (
      """
      Epoch 3 Loss 0.94
      Validation: Loss 2.1, acc 0.5
      Validation: Loss 2.3
      Epoch 4 Loss 0.5
      """, [0.94, 0.5], "Validation Loss", [2.1, 2.3]
    ),
  ])
  func areNoLossOfTraining(
    text: String, training: [Double], name: String, other: [Double]
  ) throws {
    let log = try ConsoleLog(text)
    try #require(log.runs.count == 1)
    #expect(log.values("Loss") == training)
    #expect(log.progress("Loss").map(\.epoch) == [3, 4])
    #expect(log.values(name) == other)
    #expect(log.progress(name).map(\.epoch) == [3, 3])
    let series = try #require(log.series(name))
    let split: Split = name.hasPrefix("test") ? .test : .validation
    #expect((series.role, series.split) == (.loss, split))
    #expect(log.runs[0].series.filter { $0.role == .loss }.count == 2)
  }

  @Test(arguments: [
    "Validation @ step 510: loss 9.5", "Validation at step 510: loss=9.5",
    "Eval after step 510: loss 9.5",
  ])
  func aPlaceBehindTheData(text: String) throws {
    let log = try ConsoleLog("step 500: loss 1.5\n\(text)\nstep 520: loss 1.25\n")
    #expect(log.values("loss") == [1.5, 1.25])
    let other = try #require(log.runs[0].series.first { $0.split == .validation })
    #expect(other.points?.map(\.value) == [9.5])
    #expect(other.last?.progress == .step(510))
    #expect(log.runs[0].series.count == 2)
  }

  @Test(arguments: [
    "Evaluation done", "Testing whether the disk is fast", "Validation took long",
    "Train/val split ready", "The validation is over",
  ])
  func sentencesAreNoHeadings(line: String) throws {
    let log = try ConsoleLog("Epoch 1\nloss=0.5\n\(line)\nloss=0.25\n")
    #expect(log.values("loss") == [0.5, 0.25])
  }
}
