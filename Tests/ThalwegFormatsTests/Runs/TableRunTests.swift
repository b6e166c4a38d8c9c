import Testing
import ThalwegFormats
import ThalwegRecord

/// Tables that Lightning, Keras and pandas wrote, against what Python reads in them.
@Suite struct TableRunTests {
  @Test(arguments: [
    "lightning.csv", "keras.csv", "pandas.csv", "pandas_index.csv", "pandas_comma.csv",
    "pandas.tsv",
  ])
  func holdsWhatPythonReads(name: String) throws {
    let records = try RunFiles.read([RunGolden.path(name)])
    #expect(records.count == 1)
    let record = try #require(records.first)
    try RunGolden.check(record, RunGolden.figures("tables", name), renamed: ["": "x0"])
    #expect(record.sources.map(\.kind) == ["CSV table"])
  }

  @Test func lightningRolesAndProgress() throws {
    let record = try #require(try RunFiles.read([RunGolden.path("lightning.csv")]).first)
    #expect(try record.named("lr-AdamW").role == .learningRate)
    let step = try record.named("train_loss_step")
    #expect(step.role == .loss && step.split == .training)
    #expect(step.first?.progress == Progress(step: 1, epoch: 0))
    let epoch = try record.named("train_loss_epoch")
    #expect(epoch.count == 3 && epoch.nils == 0)
    #expect(epoch.last?.progress == Progress(step: 17, epoch: 2))
    #expect(try record.named("val_loss").split == .validation)
    #expect(record.incidents.isEmpty)
  }

  @Test func oneFigureARow() throws {
    let long = try #require(try RunFiles.read([RunGolden.path("pandas_long.csv")]).first)
    let wide = try #require(try RunFiles.read([RunGolden.path("pandas.csv")]).first)
    #expect(long.series.map(\.key.name) == ["train/loss", "train/grad_norm", "val/accuracy"])
    for series in long.series {
      let other = try wide.named(series.key.name)
      #expect(series.points?.map(\.value) == other.points?.map(\.value))
      #expect(series.points?.map(\.progress) == other.points?.map(\.progress))
      #expect(series.role == other.role)
    }
  }

  @Test func tensorBoardDownload() throws {
    let record = try readRun(
      "Wall time,Step,Value\n1700000000.5,1,0.5\n1700000001.5,2,0.25\n", maps: ["loss=Value"])
    let loss = try record.named("Value")
    #expect(loss.role == .loss)
    #expect(loss.points?.map(\.progress.step) == [1, 2])
    #expect(try record.named("Wall time").role == .clock)
  }

