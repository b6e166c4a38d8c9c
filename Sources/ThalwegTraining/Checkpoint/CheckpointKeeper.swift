/// Someone who saves the state of a loop so that it can go on from there.
public protocol CheckpointKeeper: AnyObject {
  /// Saves the loop as it stands between two steps.
  /// - Returns: where it was saved.
  /// - Throws: what kept it from being saved; an earlier checkpoint then stays whole.
  func save(_ loop: TrainingLoop, isBest: Bool) throws -> String
}
