package import ThalwegFormats
private import ThalwegTensor

/// The Lorenz-96 model, a ring of variables that drive their neighbours:
/// dx_i/dt = (x_{i+1} - x_{i-2}) x_{i-1} - x_i + F
/// (Lorenz 1996, Predictability: a problem partly solved, eq. 1).
package struct Lorenz96: Sendable, Equatable {
  /// The number of variables on the ring.
  package let variables: Int

  /// F; 10 and 40 are the published settings.
  package let forcing: Double

  /// The method's step in time units; over one time unit it loses less than 10^-4, a thousandth
  /// of the noise of observation.
  package static let step = 0.01

  /// - Precondition: at least four variables, below which the causes of one coincide.
  package init(variables: Int, forcing: Double) {
    if variables < 4 { mistake("lorenz96: \(variables) variables; the equation needs 4") }
    self.variables = variables
    self.forcing = forcing
  }

  /// Observations every 0.1 time units after a burn-in of 1000 of them, with noise of standard
  /// deviation 0.1: the setting of Tank et al. 2021 (arXiv 1802.05842) and of CUTS.
  /// - Returns: a table without gaps, columns x0, x1, ...
  package static func series(
    variables: Int = 10, steps: Int = 1000, forcing: Double = 10, seed: UInt64
  ) -> Table {
    let model = Lorenz96(variables: variables, forcing: forcing)
    let start = RandomStream(seed: seed, path: "lorenz96.start")
    let noise = RandomStream(seed: seed, path: "lorenz96.noise")
    var state = (0..<variables).map { 0.01 * start.normal($0) }
    var columns = model.names.map { Table.Column(name: $0, values: []) }
    for sample in -1000..<steps {
      model.advance(&state, steps: 10)
      guard sample >= 0 else { continue }
      for i in 0..<variables {
        columns[i].values.append(state[i] + 0.1 * noise.normal(sample * variables + i))
      }
    }
    return Table(columns: columns)
  }

  /// The true graph: j causes i for j in {i - 2, i - 1, i, i + 1} on the ring.
  package var graph: Graph {
    var graph = Graph(names: names, edges: [])
    for i in 0..<variables {
      for j in [i - 2, i - 1, i, i + 1] { graph[(j + variables) % variables, i] = true }
    }
    return graph
  }

  private var names: [String] { (0..<variables).map { "x\($0)" } }

  /// The right-hand side of the equation at `x`.
  package func derivative(_ x: [Double]) -> [Double] {
    let n = variables
    return x.indices.map { i in
      (x[(i + 1) % n] - x[(i + n - 2) % n]) * x[(i + n - 1) % n] - x[i] + forcing
    }
  }

  /// Moves `x` on by `steps` steps of the classical fourth-order Runge-Kutta method
  /// (Kutta 1901; Hairer, Norsett, Wanner, Solving Ordinary Differential Equations I).
  package func advance(_ x: inout [Double], steps: Int) {
    func moved(_ slope: [Double], _ time: Double) -> [Double] {
      zip(x, slope).map { $0 + time * $1 }
    }
    let h = Lorenz96.step
    for _ in 0..<steps {
      let k1 = derivative(x)
      let k2 = derivative(moved(k1, h / 2))
      let k3 = derivative(moved(k2, h / 2))
      let k4 = derivative(moved(k3, h))
      for i in x.indices { x[i] += h / 6 * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]) }
    }
  }
}
