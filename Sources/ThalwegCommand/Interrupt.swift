private import Synchronization

#if canImport(Glibc)
  private import Glibc
#else
  private import Darwin
#endif

/// Whether the user has asked the run to end. The step at hand is finished and the state saved; a
/// second signal ends the process at once.
enum Interrupt {
  private static let isRaised = Atomic<Bool>(false)

  static func listen() {
    for number in [SIGINT, SIGTERM] {
      signal(number) { number in
        Interrupt.isRaised.store(true, ordering: .relaxed)
        signal(number, SIG_DFL)
      }
    }
  }

  static var isPending: Bool { isRaised.load(ordering: .relaxed) }
}
