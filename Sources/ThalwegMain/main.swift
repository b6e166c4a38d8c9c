private import CAllocations
private import ThalwegCommand

#if canImport(Glibc)
  private import Glibc
#else
  private import Darwin
#endif

private let isCounted = tw_allocations_are_counted() != 0
private let command = Command(allocations: isCounted ? { Int(tw_allocation_count()) } : nil)
exit(command.run(Array(CommandLine.arguments.dropFirst())))
