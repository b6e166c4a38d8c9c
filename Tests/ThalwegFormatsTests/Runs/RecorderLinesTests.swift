import Testing
import ThalwegFormats
import ThalwegRecord

@Suite struct RecorderLinesTests {
  private let head =
    #"{"format":1,"kind":"recorder","framework":"pytorch","columns":["state","norm_before_clip","#
    + #""norm_after_clip","zero_share"],"optimizer":{"class":"Adam","groups":[{"learning_rate":0.01,"#
    + #""betas":[0.9,0.999]}]},"parameters":[{"path":"a.weight","shape":[2,3],"elements":6,"#
    + #""requires_grad":true,"in_optimizer":true,"made_late":false},{"path":"b","elements":null,"#
    + #""requires_grad":false,"in_optimizer":false,"made_late":true}],"modules":[]}"#

  private func step(_ number: Int, _ more: String, rows: String) -> String {
    "{\"kind\":\"step\",\"step\":\(number),\"epoch\":0.5,\(more),\"tensors\":[\(rows)]}"
  }

  @Test func anotherFormatIsRefused() {
    let other = head.replacing(#""format":1"#, with: #""format":2"#)
    let text = [other, step(1, #""loss":2.5"#, rows: "")].joined(separator: "\n") + "\n"
    #expect(refusal(text).contains("found format 2 of the recorder where format 1 is needed"))
  }

  @Test func figuresParametersAndTensors() throws {
    let first = step(
      1,
      #""loss":2.5,"terms":[{"name":"kl","raw":2,"weight":0.5,"weighted":1,"requires_grad":true}],"#
        + #""learning_rate":[0.1,null,0.2],"norm_before_clip":4,"norm_after_clip":1,"#
        + #""clip_coefficient":0.25,"clip_threshold":1.0,"amp_scale":null,"non_finite":null"#,
      rows: #"["live",4,1,0],["no_path","none","none",null]"#)
    let second = step(
      2,
      #""loss":"NaN","terms":[],"learning_rate":[0.1,0.1,0.2],"norm_before_clip":"none","#
        + #""skipped_by_scaler":true,"non_finite":{"origin":{"kind":"module","path":"enc.0","class":"Linear"},"#
        + #""tensor_count":1}"#,
      rows: #"["live","NaN","NaN",0.5],["zero",0,0,1]"#)
    let record = try readRun([head, first, second].joined(separator: "\n") + "\n")
    #expect(record.sources[0].kind == "record of the recorder for PyTorch")
    #expect(record.sources[0].understood == 3)

    let weight = try #require(record.tensors.first)
    #expect(weight.path == "a.weight" && weight.elements == 6)
    #expect(weight.isOptimized == true && weight.isLate == false && weight.isFrozen == false)
    // What the scaler skipped changed nothing.
    #expect(weight.states?.live == 1 && weight.states?.nonFinite == 0)
    let other = record.tensors[1]
    // The rows are later than the head.
    #expect(other.elements == nil && other.isLate == true)
    #expect(other.isOptimized == true && other.isFrozen == false)
    #expect(other.states?.noPath == 1 && other.states?.zero == 1)

    #expect(try record.named("loss").points?.first?.progress == Progress(step: 1, epoch: 0.5))
    #expect(try record.named("loss").nonFiniteCount == 1)
    #expect(try record.named("terms/kl/weighted").role == .weightedTerm)
    #expect(try record.named("terms/kl/raw").first?.value == 2)
    #expect(try record.named("learning_rate/0").count == 2)
    #expect(try record.named("learning_rate/1").count == 1)
    // "none": there was no gradient; null: it was not recorded.
    #expect(try record.named("norm_before_clip").nils == 1)
    #expect(!record.series.contains { $0.key.name == "amp_scale" })
    #expect(record.incidents.map(\.kind) == [.warning, .nonFinite])
    #expect(record.incidents[1].text == "the output of module enc.0 (Linear)")
    #expect(try record.named("skipped_by_scaler").role == .skippedStep)

    let norms = record.tensorSeries(.normBeforeClip)
    #expect(norms.map(\.key.tensor) == ["a.weight", "b"])
    #expect(norms.map(\.count) == [2, 1])
    #expect(norms.map(\.nils) == [0, 1])
    #expect(norms[1].zeros == 1)
    #expect(try record.named("tensors/zero_share", tensor: "b").nils == 0)
    #expect(record.setting("optimizer.groups.0.learning_rate")?.number == 0.01)
    #expect(record.setting("framework")?.value == .text("pytorch"))
  }

  @Test func gradientsThatAreNotFinite() throws {
    let lines = [
      head, step(1, #""loss":1,"skipped_by_scaler":false"#, rows: #"["live","NaN","NaN",0]"#),
    ]
    let record = try readRun(lines.joined(separator: "\n") + "\n")
    #expect(record.tensors[0].states?.nonFinite == 1)
  }

  @Test func normsOfTerms() throws {
    let shares =
      #""term_shares":[{"name":"a","norm":5,"groups":[5],"tensors":[3,4]},"#
      + #"{"name":"b","norm":2,"groups":["none"],"tensors":["none",2]},"#
      + #"{"name":"c","norm":0,"groups":["none"],"tensors":["none","none"]}]"#
    let record = try readRun(head + "\n" + step(1, shares, rows: "") + "\n")
    func value(_ name: String, _ role: Role) throws -> Double? {
      let series = try record.named("term_shares/" + name)
      #expect(series.role == role)
      return series.first?.value
    }
    #expect(try value("a/norm", .termGradient) == 5)
    #expect(try value("c/norm", .termGradient) == 0)
    // Both reach the second tensor alone.
    #expect(try value("a/shared", .sharedTermGradient) == 4)
    #expect(try value("b/shared", .sharedTermGradient) == 2)
    #expect(try value("c/shared", .sharedTermGradient) == 0)
  }

  @Test func valuesOfBatchNormalization() throws {
    let modules =
      #""modules":[{"path":"b","kind":"batch_norm"},{"path":"l","kind":"layer_norm"}]"#
    let calls = ["b", "l"].map { #"{"module":"\#($0)","values":12,"batch":2,"training":true}"# }
    let kept = #"{"module":"b","values":3,"batch":3,"training":false}"#
    let lines = [
      head.replacing(#""modules":[]"#, with: modules),
      step(1, #""normalization":[\#(calls.joined(separator: ","))]"#, rows: ""),
      step(2, #""normalization":[\#(kept)]"#, rows: ""),
      step(3, #""normalization":null"#, rows: ""),
    ]
    let record = try readRun(lines.joined(separator: "\n") + "\n")
    let values = record.tensorSeries(.normalizedValues)
    #expect(values.map(\.key.tensor) == ["b"])
    #expect(values[0].count == 1 && values[0].first?.value == 12)
    #expect(record.tensorSeries(.normalizedExamples)[0].first?.value == 2)
  }

  @Test func orderOfClipping() throws {
    let steps = (1...3).map { step($0, #""scaled_gradients":\#($0 > 1),"amp_scale":8"#, rows: "") }
    let record = try readRun(([head] + steps).joined(separator: "\n") + "\n")
    let flags = try record.named("scaled_gradients")
    #expect(flags.role == .clippedWhileScaled && flags.points?.map(\.value) == [0, 1, 1])
  }

  @Test func whatIsTrueOfAStep() throws {
    let more =
      #""training":false,"stepped":true,"gradient_left_over":true,"clip_order":"after_step","#
      + #""order":["backward","backward","step","clip"],"#
      + #""terms":[{"name":"kl","raw":1,"weight":1,"weighted":1,"requires_grad":false}]"#
    let record = try readRun(head + "\n" + step(1, more, rows: "") + "\n")
    func value(_ role: Role) -> Double? { record.series(role).first?.first?.value }
    #expect(value(.trainingMode) == 0 && value(.updatedStep) == 1)
    #expect(value(.gradientLeftOver) == 1 && value(.backwardPasses) == 2)
    #expect(value(.clippedAfterUpdate) == 1 && value(.clippedBeforeBackward) == 0)
    #expect(value(.attachedTerm) == 0)
  }

  /// A clip by value, by the largest entry or over a part bounds no norm over all.
  @Test(arguments: [
    (#""norm_type":2.0,"left_out":0"#, true), (#""norm_type":null,"left_out":0"#, false),
    (#""norm_type":"Infinity","left_out":0"#, false), (#""norm_type":2.0,"left_out":3"#, false),
  ])
  func onlyNormsOverAllAreBounded(call: String, isBound: Bool) throws {
    let more = #""clip_coefficient":0.5,"clip_threshold":1.0,"clips":[{\#(call)}]"#
    let record = try readRun(head + "\n" + step(1, more, rows: "") + "\n")
    #expect(record.series(.clipThreshold).isEmpty != isBound)
    #expect(record.series(.clipCoefficient).isEmpty != isBound)
  }

  @Test func statesOfTheRowsAreLaterThanTheHead() throws {
    func membership(_ states: [String]) throws -> TensorRecord {
      let steps = states.enumerated().map {
        step($0.offset + 1, #""loss":1"#, rows: #"["\#($0.element)",1,1,0]"#)
      }
      let record = try readRun(([head] + steps).joined(separator: "\n") + "\n")
      return try #require(record.tensors.first)
    }
    let unfrozen = try membership(["frozen", "not_optimized"])
    #expect(unfrozen.isFrozen == false && unfrozen.isOptimized == false)
    let handedOver = try membership(["late", "live"])
    #expect(handedOver.isLate == true && handedOver.isOptimized == true)
    #expect(try membership(["live", "frozen"]).isFrozen == true)
  }

  @Test func parametersThatCameLater() throws {
    let changed =
      #"{"kind":"parameters","parameters":[{"path":"new","elements":1,"requires_grad":true,"#
      + #""in_optimizer":false,"made_late":true},{"path":"a.weight","elements":6,"#
      + #""requires_grad":true,"in_optimizer":true,"made_late":false}]}"#
    let lines = [
      head, step(1, #""loss":1"#, rows: #"["live",1,1,0],["frozen",null,null,null]"#), changed,
      step(2, #""loss":1"#, rows: #"["late",7,7,0],["zero",0,0,1]"#),
    ]
    let record = try readRun(lines.joined(separator: "\n") + "\n")
    #expect(record.tensors.map(\.path) == ["a.weight", "b", "new"])
    #expect(record.tensors[0].states?.live == 1 && record.tensors[0].states?.zero == 1)
    #expect(try record.named("tensors/norm_before_clip", tensor: "new").first?.value == 7)
    #expect(try record.named("tensors/norm_before_clip", tensor: "a.weight").count == 2)
  }

  @Test func theHeadAloneAndOtherRows() throws {
    let record = try readRun(head + "\n")
    #expect(record.tensors.count == 2)
    let rows = step(1, #""loss":1"#, rows: #"["live",1,1,0],[],["live",9,9,9]"#)
    let more = try readRun(head + "\n" + rows + "\n")
    #expect(more.sources[0].remarks.contains { $0.contains("rows of tensors") })
    #expect(try more.named("tensors/norm_before_clip", tensor: "a.weight").count == 1)
    #expect(refusal(head + "\n" + step(1, #""loss":1"#, rows: "7") + "\n").contains("line 2"))
  }
}
