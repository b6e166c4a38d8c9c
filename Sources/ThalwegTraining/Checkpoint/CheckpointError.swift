/// Why a checkpoint cannot be gone on from.
package enum CheckpointError: Error, Equatable, CustomStringConvertible {
  case noConfiguration(folder: String)
  /// The link is there, what it names is not.
  case gone(link: String, name: String)
  case format(path: String, found: Int, known: Int)
  case field(path: String, name: String)
  case linkMissing(link: String, newest: String)
  case tensorMissing(path: String, name: String)
  case tensorDiffers(path: String, name: String, file: String, model: String)

  package var description: String {
    switch self {
    case .noConfiguration(let folder):
      "\(folder): holds no config.yaml, so it is no run folder; name the folder given to --out"
    case .gone(let link, let name):
      "\(link): names '\(name)', which is not there; put it back, or turn the link to another one"
    case .format(let path, let found, let known):
      "\(path): has format \(found), this version reads up to \(known); use a newer thalweg"
    case .linkMissing(let link, let newest):
      "\(link): the link is gone though checkpoints are there; make it again, to '\(newest)'"
    case .field(let path, let name):
      "\(path): '\(name)' is missing or of the wrong kind; resume from an older checkpoint"
    case .tensorMissing(let path, let name):
      "\(path): holds no tensor '\(name)', which the model has; was config.yaml changed?"
    case .tensorDiffers(let path, let name, let file, let model):
      "\(path): tensor '\(name)' is \(file) there and \(model) in the model; was config.yaml changed?"
    }
  }
}
