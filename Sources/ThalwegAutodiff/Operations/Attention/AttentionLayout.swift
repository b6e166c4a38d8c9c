private import CKernels
internal import ThalwegTensor

/// Where everything of an attention node lies, from its operands' shapes and its attributes.
struct AttentionLayout {
  let tape: Tape
  let isPacked: Bool
  let batch: Int
  let heads: Int
  /// The number of rows of the query and of the key.
  let queries: Int
  let keys: Int
  let width: Int
  let isCausal: Bool
  /// nil: every key may be looked at.
  let mask: UnsafeMutableRawPointer?
  private let operands:
    (
      query: UnsafeMutableRawPointer, key: UnsafeMutableRawPointer, value: UnsafeMutableRawPointer
    )

  init(_ tape: Tape, _ node: UnsafeMutablePointer<Node>) {
    let first = tape.nodes + tape.operand(node, 0)
    self.tape = tape
    isPacked = node.pointee.operation == .selfAttention
    heads = Int(node.pointee.attributes[0])
    isCausal = node.pointee.attributes[1] != 0
    (batch, queries) = (node.pointee.shape[0], node.pointee.shape[1])
    width = node.pointee.shape[2]
    func input(_ index: Int) -> UnsafeMutableRawPointer {
      tape.nodes[tape.operand(node, index)].value
    }
    let maskIndex: Int
    if isPacked {
      keys = queries
      let part = width * tape.scalarType.width
      let start = first.pointee.value
      operands = (start, start + part, start + 2 * part)
      maskIndex = 1
    } else {
      keys = tape.nodes[tape.operand(node, 1)].shape[1]
      operands = (first.pointee.value, input(1), input(2))
      maskIndex = 3
    }
    mask = Int(node.pointee.operandCount) > maskIndex ? input(maskIndex) : nil
  }

  var pieces: Int { batch * heads }
  /// The heads of all sequences are shared out to so many, by their shape alone: each has memory of its
  /// own to work in.
  var strands: Int {
    let most = Machine.isShared(pieces * queries * keys * headWidth) ? LoopParts.most : 1
    return min(pieces, most)
  }
  var blocks: QueryBlocks {
    QueryBlocks(queries: queries, keys: keys, isCausal: isCausal, tape.scalarType)
  }
  /// Whether the probabilities are kept for the way back. Where they are many, they are computed again
  /// from the largest score and the sum of each row, so that memory grows as the length does.
  var keepsProbabilities: Bool { blocks.count == 1 }
  var headWidth: Int { width / heads }
  var scale: Double { 1 / Double(headWidth).squareRoot() }
  private var keptCount: Int { pieces * queries * (keepsProbabilities ? keys : 2) }

  /// What forward keeps: the probabilities, or two numbers of each row; and where there is a mask the
  /// key and the value with zeros under it, so that no product meets what stands there.
  var savedCount: Int { keptCount + (mask == nil ? 0 : 2 * batch * keys * width) }

  var query: HeadMatrices { heads(at: operands.query, queries, packed: isPacked) }

  func key(_ saved: UnsafeMutableRawPointer) -> HeadMatrices {
    mask == nil
      ? heads(at: operands.key, keys, packed: isPacked) : heads(at: kept(saved, 0), keys)
  }

  func value(_ saved: UnsafeMutableRawPointer) -> HeadMatrices {
    mask == nil
      ? heads(at: operands.value, keys, packed: isPacked) : heads(at: kept(saved, 1), keys)
  }

  /// The heads of a tensor of which each row holds one sequence's step.
  func heads(
    at base: UnsafeMutableRawPointer, _ length: Int, packed: Bool = false
  ) -> HeadMatrices {
    let row = packed ? 3 * width : width
    return HeadMatrices(
      base: base, batchStride: length * row, headStride: headWidth, rowStride: row)
  }

  private func kept(_ saved: UnsafeMutableRawPointer, _ index: Int) -> UnsafeMutableRawPointer {
    saved + (keptCount + index * batch * keys * width) * tape.scalarType.width
  }

  /// Copies the key and the value with zeros in the rows that may not be looked at.
  func keepRows(_ saved: UnsafeMutableRawPointer) {
    guard let mask else { return }
    keep(operands.key, mask, kept(saved, 0))
    keep(operands.value, mask, kept(saved, 1))
  }

  private func keep(
    _ source: UnsafeMutableRawPointer, _ mask: UnsafeMutableRawPointer,
    _ place: UnsafeMutableRawPointer
  ) {
    let stride = Int64(isPacked ? 3 * width : width)
    tape.kernels.pointee.keep_rows(
      place, source, mask, Int64(batch * keys), Int64(width), stride)
  }
}
