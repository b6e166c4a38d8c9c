import ThalwegFormats

/// Every reader, with seeds from a folder of fixtures.
func targets(_ folder: String) throws -> [Target] {
  func files(_ names: [String]) throws -> [[UInt8]] {
    try names.map { try Files.read(folder + "/" + $0) }
  }
  func event(_ name: String) -> Bool { name.hasSuffix(".tfevents") }
  let events = try files(try Files.list(folder).filter(event))
  let zips = try files(["whole.pt", "parameters.pt", "state_dict.pt", "tensor.pt", "patterns.pt"])
  let tensors = try files(["types.safetensors"])
  return [
    .pickle(zips),
    .bytes("zip_container", zips),
    .safetensors(tensors),
    .bytes("safetensors_bytes", tensors),
    .events(events),
    .document("trainer_state", try files(["trainer_state.json"])),
    .text("trainer_state_text", try files(["trainer_state.json"])),
    .objects("json_lines", try files(["metrics.jsonl", "history.jsonl"])),
    .text("json_lines_text", try files(["metrics.jsonl", "history.jsonl"])),
    .text("csv", try files(["metrics.csv", "wide.csv"])),
    .text("console_log", try files(["console.log"])),
    .text("configuration", try files(["config.yaml", "stated.yaml"])),
  ]
}
