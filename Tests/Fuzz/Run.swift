import ThalwegFormats

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Feeds inputs to targets and counts what becomes of them.
struct Run {
  /// An input that takes longer is a hang: the alarm ends the process.
  private static let secondsAllowed: UInt32 = 20

  private let statePath: String
  private let inputPath: String
  private let seed: UInt64

  init(folder: String, state: String, seed: UInt64) {
    statePath = state
    inputPath = state + ".input"
    self.seed = seed
  }

  func attack(_ target: Target, number: Int, inputs: Range<Int>) {
    var (past, taken, refused) = (0, 0, 0)
    var slowest = (seconds: 0.0, input: 0)
    let descriptor = open(inputPath, O_RDWR | O_CREAT | O_TRUNC, 0o600)
    if descriptor < 0 { fail("cannot write \(inputPath)") }
    for input in inputs {
      var dice = Dice(seed &* 0x9E37_79B9 &+ UInt64(number) << 40 &+ UInt64(input))
      _ = dice.next()
      let bytes = target.make(&dice)
      note("\(target.name) \(input)")
      put(bytes, descriptor)
      alarm(Run.secondsAllowed)
      let start = clock()
      do {
        try target.read(inputPath)
        taken += 1
        past += 1
      } catch {
        refused += 1
        if !target.stopsAtContainer(error) { past += 1 }
        check("\(error)", target, input)
      }
      let seconds = clock() - start
      alarm(0)
      if seconds > slowest.seconds { slowest = (seconds, input) }
    }
    close(descriptor)
    var usage = rusage()
    #if canImport(Glibc)
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    #else
      getrusage(RUSAGE_SELF, &usage)
    #endif
    let result = JSON.object([
      .init("target", .string(target.name)), .init("seed", .integer(Int(seed))),
      .init("inputs", .integer(inputs.count)), .init("past_container", .integer(past)),
      .init("taken", .integer(taken)), .init("refused", .integer(refused)),
      .init("slowest_milliseconds", .number((slowest.seconds * 1000).rounded())),
      .init("slowest_input", .integer(slowest.input)),
      .init("peak_megabytes", .integer(Int(usage.ru_maxrss) / 1024)),
    ])
    print(result.compact)
    fflush(nil)
  }

  /// An error reaches the user as one line.
  private func check(_ text: String, _ target: Target, _ input: Int) {
    if text.isEmpty || text.contains("\n") || text.utf8.count > 4096 {
      fail("\(target.name) \(input): an error of \(text.utf8.count) bytes or several lines")
    }
  }

  private func note(_ text: String) {
    let state = open(statePath, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    put(Array(text.utf8), state)
    close(state)
  }

  private func put(_ bytes: [UInt8], _ descriptor: Int32) {
    let written = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    if written != bytes.count || ftruncate(descriptor, off_t(bytes.count)) != 0 {
      fail("an input could not be written")
    }
  }

  private func clock() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  private func fail(_ text: String) -> Never {
    print(text)
    exit(1)
  }
}
