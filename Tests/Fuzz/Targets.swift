import ThalwegFormats

/// Every reader, with seeds from a folder of fixtures.
func targets(_ folder: String) throws -> [Target] {
  let names = try Files.list(folder)
  func files(_ names: [String]) throws -> [[UInt8]] {
    try names.map { try Files.read(folder + "/" + $0) }
  }
  func files(ending suffixes: String...) throws -> [[UInt8]] {
    try files(names.filter { name in suffixes.contains { name.hasSuffix($0) } }.sorted())
  }
  let zips = try files(
    ["whole.pt", "parameters.pt", "state_dict.pt", "tensor.pt", "patterns.pt", "trained_groups.pt"])
  let trained = try files(["trained_adam.pt", "trained_adafactor.pt", "trained_momentum.pt"])
  let legacy = try files(["legacy.pt", "legacy_protocol_4.pt"])
  let tensors = try files(["types.safetensors", "first.safetensors"])
  let lines = try files(["metrics.jsonl", "history.jsonl"])
  let recorder = try files(["recorder.jsonl"])
  let states = try files(ending: "_state.json", "_history.json")
  return [
    .pickle("torch_pickle", zips),
    .pickle("torch_pickle_compared", trained, earlier: folder + "/trained_adam.pt"),
    .bytes("zip_container", zips + (try files(["arrays.npz", "packed.npz"]))),
    .legacyPickles(legacy),
    .bytes("legacy_bytes", legacy),
    .safetensors(tensors),
    .bytes("safetensors_bytes", tensors),
    .arrayHeader(try files(ending: ".npy")),
    .archive(try files(["arrays.npz", "objects.npz"])),
    .events(try files(ending: ".tfevents")),
    .document("trainer_state", states),
    .text("trainer_state_text", states),
    .objects("json_lines", lines),
    .text("json_lines_text", lines),
    .objects("recorder_lines", recorder),
    .text("recorder_lines_text", recorder),
    .text("csv", try files(ending: ".csv", ".tsv")),
    .text("console_log", try files(ending: ".log")),
    .text("console_log_growing", try files(ending: ".log"), isGrowing: true),
    .text(
      "configuration",
      try files(["config.yaml", "stated_values.yaml", "before.yaml", "after.yaml"])),
    .text(
      "configuration_notes",
      try files(["stated.yaml", "terms.yaml", "network.yaml", "changes.yaml", "claims.yaml"]),
      neighbours: [folder + "/before.yaml", folder + "/diagnosed.yaml"]),
  ]
}
