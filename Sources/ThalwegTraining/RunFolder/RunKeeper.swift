private import ThalwegAutodiff
package import ThalwegFormats
private import ThalwegRecord
private import ThalwegTensor

/// Keeps a run's checkpoints, its metrics and its clock in step with one another.
///
/// A checkpoint is written aside, flushed to disk and renamed; only then does `last` turn to it. It
/// holds the lengths of metrics.jsonl and timing.jsonl at that moment, to which they are cut when
/// the run goes on from it.
package final class RunKeeper: CheckpointKeeper {
  package let folder: RunFolder
  package let metrics: MetricsSink
  private let timing: AppendFile
  private let lock: FolderLock
  private var line = JSONLine()
  private var mark: ContinuousClock.Instant

  /// - Parameters:
  ///   - state: where the run goes on; nil: at the beginning.
  ///   - lock: of the folder, taken before the state was read.
  package init(
    _ folder: RunFolder, from state: StateDocument?, lock: FolderLock
  ) throws(FileError) {
    self.folder = folder
    self.lock = lock
    metrics = MetricsSink(
      try AppendFile(folder.metrics, truncatedTo: state?.metricsBytes ?? 0))
    timing = try AppendFile(folder.timing, truncatedTo: state?.timingBytes ?? 0)
    mark = .now
  }

  package func save(_ loop: TrainingLoop, isBest: Bool) throws -> String {
    try metrics.file.sync()
    try recordTime(loop)
    let state = StateDocument(
      loop, metricsBytes: metrics.file.length, timingBytes: timing.length)
    var name = "step-" + RunKeeper.padded(loop.trainer.stepCount)
    // A run may go on and save before it makes a step: what `last` names stays until `last` turns.
    if Files.target(ofLink: folder.last) == name { name += "-again" }
    let path = folder.checkpoints + "/" + name
    // Left by a run that was killed before `last` turned to it; `best` may name it already, so it is
    // renewed file by file and never taken away.
    let isLeft = Files.exists(path)
    let place = isLeft ? path + "-renewed" : path
    if isLeft && Files.exists(place) { try Files.remove(place, recursively: true) }
    try Files.durableFolder(at: place) { (aside) throws(FileError) in
      try loop.trainer.optimizer.write(to: aside)
      try Files.writeDurably(aside + "/state.json", Array((state.json.pretty + "\n").utf8))
    }
    if isLeft { try Files.replaceFiles(of: path, byThoseOf: place) }
    // A run that dies between the two trains this epoch again and turns `best` to it again; the
    // other way round nothing would ever turn `best` to it.
    if isBest { try Files.replaceLink(at: folder.best, to: name) }
    try Files.replaceLink(at: folder.last, to: name)
    try prune(keeping: name)
    return path
  }

  /// One line with the seconds since the line before; the sum over an epoch is its duration.
  private func recordTime(_ loop: TrainingLoop) throws(FileError) {
    let now = ContinuousClock.now
    let seconds = (now - mark) / .seconds(1)
    mark = now
    let isStart = loop.state.batch == 0
    line.begin()
    line.field("kind", "seconds")
    line.field("epoch", isStart ? loop.state.epoch - 1 : loop.state.epoch)
    line.field("step", loop.trainer.stepCount)
    line.field("seconds", seconds)
    line.end()
    try timing.append(line.bytes)
    try timing.append("\n")
    try timing.sync()
  }

  /// Removes the checkpoints that neither `last` nor `best` names.
  private func prune(keeping name: String) throws(FileError) {
    let best = Files.target(ofLink: folder.best)
    for entry in try Files.list(folder.checkpoints) {
      let isLink = entry == "last" || entry == "best"
      if isLink || entry == name || entry == best { continue }
      // What the user has put there stays.
      if !entry.hasPrefix("step-") && !entry.hasPrefix(".saving-") { continue }
      try Files.remove(folder.checkpoints + "/" + entry, recursively: true)
    }
  }

  private static func padded(_ step: Int) -> String {
    let digits = String(step)
    return String(repeating: "0", count: max(0, 6 - digits.count)) + digits
  }
}
