import Testing
import ThalwegFormats

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The built command as a process of its own, with both streams kept.
final class CommandProcess {
  #if canImport(Glibc)
    private typealias Actions = posix_spawn_file_actions_t
    private typealias Attributes = posix_spawnattr_t
  #else
    private typealias Actions = posix_spawn_file_actions_t?
    private typealias Attributes = posix_spawnattr_t?
  #endif

  /// A program that was built together with these tests.
  static func path(of program: String) -> String? {
    // Beside the tests on Linux, beside their bundle on macOS.
    var folder = image.split(separator: "/").dropLast()
    while !folder.isEmpty {
      let path = "/" + folder.joined(separator: "/") + "/" + program
      if access(path, X_OK) == 0 && !Files.isDirectory(path) { return path }
      folder.removeLast()
    }
    return nil
  }

  /// The file that holds the tests.
  private static var image: String {
    #if canImport(Glibc)
      return Files.target(ofLink: "/proc/self/exe") ?? ""
    #else
      var image = Dl_info()
      guard dladdr(#dsohandle, &image) != 0, let name = image.dli_fname else { return "" }
      return String(cString: name)
    #endif
  }

  let id: pid_t
  /// Files that keep the streams; nil where the caller takes one.
  private let output: Int32?
  private let error: Int32?
  private var ended: CommandRun.End?

  /// - Parameters:
  ///   - program: the program's name.
  ///   - folder: where the process stands.
  ///   - environment: laid over the few variables that are handed on.
  ///   - output: takes standard output, which is kept in a file otherwise; stays the caller's.
  ///   - error: the same for standard error.
  ///   - shell: a command that the shell runs first, as `ulimit -f 1`.
  init(
    _ words: [String], of program: String = "thalweg", in folder: String,
    environment: [String: String] = [:], output: Int32? = nil, error: Int32? = nil,
    shell before: String = ":"
  ) throws {
    let path = try #require(
      CommandProcess.path(of: program), "\(program) is not beside the tests")
    self.output = try output == nil ? CommandProcess.namelessFile() : nil
    self.error = try error == nil ? CommandProcess.namelessFile() : nil

    var actions = Actions()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, self.output ?? output ?? -1, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, self.error ?? error ?? -1, STDERR_FILENO)

    // Whoever started the tests may ignore or block the signals that they send.
    var attributes = Attributes()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for number in [SIGINT, SIGTERM, SIGPIPE] { sigaddset(&signals, number) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    let flags = Int32(POSIX_SPAWN_SETSIGDEF) | Int32(POSIX_SPAWN_SETSIGMASK)
    posix_spawnattr_setflags(&attributes, Int16(flags))

    // The shell goes to the folder and becomes the program, under the same id.
    let shell = ["sh", "-c", "cd \"$0\" && \(before) && exec \"$@\"", folder, path]
    var arguments = (shell + words).map { strdup($0) } + [nil]
    var variables = CommandProcess.variables(environment).map { strdup($0) } + [nil]
    defer { for pointer in arguments + variables { free(pointer) } }
    var id: pid_t = 0
    let code = posix_spawn(&id, "/bin/sh", &actions, &attributes, &arguments, &variables)
    try #require(code == 0, "posix_spawn: error \(code)")
    self.id = id
  }

  deinit {
    if ended == nil {
      kill(id, SIGKILL)
      var status: Int32 = 0
      waitpid(id, &status, 0)
    }
    for file in [output, error] { if let file { close(file) } }
  }

  func send(_ signal: Int32) { kill(id, signal) }

  /// Whether the process still runs; asking takes in its end.
  var isRunning: Bool {
    if ended != nil { return false }
    var status: Int32 = 0
    if waitpid(id, &status, WNOHANG) == id { ended = CommandRun.End(waitStatus: status) }
    return ended == nil
  }

  /// What it has written to its kept standard output by now.
  var outputSoFar: String { CommandProcess.text(output) }

  /// Waits for the end.
  func wait() throws -> CommandRun {
    while ended == nil {
      var status: Int32 = 0
      let found = waitpid(id, &status, 0)
      if found == id { ended = CommandRun.End(waitStatus: status) }
      try #require(found == id || errno == EINTR, "waitpid: error \(errno)")
    }
    return CommandRun(
      end: try #require(ended), output: CommandProcess.text(output),
      error: CommandProcess.text(error))
  }

  /// A file that is gone when its last descriptor is closed.
  private static func namelessFile() throws -> Int32 {
    var template = Array("/tmp/thalweg-command-XXXXXX".utf8CString)
    let file = mkstemp(&template)
    try #require(file >= 0, "mkstemp: error \(errno)")
    unlink(template)
    _ = fcntl(file, F_SETFD, FD_CLOEXEC)
    return file
  }

  private static func variables(_ more: [String: String]) -> [String] {
    var all = more
    // Without OPENBLAS_*, which changes results, and NO_COLOR.
    for name in ["PATH", "HOME", "LD_LIBRARY_PATH", "DYLD_FRAMEWORK_PATH"] where all[name] == nil {
      if let value = getenv(name) { all[name] = String(cString: value) }
    }
    return all.map { "\($0)=\($1)" }
  }

  /// What lies in a kept file.
  private static func text(_ file: Int32?) -> String {
    guard let file else { return "" }
    var bytes = [UInt8](repeating: 0, count: max(0, Int(lseek(file, 0, SEEK_END))))
    let count = pread(file, &bytes, bytes.count, 0)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }
}
