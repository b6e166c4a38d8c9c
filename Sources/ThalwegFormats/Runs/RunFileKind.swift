/// The kinds of files that describe training; told by content, never by name.
package enum RunFileKind: String, CaseIterable, Sendable {
  case trainerState = "hugging_face_trainer_state"
  case tensorBoard = "tensorboard_events"
  case jsonLines = "json_lines"
  case table = "csv"
  case configuration
  case consoleLog = "console_log"

  /// In words, for people.
  package var title: String {
    switch self {
    case .trainerState: "Hugging Face trainer state"
    case .tensorBoard: "TensorBoard event file"
    case .jsonLines: "JSON lines"
    case .table: "CSV table"
    case .configuration: "configuration"
    case .consoleLog: "console log"
    }
  }
}
