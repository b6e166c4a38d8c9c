/// What the words of a line say that happened.
struct ConsoleMarks: OptionSet {
  let rawValue: UInt16

  static let resumed = ConsoleMarks(rawValue: 1)
  static let started = ConsoleMarks(rawValue: 2)
  static let finished = ConsoleMarks(rawValue: 4)
  static let stoppedEarly = ConsoleMarks(rawValue: 8)
  static let warning = ConsoleMarks(rawValue: 16)
  static let rate = ConsoleMarks(rawValue: 32)
  static let lossScale = ConsoleMarks(rawValue: 64)
  static let ended = ConsoleMarks(rawValue: 128)
  /// Words that tell apart a line about something and one that says it happened.
  static let planned = ConsoleMarks(rawValue: 256)
  /// A heading of results.
  static let summary = ConsoleMarks(rawValue: 512)
  /// The whole of training is finished, whatever stands before it.
  static let over = ConsoleMarks(rawValue: 1024)
  /// A warning of Python, whose text names no figures.
  static let pythonWarning = ConsoleMarks(rawValue: 2048)
  /// What a shell says of a program that was killed, or a sentence.
  static let killed = ConsoleMarks(rawValue: 4096)

  /// What the first of several processes says for all of them.
  static let course: ConsoleMarks = [.resumed, .started, .finished, .stoppedEarly, .over]

  /// In small letters; a blank stands for `_` and `-` too. A phrase may go on within its last word.
  static let phrases: [(StaticString, ConsoleMarks)] = [
    ("resuming from", .resumed), ("resuming training", .resumed), ("resuming at", .resumed),
    ("resuming run", .resumed), ("resumed from", .resumed), ("resumed training", .resumed),
    ("restored from", .resumed), ("restoring states from", .resumed),
    ("restored all states", .resumed), ("loaded checkpoint", .resumed),
    ("continuing training from", .resumed),
    ("starting training", .started), ("starting full training", .started),
    ("start training", .started), ("training started", .started), ("training starts", .started),
    ("starting run", .started), ("starting experiment", .started), ("start time", .started),
    ("started at", .started), ("begin training", .started), ("beginning training", .started),
    ("running training", .started), ("loading config", .started),
    ("launching training", .started),
    ("training complete", .finished), ("training finished", .finished),
    ("finished training", .finished), ("training done", .finished), ("done training", .finished),
    ("completed training", .finished), ("training is complete", .finished),
    ("training has finished", .finished), ("training has completed", .finished),
    ("trainer.fit` stopped", .over),
    ("early stop", .stoppedEarly), ("earlystopping", .stoppedEarly),
    ("stopping early", .stoppedEarly), ("stopped early", .stoppedEarly),
    ("stopping training", .stoppedEarly),
    ("counter", .planned), ("patience", .planned), ("enabled", .planned),
    ("disabled", .planned), ("callback", .planned), ("warnings.warn", .planned),
    ("userwarning:", .pythonWarning), ("runtimewarning:", .pythonWarning),
    ("detected nan", .warning),
    ("nan detected", .warning), ("nan loss", .warning), ("loss is nan", .warning),
    ("nan or inf", .warning), ("nan/inf", .warning), ("inf/nan", .warning),
    ("non finite", .warning), ("nonfinite", .warning), ("not finite", .warning),
    ("is nan", .warning), ("is inf", .warning), ("nan gradient", .warning), ("nan in", .warning),
    ("inf in", .warning), ("nans in", .warning), ("skipping batch", .warning),
    ("skip batch", .warning), ("skipped batch", .warning), ("batch skipped", .warning),
    ("skipping step", .warning), ("skipping update", .warning), ("step skipped", .warning),
    ("gradient overflow", .warning), ("overflow!", .warning), ("overflow detected", .warning),
    ("exploding", .warning), ("diverged", .warning), ("diverging", .warning),
    ("vanishing", .warning), ("invalid loss", .warning), ("out of memory", .warning),
    ("reducing loss scale", .lossScale), ("reducing to", .lossScale),
    ("reducing learning rate", .rate), ("adjusting learning rate", .rate),
    ("segmentation fault", .ended), ("core dumped", .ended), ("panicked at", .ended),
    ("bus error", .ended), ("oom kill", .ended), ("due to time limit", .ended),
    ("cancelled at", .ended), ("killed", .killed),
    ("complete", .summary), ("finished", .summary), ("done", .summary), ("summary", .summary),
    ("result", .summary), ("final", .summary), ("best", .summary), ("evaluat", .summary),
    ("test", .summary), ("report", .summary), ("saved", .summary), ("end of", .summary),
    ("valid", .summary), ("performance", .summary), ("metrics", .summary),
  ]
}