  /// The form in which the site of Weights & Biases exports a chart.
  @Test func runsBesideOneAnotherStayApart() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "x",
      """
      "Step","sunny-1 - train/loss","sunny-1 - train/loss__MIN","sunny-1 - train/loss__MAX","a - b-2 - train/loss","a - b-2 - train/loss__MIN","a - b-2 - train/loss__MAX"
      "0","0.5","0.4","0.6","","",""
      "1","0.25","0.25","0.25","3","3","3"

      """)
    let records = try RunFiles.read([path])
    #expect(records.map(\.name) == ["\(path) #sunny-1", "\(path) #a - b-2"])
    let first = try records[0].named("train/loss")
    #expect(first.role == .loss && first.split == .training)
    #expect(first.points?.map(\.value) == [0.5, 0.25])
    #expect(try records[0].named("train/loss__MAX").role == nil)
    #expect(try records[1].named("train/loss").points?.map(\.progress.step) == [1])
    #expect(try records[1].named("train/loss").first?.place == Place(source: 0, position: 3))
  }

  @Test func oneRunOfAnExportIsTheRun() throws {
    let record = try readRun("Step,r - loss,r - loss__MIN,r - loss__MAX\n1,2,2,2\n")
    #expect(try record.named("loss").first?.value == 2)
  }

  @Test func cellsThatAreNoPlainNumbers() throws {
    let record = try readRun(
      """
      epoch,loss,grad_norm,host
      1,nan,None,a
      2,-inf,null,b
      3,1e999,,c
      4,diverged,0,d
      5,"0.5"," 2 ",e

      """)
    let loss = try record.named("loss")
    #expect(loss.count == 4 && loss.nonFiniteCount == 3)
    #expect(loss.nonFinite.map(\.progress.epoch) == [1, 2, 3])
    let norm = try record.named("grad_norm")
    #expect(norm.count == 2 && norm.nils == 2 && norm.zeros == 1)
    #expect(
      record.sources[0].remarks == [
        "words in cells, left out: 6, the first in line 2",
        "numbers beyond the range of Double, taken as infinite: 1, the first in line 4",
      ])
  }

  @Test func resumedAndRepeated() throws {
    // The header again and an earlier step: a run that went on appended to its table.
    let resumed = try readRun("step,loss\n1,3\n2,2\n3,1\nstep,loss\n2,2.5\n3,1.5\n")
    #expect(try resumed.named("loss").count == 5)
    #expect(resumed.incidents.map(\.kind) == [.resumed])
    #expect(resumed.incidents[0].place.position == 6)
    let folder = try TemporaryFolder()
    let path = try folder.write("x", "step,loss\n1,3\n2,2\n1,4\n2,3\n")
    let twice = try RunFiles.read([path])
    #expect(twice.map(\.name) == ["\(path) #1", "\(path) #2"])
    #expect(try twice[1].named("loss").points?.map(\.value) == [4, 3])
  }

  @Test func aRowOfAnotherLengthIsAnErrorButForACutLastOne() throws {
    #expect(
      refusal("step,loss,x\n1,2,3\n2,3\n3,4,5\n").contains("line 3: 2 cells where the header has 3")
    )
    #expect(refusal("step,loss,x\n1,2,3\n2,3\n").contains("line 3"))
    let cut = try readRun("step,loss,x\n1,2,3\n2,3")
    #expect(try cut.named("loss").count == 1)
    #expect(cut.sources[0].remarks == ["cut last line, left out: 1, the first in line 3"])
    #expect(refusal("loss,step,loss\n1,2,3\n").contains("the column 'loss' is there twice"))
  }

  @Test func quotesOverSeveralLines() throws {
    let record = try readRun("step,loss,note\n1,2,\"a\nb, \"\"c\"\"\n\"\n2,3,d\n")
    #expect(try record.named("loss").points?.map(\.place.position) == [2, 5])
    #expect(refusal("step,loss,note\n1,2,a\n2,3,\"x\" y\n").contains("line 3: text follows"))
    let open = "step,loss\n1,2\n2,\"3\n" + String(repeating: "4,5\n", count: 200)
    #expect(refusal(open).contains("line 3: a quote is opened and not closed"))
  }

  @Test func everyCutKeepsTheRowsBefore() throws {
    let bytes = try RunGolden.bytes("pandas.csv")
    let path = RunGolden.path("pandas.csv")
    let whole = try #require(try RunFiles.read([path]).first).named("train/loss")
    let folder = try TemporaryFolder()
    var understood = 0
    for count in 0..<bytes.count {
      try put(Array(bytes[..<count]), folder["cut"])
      let lines = bytes[..<count].count { $0 == UInt8(ascii: "\n") }
      do {
        let record = try #require(try RunFiles.read([folder["cut"]]).first)
        let values = record.series.first { $0.key.name == "train/loss" }?.points?.map(\.value) ?? []
        // The figure of the last line may be cut itself.
        let sure = whole.points?.map(\.value).prefix(max(0, lines - 1)) ?? []
        #expect(values.starts(with: sure), "\(count)")
        #expect(values.count <= lines, "\(count)")
        understood += 1
      } catch is RunFileError {
        #expect(lines < 2, "\(count)")
      }
    }
    #expect(understood > bytes.count / 2)
  }
}
