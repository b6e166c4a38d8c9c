import ThalwegFormats

/// Every reader, with seeds from a folder of fixtures.
func targets(_ folder: String) throws -> [Target] {
  func files(_ names: [String]) throws -> [[UInt8]] {
    try names.map { try Files.read(folder + "/" + $0) }
  }
  let zips = try files(["whole.pt", "parameters.pt", "state_dict.pt", "tensor.pt", "uint16.pt"])
  let tensors = try files(["types.safetensors"])
  return [
    .pickle(zips),
    .bytes("zip_container", zips),
    .safetensors(tensors),
    .bytes("safetensors_bytes", tensors),
  ]
}
