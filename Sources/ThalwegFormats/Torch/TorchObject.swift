/// What the pickle of a checkpoint says in one place.
enum TorchObject {
  case tensor(CheckpointTensor)
  /// A number, a text, or a small thing that is shown as one.
  case scalar(JSON)
  /// What it holds, with their keys.
  case container([(key: String, value: Int)])
  /// What was left unopened, and what it is.
  case opaque(String)
}
