private import ThalwegDiagnosis
private import ThalwegFormats
private import ThalwegRCGNN
private import ThalwegReport
private import ThalwegTensor
private import ThalwegTraining

/// The command: words in, exit code out.
package struct Command {
  package static let version = "0.1.0"

  /// Heap allocations of the whole process so far; nil where nobody counts them.
  let allocations: (() -> Int)?

  package init(allocations: (() -> Int)?) { self.allocations = allocations }

  /// Runs the command.
  /// - Parameter words: the arguments, without the program's name.
  /// - Returns: 0 done, 1 failed, 2 bad usage, configuration or data, 3 diverged, 4 something was
  ///   found, 130 interrupted and saved.
  package func run(_ words: [String]) -> Int32 {
    let console = Console()
    #if DEBUG
      console.warning("built without optimization, many times slower; use 'swift build -c release'")
    #endif
    do {
      let code = try dispatch(words)
      if let reason = Console.outputError, code == 0 {
        console.note("thalweg: standard output: cannot be written (\(reason))")
        return 1
      }
      return code
    } catch {
      console.note("thalweg: \(error)")
      return Command.isBadInput(error) ? 2 : 1
    }
  }

  private func dispatch(_ words: [String]) throws -> Int32 {
    guard let first = words.first else {
      for line in Help.overview() { Console().result(line) }
      return 2
    }
    if first == "--version" {
      Console().result("thalweg \(Command.version)")
      return 0
    }
    let isHelp = first == "--help" || first == "-h"
    guard let verb = isHelp ? .help : Verb(rawValue: first) else {
      throw UsageError.unknownVerb(first)
    }
    let rest = words.dropFirst()
    if rest.contains("--help") || rest.contains("-h") {
      for line in Help.lines(for: verb) { Console().result(line) }
      return 0
    }
    let arguments = try Arguments(verb, rest)
    switch verb {
    case .train: return try Train(arguments).run()
    case .audit: return try AuditVerb(arguments).run()
    case .diagnose: return try Diagnose(arguments).run()
    case .inspect: return try Inspect(arguments).run()
    case .replay: return try Replay(arguments).run()
    case .recorder: return try RecorderVerb(arguments).run()
    case .bench: return try Bench(arguments, allocations: allocations).run()
    case .help: return try help(arguments)
    }
  }

  private func help(_ arguments: Arguments) throws -> Int32 {
    let console = Console()
    guard arguments.subject != nil else {
      for line in Help.overview() { console.result(line) }
      return 0
    }
    let name = try arguments.requiredSubject()
    guard let verb = Verb(rawValue: name) else { throw UsageError.unknownVerb(name) }
    for line in Help.lines(for: verb) { console.result(line) }
    return 0
  }

  /// Whether the user's words, settings or data are at fault, rather than the run.
  private static func isBadInput(_ error: any Error) -> Bool {
    switch error {
    case is UsageError, is SettingsError, is TableError, is SeriesError, is GraphError,
      is RCGNNError, is OptimizerError, is Machine.Unavailable, is CheckpointError, is JSONError,
      is SafetensorsError, is ZipError, is PickleError, is TorchError, is NPYError,
      is NumbersError, is UnreadFileError, is RunFileError, is TensorBoardError, is ReplayError,
      is ClaimError, is InputError:
      true
    default: false
    }
  }
}
