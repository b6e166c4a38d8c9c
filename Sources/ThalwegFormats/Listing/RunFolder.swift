/// The files of a checkpoint of our own, found from its folder or from that of its run.
struct RunFolder {
  let model: RandomAccessFile
  /// nil where the rule keeps no moments.
  let optimizer: RandomAccessFile?
  /// state.json: the numbers of the loop.
  let state: JSON
  let statePath: String

  /// - Throws: `FileError`, `UnreadFileError` or `JSONError`.
  init(_ path: String) throws {
    var folder = path
    if Files.exists(path + "/run.json") {
      folder = path + "/checkpoints/last"
    } else if !Files.exists(path + "/state.json") {
      throw UnreadFileError.folder(path: path)
    }
    statePath = folder + "/state.json"
    state = try JSON.parse(Files.read(statePath), source: statePath)
    model = try RandomAccessFile(folder + "/model.safetensors")
    let optimizerPath = folder + "/optimizer.safetensors"
    optimizer = Files.exists(optimizerPath) ? try RandomAccessFile(optimizerPath) : nil
  }
}
