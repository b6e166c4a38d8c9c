package import CKernels

#if canImport(Glibc)
  private import Glibc
#else
  private import Darwin
#endif

/// What a computation runs on: a kernel level, threads and a library for matrix products.
///
/// Made once and passed in. One machine serves one thread at a time. Making one sets OpenBLAS, which
/// keeps its settings per process, to one thread: the machine's own threads share large products. The
/// first one also chooses its core type, where the library has not known the CPU; no other thread may
/// call OpenBLAS meanwhile.
public final class Machine {
  /// What a machine cannot be made of.
  public enum Unavailable: Error, Equatable, CustomStringConvertible {
    /// The CPU lacks the instructions of the level.
    case level(KernelLevel, best: KernelLevel)
    /// The system gave fewer threads.
    case threads(Int)

    /// One line that says what to change.
    public var description: String {
      switch self {
      case .level(let level, let best):
        "--kernels: this CPU cannot run '\(level.rawValue)'; the highest level here is "
          + "'\(best.rawValue)'"
      case .threads(let count): "--threads: the system did not give \(count) threads; ask for fewer"
      }
    }
  }

  /// The level of the kernels in use.
  public let level: KernelLevel

  /// The number of threads that share large products; it never changes a result.
  public let threads: Int

  private let pool: OpaquePointer
  private let tables: (float32: UnsafePointer<tw_kernels>, float64: UnsafePointer<tw_kernels>)

  /// A machine with the given kernel level and number of threads.
  /// - Parameters:
  ///   - level: nil takes the highest that the CPU runs.
  ///   - threads: nil takes one per processor that is online.
  public init(level: KernelLevel? = nil, threads: Int? = nil) throws(Unavailable) {
    let best = KernelLevel.available.last ?? .baseline
    let level = level ?? best
    if level > best { throw .level(level, best: best) }
    let count = threads ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    guard count >= 1, count <= 1024, let pool = tw_pool_make(Int32(count)) else {
      throw .threads(count)
    }
    self.level = level
    self.threads = count
    self.pool = pool
    tables = (tw_table(level.index, 0), tw_table(level.index, 1))
    BLAS.prepare()
  }

  deinit { tw_pool_free(pool) }

  /// The core type that the library for matrix products runs on.
  public var blasCore: String { BLAS.core }

  /// Whether every matrix product is computed by kernels of this package, none by the library.
  public var multipliesItself: Bool { tables.float32.pointee.multiplies_any_size != 0 }

  package func kernels(_ scalarType: ScalarType) -> UnsafePointer<tw_kernels> {
    scalarType == .float32 ? tables.float32 : tables.float64
  }

  /// Runs `body` for each piece of a job that the caller has cut by its shape alone.
  /// - Parameters:
  ///   - pieces: the pieces of a round, at most 64 where there are several rounds.
  ///   - rounds: in each, a piece awaits its own of the round before. `body` is given 0 ..< pieces
  ///     in the first round, and so on.
  package func run<Job>(_ pieces: Int, rounds: Int = 1, job: inout Job, _ body: tw_piece) {
    if rounds > 1 && pieces > Int(TW_MOST_PARTS) {
      mistake("run: \(pieces) pieces in \(rounds) rounds; at most \(TW_MOST_PARTS)")
    }
    withUnsafeMutablePointer(to: &job) {
      tw_pool_run(pool, Int64(pieces), Int64(rounds), body, $0)
    }
  }
}
