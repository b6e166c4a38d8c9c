import CKernels
import Foundation
import Testing
import ThalwegTensor

/// Which thread runs a piece is left open; that each piece runs once, and is done on return, is not.
@Suite struct PoolTests {
  private struct Job {
    var counts: UnsafeMutablePointer<Int64>
    var addend: Int64
  }

  private static let body: tw_piece = { job, piece in
    let job = job.assumingMemoryBound(to: Job.self)
    job.pointee.counts[Int(piece)] += job.pointee.addend
  }

  @Test(arguments: [1, 2, 3, 5, 16])
  func `each piece of many small jobs runs once for any number of threads`(_ threads: Int) throws {
    let machine = try Machine(threads: threads)
    let counts = UnsafeMutablePointer<Int64>.allocate(capacity: 64)
    defer { counts.deallocate() }
    counts.initialize(repeating: 0, count: 64)
    var expected = [Int64](repeating: 0, count: 64)
    for round in 0..<2000 {
      let pieces = [0, 1, 2, 3, 7, 64][round % 6]
      var job = Job(counts: counts, addend: Int64(round + 1))
      machine.run(pieces, job: &job, Self.body)
      // Looked at right away: a piece that is still running would show.
      for piece in 0..<pieces { expected[piece] += Int64(round + 1) }
      let isDone = (0..<64).allSatisfy { counts[$0] == expected[$0] }
      if !isDone { Issue.record("round \(round) of \(pieces) pieces on \(threads) threads") }
      if !isDone { return }
    }
  }

  private struct Rounds {
    var digits: UnsafeMutablePointer<Int64>
    var parts: Int
  }

  /// A sum in which the order of the rounds shows, of pieces that take unequal times.
  private static let digits: tw_piece = { job, piece in
    let rounds = job.assumingMemoryBound(to: Rounds.self).pointee
    let (round, part) = Int(piece).quotientAndRemainder(dividingBy: rounds.parts)
    let before = rounds.digits[part]
    for _ in 0..<(piece * 7919 % 5) * 200 { _ = getpid() }
    rounds.digits[part] = before &* 31 &+ Int64(round) + 1
  }

  @Test(arguments: [1, 2, 3, 5], [1, 2, 7, 64])
  func `a piece waits for the one of its part in the round before`(
    _ threads: Int, _ parts: Int
  ) throws {
    let machine = try Machine(threads: threads)
    let counts = UnsafeMutablePointer<Int64>.allocate(capacity: parts)
    defer { counts.deallocate() }
    for rounds in [1, 2, 3, 50] {
      counts.initialize(repeating: 0, count: parts)
      var job = Rounds(digits: counts, parts: parts)
      machine.run(parts, rounds: rounds, job: &job, Self.digits)
      let expected = (0..<rounds).reduce(Int64(0)) { $0 &* 31 &+ Int64($1) + 1 }
      #expect((0..<parts).allSatisfy { counts[$0] == expected }, "\(rounds) rounds")
    }
  }

  @Test func `threads that sleep still wake up and can be given back`() throws {
    for _ in 0..<20 {
      let machine = try Machine(threads: 4)
      let counts = UnsafeMutablePointer<Int64>.allocate(capacity: 8)
      defer { counts.deallocate() }
      counts.initialize(repeating: 0, count: 8)
      var job = Job(counts: counts, addend: 1)
      machine.run(8, job: &job, Self.body)
      #expect((0..<8).allSatisfy { counts[$0] == 1 })
    }
  }
}
