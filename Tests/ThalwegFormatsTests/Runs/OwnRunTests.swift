import Testing
import ThalwegFormats
import ThalwegRecord

/// The lines of our own runs, as Docs/run-folder.md says them.
@Suite struct OwnRunTests {
  private let lines = """
    {"kind":"step","step":1,"epoch":1,"batch":1,"items":8,"outcome":"taken","loss":1.1,"terms":{"recon":{"raw":1.0,"weighted":1.0},"kl":{"raw":1.0,"weighted":0.1}},"learning_rate":0.005,"norm_before_clip":4.0,"clip_coefficient":0.25,"norm_after_clip":1.0,"non_finite_tensors":0}
    {"kind":"step","step":2,"epoch":1,"batch":2,"items":8,"outcome":"refused","loss":"NaN","terms":{"recon":{"raw":"NaN","weighted":"NaN"}},"learning_rate":null,"norm_before_clip":null,"clip_coefficient":null,"norm_after_clip":null,"non_finite_tensors":2,"culprit":"enc.weight: \\"NaN\\" came from the loss"}
    {"kind":"epoch","epoch":1,"step":2,"steps":{"taken":1,"refused":1},"loss":1.1,"terms":{"recon":{"raw":1.0,"weighted":1.0}},"largest_norm":4.0,"mean_norm":3.0,"clip_ratio":1.0,"learning_rate":0.005,"last_gradient":{"max":2.0,"mean":1.0,"top3":[{"path":"enc.weight","norm":2.0},{"path":"b","norm":0.0}],"non_finite":0,"zero":1,"no_path":3},"evaluation":{"objective":0.5,"val_f1":0.75,"auroc_oracle":null},"is_best":true}

    """

  @Test func stepsAndEpochsWithTheirRoles() throws {
    let record = try readRun(lines)
    let roles: [(String, Role?, Split?)] = [
      ("items", .counter, nil), ("loss", .loss, .training),
      ("terms/recon/raw", .term, .training), ("terms/recon/weighted", .weightedTerm, .training),
      ("learning_rate", .learningRate, nil), ("norm_before_clip", .normBeforeClip, nil),
      ("clip_coefficient", .clipCoefficient, nil), ("norm_after_clip", .normAfterClip, nil),
      ("non_finite_tensors", .nonFiniteCount, nil), ("epoch/loss", .loss, .training),
      ("epoch/terms/recon/weighted", .weightedTerm, .training),
      ("epoch/largest_norm", nil, .training), ("epoch/mean_norm", .normBeforeClip, .training),
      ("epoch/clip_ratio", .clippedShare, .training), ("epoch/steps/refused", .counter, nil),
      ("epoch/last_gradient/max", .gradientMaximum, .training),
      ("epoch/last_gradient/non_finite", .nonFiniteCount, .training),
      ("epoch/last_gradient/no_path", .counter, nil),
      ("epoch/evaluation/objective", .loss, .validation),
      ("epoch/evaluation/val_f1", .metric, .validation),
    ]
    for (name, role, split) in roles {
      let series = try record.named(name)
      #expect(series.role == role, "\(name)")
      #expect(series.split == split, "\(name)")
    }
    #expect(
      record.series(.loss).map(\.key.name) == ["loss", "epoch/loss", "epoch/evaluation/objective"])
    let norm = try record.named("norm_before_clip")
    #expect(norm.count == 1 && norm.nils == 1)
    #expect(norm.first?.progress == Progress(step: 1, epoch: 1, batch: 1))
    #expect(try record.named("epoch/evaluation/auroc_oracle").nils == 1)
    let top = try record.named("epoch/last_gradient/top3/norm", tensor: "b")
    #expect(top.role == .gradientNorm && top.zeros == 1)
  }

  @Test func aRefusedStepIsAnIncidentWithItsCulprit() throws {
    let record = try readRun(lines)
    #expect(record.incidents.map(\.kind) == [.warning])
    #expect(record.incidents[0].text == "step refused: enc.weight: \"NaN\" came from the loss")
    #expect(record.incidents[0].progress.step == 2)
    #expect(record.incidents[0].place == Place(source: 0, position: 2))
    let healthy = lines.split(separator: "\n").first.map(String.init) ?? ""
    #expect(try readRun(healthy + "\n").incidents.isEmpty)
  }
}
