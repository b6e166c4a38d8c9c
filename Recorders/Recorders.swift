/// The recorders that ship inside the command: programs in other languages, as bytes.
package enum Recorders {
  /// One file for each framework.
  package static let all: [(framework: String, bytes: [UInt8])] = [
    ("pytorch", PackageResources.thalweg_recorder_py)
  ]
}
