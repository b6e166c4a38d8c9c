import ThalwegDiagnosis
import ThalwegRecord

extension MadeRun {
  /// Gradient, norms and change of one tensor, printed with eight decimals.
  mutating func tensor(
    _ path: String, gradient: Double, change: Double, from norm: Double, records: Int = 4,
    _ names: TensorNames
  ) {
    var (gradients, changes, before, after) = ([Double](), [Double](), [Double](), [Double]())
    var size = printed(norm, 8)
    for _ in 0..<records {
      let scale = draws.uniform(0.5, 1.5)
      let next = printed(size + change * scale, 8)
      gradients.append(printed(gradient * scale, 8))
      before.append(size)
      after.append(next)
      changes.append(printed(abs(next - size), 8))
      size = next
    }
    add(names.gradient, .gradientNorm, gradients, tensor: path)
    add(names.before, .parameterNorm, before, tensor: path)
    add(names.after, .parameterNormAfter, after, tensor: path)
    add(names.change, .parameterChange, changes, tensor: path)
  }

  struct TensorNames {
    var gradient: String
    var before: String
    var after: String
    var change: String
  }

  mutating func tensorNames() -> TensorNames {
    TensorNames(gradient: name(), before: name(), after: name(), change: name())
  }

  /// Tensors with gradient that were made after the optimizer, and handed to it or not.
  mutating func late(isOptimized: Bool) {
    for index in 0..<4 {
      let path = name("*.weight")
      add("g", .gradientNorm, [1, 2, 3], tensor: path)
      var tensor = TensorRecord(path: path, place: Place(source: 0, position: index))
      tensor.isLate = index > 1
      tensor.isOptimized = index <= 1 || isOptimized
      record.tensors.append(tensor)
    }
  }

  /// A branch whose gradient is 0 after its first records, beside tensors that learn.
  mutating func branch(live: Int, of records: Int) {
    let column = name()
    for _ in 0..<2 { add(column, .gradientNorm, level(records, 1), tensor: name("*.weight")) }
    let module = name()
    for kind in ["weight", "bias"] {
      let zeros = [Double](repeating: 0, count: records - live)
      add(column, .gradientNorm, level(live, 1) + zeros, tensor: "\(module).\(kind)")
    }
  }

  /// Modules that learn.
  mutating func live(_ names: TensorNames, modules: Int = 3, records: Int = 4) {
    for _ in 0..<modules {
      let module = name() + "." + name()
      for kind in ["weight", "bias"] {
        tensor(
          "\(module).\(kind)", gradient: draws.scale(1e-3, 1), change: draws.scale(1e-4, 1e-2),
          from: draws.uniform(1, 20), records: records, names)
      }
    }
  }
}

