/// A checkpoint of torch.save in either of its forms: one pickle, and storages beside it.
struct TorchFile {
  /// What may be named in the pickle. None of it is called: arguments are read off.
  static let allowed: Set<String> =
    Set(ElementType.allCases.compactMap { $0.torchStorage ?? $0.torchType })
    .union([
      rebuildTensor, rebuildTyped, rebuildParameter, untypedStorage, size, device,
      "collections.OrderedDict",
    ])
  static let rebuildTensor = "torch._utils._rebuild_tensor_v2"
  /// Of a storage without a type, with the type behind it.
  static let rebuildTyped = "torch._utils._rebuild_tensor_v3"
  static let rebuildParameter = "torch._utils._rebuild_parameter"
  static let untypedStorage = "torch.storage.UntypedStorage"
  static let size = "torch.Size"
  static let device = "torch.device"

  let path: String
  let kind: CheckpointListing.Kind
  /// The version of the container; nil where the file does not say it.
  let version: String?
  let byteOrder: String
  let pickle: Pickle
  let storages: TorchStorages
}
