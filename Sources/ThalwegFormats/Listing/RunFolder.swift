/// The files of a checkpoint of our own, found from its folder or from that of its run.
struct RunFolder {
  /// Of files in folders of other tools, as a checkpoint of transformers, that can be given alone.
  private static let endings = [".safetensors", ".bin", ".pt", ".pth", ".ckpt", ".npz", ".npy"]

  let model: RandomAccessFile
  /// nil where the rule keeps no moments.
  let optimizer: RandomAccessFile?
  /// state.json: the numbers of the loop.
  let state: JSON
  /// What config.yaml says of the optimizer; empty where there is none.
  let settings: SettingsLayer

  /// - Throws: `FileError`, `UnreadFileError`, `JSONError` or `SettingsError`.
  init(_ path: String) throws {
    var folder = path
    if Files.exists(path + "/run.json") {
      folder = path + "/checkpoints/last"
    } else if !Files.exists(path + "/state.json") {
      let files = try Files.list(path).filter { name in
        RunFolder.endings.contains { name.hasSuffix($0) }
      }
      throw UnreadFileError.folder(path: path, files: files)
    }
    let statePath = folder + "/state.json"
    state = try JSON.parse(Files.read(statePath), source: statePath)
    let settingsPath = folder + "/../../config.yaml"
    settings =
      Files.exists(settingsPath)
      ? try SettingsLayer.yaml(Files.read(settingsPath), name: settingsPath) : SettingsLayer()
    model = try RandomAccessFile(folder + "/model.safetensors")
    let optimizerPath = folder + "/optimizer.safetensors"
    optimizer = Files.exists(optimizerPath) ? try RandomAccessFile(optimizerPath) : nil
  }
}