extension RuleCase {
  static let tensors: [RuleCase] = [
    RuleCase(
      .zeroGradient, "a module of which nothing has gradient", .error,
      faulty: { run in
        let names = run.tensorNames()
        run.live(names)
        let module = run.name() + "." + run.name()
        for _ in 0..<run.draws.integer(1...4) {
          let layer = "\(module).\(run.name())"
          run.tensor("\(layer).weight", gradient: 0, change: 0, from: 27.8, names)
          run.tensor("\(layer).bias", gradient: 0, change: 0, from: 0, names)
        }
        run.live(names, modules: 1)
      },
      healthy: { run in
        // A branch that begins at 0: its first record has no gradient, the next ones have.
        let names = run.tensorNames()
        run.live(names)
        let path = run.name() + "." + run.name() + ".weight"
        run.add(names.gradient, .gradientNorm, [0, 0.001, 0.02, 0.04], tensor: path)
      }),
    RuleCase(
      .zeroGradient, "no tensor has gradient", .critical,
      faulty: { run in
        let name = run.name()
        for _ in 0..<4 {
          run.add(name, .gradientNorm, [0, 0, 0, 0], tensor: run.name("*.weight"))
        }
      },
      healthy: { run in
        // Frozen tensors have none.
        let name = run.name()
        run.add(name, .gradientNorm, [1, 0.5, 2, 1], tensor: run.name("*.weight"))
        for _ in 0..<4 {
          let path = run.name("*.weight")
          run.add(name, .gradientNorm, [0, 0, 0, 0], tensor: path)
          var tensor = TensorRecord(path: path, place: Place(source: 0, position: 1))
          tensor.isFrozen = true
          run.record.tensors.append(tensor)
        }
      }),
    RuleCase(
      .zeroGradient, "a branch that stops after ten records", .warning,
      faulty: { run in run.branch(live: 10, of: 100) },
      healthy: { run in run.branch(live: 90, of: 100) }),
    RuleCase(
      .zeroGradient, "states that know no path", .error,
      faulty: { run in
        for isLive in [true, true, false, false] {
          var tensor = TensorRecord(
            path: (isLive ? "a." : "b.") + run.name("*.weight"),
            place: Place(source: 0, position: run.record.tensors.count + 1))
          var states = TensorRecord.States()
          if isLive { states.live = 10 } else { states.noPath = 10 }
          tensor.states = states
          run.record.tensors.append(tensor)
        }
      },
      healthy: { run in
        for isLive in [true, true, false, false] {
          var tensor = TensorRecord(
            path: run.name("*.weight"),
            place: Place(source: 0, position: run.record.tensors.count + 1))
          var states = TensorRecord.States()
          states.live = isLive ? 10 : 1
          states.noPath = isLive ? 0 : 9
          tensor.states = states
          run.record.tensors.append(tensor)
        }
      }),
    RuleCase(
      .roundedToZero, "a bias of the keys", .info,
      faulty: { run in
        let names = run.tensorNames()
        run.live(names)
        let path = run.name("*.attention.key_projection.bias")
        run.tensor(path, gradient: 1e-10, change: 6.1e-7, from: 0, names)
      },
      healthy: { run in
        let names = run.tensorNames()
        run.live(names)
      }),
    RuleCase(
      .notOptimized, "a layer that has gradient and does not move", .warning,
      faulty: { run in
        let names = run.tensorNames()
        run.live(names)
        let layer = run.name() + "." + run.name()
        run.tensor("\(layer).weight", gradient: 2, change: 0, from: 11.7, names)
        run.tensor("\(layer).bias", gradient: 2, change: 0, from: 2.1, names)
      },
      healthy: { run in
        let names = run.tensorNames()
        run.live(names)
        // A gradient so small that SGD moves its tensor below the printed digits.
        run.tensor(run.name("*.weight"), gradient: 1e-7, change: 0, from: 3, names)
      }),
    RuleCase(
      .notOptimized, "no tensor moves", .critical,
      faulty: { run in
        let names = run.tensorNames()
        for _ in 0..<4 { run.tensor(run.name("*.weight"), gradient: 1, change: 0, from: 4, names) }
        run.add(run.name(), .learningRate, [1e-3, 1e-3, 1e-3, 1e-3])
      },
      healthy: { run in
        // The rate of a warm-up that begins at 0.
        let names = run.tensorNames()
        for _ in 0..<4 {
          run.tensor(run.name("*.weight"), gradient: 1, change: 0, from: 4, records: 1, names)
        }
        run.add(run.name(), .learningRate, [0])
      }),
    RuleCase(
      .notOptimized, "tensors of which the record says that the optimizer lacks them", .error,
      faulty: { run in
        for index in 0..<4 {
          let path = run.name("*.weight")
          run.add("g", .gradientNorm, [1, 2, 3], tensor: path)
          var tensor = TensorRecord(path: path, place: Place(source: 0, position: index))
          tensor.isOptimized = index > 1
          run.record.tensors.append(tensor)
        }
      },
      healthy: { run in
        for index in 0..<4 {
          let path = run.name("*.weight")
          run.add("g", .gradientNorm, [1, 2, 3], tensor: path)
          var tensor = TensorRecord(path: path, place: Place(source: 0, position: index))
          tensor.isOptimized = index > 1
          tensor.isFrozen = index <= 1
          run.record.tensors.append(tensor)
        }
      }),
    RuleCase(
      .notOptimized, "tensors that were made late", .error,
      faulty: { run in run.late(isOptimized: false) },
      healthy: { run in run.late(isOptimized: true) }),
    RuleCase(
      .differenceOfNorms, "a change that is a difference of norms", .info,
      faulty: { run in
        let names = run.tensorNames()
        run.live(names)
      },
      healthy: { run in
        let names = run.tensorNames()
        for _ in 0..<4 {
          let path = run.name("*.weight")
          run.add(names.before, .parameterNorm, [4, 4.01], tensor: path)
          run.add(names.after, .parameterNormAfter, [4.01, 4.03], tensor: path)
          run.add(names.change, .parameterChange, [0.5, 0.7], tensor: path)
        }
      }),
  ]
}
