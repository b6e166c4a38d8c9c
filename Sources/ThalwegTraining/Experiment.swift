public import ThalwegAutodiff
public import ThalwegRecord
public import ThalwegTensor

/// A model with its data and its measure of success: what the loop trains and the audit examines.
public protocol Experiment: AnyObject {
  /// The name that run folders begin with.
  var name: String { get }
  /// The model's numbers.
  var parameters: Parameters { get }
  /// Items that one epoch goes through.
  var trainingItemCount: Int { get }

  /// Computes one batch on the tape of `pass` and names what is to be minimized.
  /// - Parameters:
  ///   - items: indices into the training items.
  ///   - epoch: from 1, for what changes over a training.
  func forward(_ items: UnsafeBufferPointer<Int32>, _ pass: Pass, epoch: Int)

  /// Evaluates the model as it stands, without changing it.
  func evaluate(on machine: Machine, epoch: Int) -> EvaluationRecord
}
