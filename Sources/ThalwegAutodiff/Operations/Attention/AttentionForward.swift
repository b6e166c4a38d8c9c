internal import ThalwegTensor

/// Attention forward, a head of a sequence after the other, each in blocks of queries.
private struct AttentionForward {
  let layout: AttentionLayout
  let saved: UnsafeMutableRawPointer
  let output: HeadMatrices
  let scratch: AttentionScratch

  func run(_ strand: Int) {
    for piece in stride(from: strand, to: layout.pieces, by: layout.strands) {
      for number in 0..<layout.blocks.count {
        let block = layout.blocks[number]
        let p = layout.probabilities(of: block, saved, scratch, strand)
        layout.weigh(block, piece, into: p, saved, again: false)
        layout.multiply(
          piece, p, layout.value(saved), into: output.rows(from: block.queries.lowerBound, type),
          rows: block.queries.count, columns: layout.headWidth, inner: block.keys,
          turned: layout.turned(scratch, strand))
      }
    }
  }

  private var type: ScalarType { layout.tape.scalarType }
}

extension AttentionLayout {
  /// Computes the result into `output`, and into `saved` what the way back needs.
  func attend(_ saved: UnsafeMutableRawPointer, into output: UnsafeMutableRawPointer) {
    keepRows(saved)
    let mark = tape.mark
    var job = AttentionForward(
      layout: self, saved: saved, output: heads(at: output, queries),
      scratch: takeScratch(isBackward: false))
    tape.machine.run(strands, job: &job) { job, strand in
      job.assumingMemoryBound(to: AttentionForward.self).pointee.run(Int(strand))
    }
    tape.rewind(to: mark)
  }
}
