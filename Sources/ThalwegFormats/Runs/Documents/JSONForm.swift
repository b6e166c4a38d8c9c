/// How a JSON file holds a training.
enum JSONForm: Equatable {
  /// One record a line.
  case lines
  /// A Hugging Face trainer state: settings, and records in `log_history`.
  case trainerState
  /// A list of records; in the member of that name, nil: the document is the list.
  case records(member: String?)
  /// Lists of figures by name.
  case lists
  /// The document is one record.
  case record
  /// No record: values that someone chose.
  case settings
}
