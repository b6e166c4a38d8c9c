package import CKernels

extension Product {
  /// The multiplications.
  var work: Int { rows * columns * inner }

  /// Whether our own kernel computes it rather than the library: with vectors of 64 bytes all
  /// products; else middle-sized ones of which B stays in a near cache, where packing it costs more
  /// than it saves, and those for which the library allocates memory (W9 in Docs/workarounds.md). By
  /// level and shape alone.
  private func isOwn(_ kernels: UnsafePointer<tw_kernels>) -> Bool {
    if kernels.pointee.multiplies_any_size != 0 { return true }
    if transposesB { return rows >= 96 && columns >= 32 && inner <= 256 && work <= 1 << 25 }
    let left = columns % 16
    if !transposesA && work <= 1 << 20 && left >= 1 && left <= 8 { return true }
    return columns >= 64 && work > 1 << 18 && work <= 1 << 25 && inner * columns <= 1 << 16
  }

  /// Computes it on the calling thread.
  func run(_ kernels: UnsafePointer<tw_kernels>) {
    if !isOwn(kernels) {
      var product = self
      if let offsets {
        for row in 0..<rows {
          let place = c + row * leadingC * scalarType.width
          let start = offsets + row * leadingOffsets * scalarType.width
          kernels.pointee.repeat_row(place, start, 1, Int64(columns))
        }
        product.beta = 1
      }
      BLAS.multiply(product)
      return
    }
    var shape = tw_product(
      rows: Int64(rows), columns: Int64(columns), inner: Int64(inner), lda: Int64(leadingA),
      ldb: Int64(leadingB), ldc: Int64(leadingC), transposes_a: transposesA ? 1 : 0,
      transposes_b: transposesB ? 1 : 0, adds: beta == 0 ? 0 : 1, offsets: offsets,
      ldo: Int64(leadingOffsets))
    kernels.pointee.product(c, a, b, &shape)
  }

  /// The part of C with these rows and columns, or what a range of the inner extent adds to it.
  func part(_ rows: Range<Int>, _ columns: Range<Int>, _ inner: Range<Int>) -> Product {
    let width = scalarType.width
    var part = self
    part.rows = rows.count
    part.columns = columns.count
    part.inner = inner.count
    let (stepA, alongA) = transposesA ? (1, leadingA) : (leadingA, 1)
    let (stepB, alongB) = transposesB ? (leadingB, 1) : (1, leadingB)
    part.a = a + (rows.lowerBound * stepA + inner.lowerBound * alongA) * width
    part.b = b + (columns.lowerBound * stepB + inner.lowerBound * alongB) * width
    part.offsets = offsets.map {
      $0 + (rows.lowerBound * leadingOffsets + columns.lowerBound) * width
    }
    if inner.lowerBound > 0 { (part.beta, part.offsets) = (1, nil) }
    part.c = c + (rows.lowerBound * leadingC + columns.lowerBound) * width
    return part
  }
}

/// A product in a grid of parts, and in rounds over its inner extent, cut by its shape alone.
private struct ProductJob {
  /// Multiplications of a part, about: few enough that no thread waits long for another's last part.
  /// Where there are more than 16, enough that what a part lays out anew costs little.
  private static let (workOfPart, workOfLargePart) = (1 << 22, 1 << 27)
  private static let mostParts = Int(TW_MOST_PARTS)
  /// Bytes of both factors that all parts of a round read: they stay in a near cache.
  private static let bytesOfRound = 1 << 21
  /// The library's kernels work on tiles of so many rows and columns.
  private static let tile = 16

  let product: Product
  let kernels: UnsafePointer<tw_kernels>
  let down: Int
  let across: Int
  /// The inner extent of a round, and how many there are.
  let depth: Int
  let rounds: Int

  init(_ product: Product, _ kernels: UnsafePointer<tw_kernels>) {
    self.product = product
    self.kernels = kernels
    let wanted = max(
      2, min(product.work / ProductJob.workOfPart, 16),
      min(product.work / ProductJob.workOfLargePart, ProductJob.mostParts))
    // Each part reads its rows of A and its columns of B: the fewer in all, the better.
    var (best, down, across) = (Int.max, 1, 1)
    for parts in stride(from: wanted, through: 2, by: -1) where best == Int.max {
      for rows in 1...parts where parts % rows == 0 {
        let columns = parts / rows
        if product.rows < rows * ProductJob.tile || product.columns < columns * ProductJob.tile {
          continue
        }
        let read = columns * product.rows + rows * product.columns
        if read < best { (best, down, across) = (read, rows, columns) }
      }
    }
    (self.down, self.across) = (down, across)
    // Where the inner extent is the long one, as in the gradient of a weight over many rows, each part
    // would read its share of both factors from far away.
    let extent = product.rows + product.columns
    let fitting = ProductJob.bytesOfRound / (extent * product.scalarType.width) / 256 * 256
    depth = product.inner < 2 * extent || fitting == 0 ? product.inner : fitting
    rounds = (product.inner + depth - 1) / depth
  }

  func run(_ piece: Int) {
    let (part, round) = (piece % (down * across), piece / (down * across))
    let rows = ProductJob.range(product.rows, down, part / across)
    let columns = ProductJob.range(product.columns, across, part % across)
    let inner = round * depth..<min((round + 1) * depth, product.inner)
    if !rows.isEmpty && !columns.isEmpty { product.part(rows, columns, inner).run(kernels) }
  }

  private static func range(_ extent: Int, _ count: Int, _ index: Int) -> Range<Int> {
    let size = ((extent + count - 1) / count + tile - 1) / tile * tile
    return min(index * size, extent)..<min((index + 1) * size, extent)
  }
}

extension Machine {
  /// Multiply-adds below which a second thread costs more than it saves.
  private static let smallestShared = 1 << 20

  /// Whether so many multiply-adds are worth a second thread.
  package static func isShared(_ work: Int) -> Bool { work >= smallestShared }

  /// Computes a matrix product on the calling thread alone, so that pieces of a job may call it.
  package static func multiplyAlone(
    _ product: Product, _ kernels: UnsafePointer<tw_kernels>
  ) {
    if product.rows == 0 || product.columns == 0 { return }
    product.run(kernels)
  }

  /// Computes a matrix product; large ones are cut into parts for the pool.
  package func multiply(_ product: Product) {
    if product.rows == 0 || product.columns == 0 { return }
    let kernels = kernels(product.scalarType)
    if !Machine.isShared(product.work) {
      product.run(kernels)
      return
    }
    var job = ProductJob(product, kernels)
    run(job.down * job.across, rounds: job.rounds, job: &job) { job, piece in
      job.assumingMemoryBound(to: ProductJob.self).pointee.run(Int(piece))
    }
  }
}
