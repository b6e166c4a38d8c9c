package import ThalwegTensor

/// What the machine gives on the spot, by our own fastest product and by a copy: a step's distance from
/// the floors of its operations and its bytes is counted by them. A better product would lower the floor.
package struct Ceilings {
  /// 1e9 floating-point operations a second of the fastest product in Float, of sizes that fit a near
  /// cache and of large ones.
  package let productGigaflops: Double
  /// 1e9 bytes a second, read and written, of a copy that no cache holds.
  package let copyGigabytes: Double

  private static let sizes = [256, 512, 1024, 2048]
  private static let copied = 64 << 20

  /// Measures both, in about a second.
  package init(on machine: Machine) {
    productGigaflops = Ceilings.sizes.reduce(0) { most, size in
      let product = Workload.product(size, on: machine)
      return max(most, Double(product.cost.operations) / (Ceilings.best(product.run) * 1e9))
    }
    let (from, to) = (
      FlatStorage(.float32, count: Ceilings.copied / 4),
      FlatStorage(.float32, count: Ceilings.copied / 4)
    )
    var job = Copy(
      from: UnsafeRawPointer(from.pointer), to: to.pointer, bytes: Ceilings.copied,
      pieces: machine.threads)
    let seconds = Ceilings.best {
      machine.run(job.pieces, job: &job) { job, piece in
        job.assumingMemoryBound(to: Copy.self).pointee.run(Int(piece))
      }
    }
    copyGigabytes = Double(2 * Ceilings.copied) / (seconds * 1e9)
  }

  /// The shortest of several runs, in seconds.
  private static func best(_ body: () -> Void) -> Double {
    (0..<12).reduce(Double.infinity) { least, _ in
      let start = ContinuousClock.now
      body()
      return min(least, (ContinuousClock.now - start) / .seconds(1))
    }
  }

  private struct Copy {
    let from: UnsafeRawPointer
    let to: UnsafeMutableRawPointer
    let bytes: Int
    let pieces: Int

    func run(_ piece: Int) {
      let (start, end) = (bytes * piece / pieces, bytes * (piece + 1) / pieces)
      (to + start).copyMemory(from: from + start, byteCount: end - start)
    }
  }
}
