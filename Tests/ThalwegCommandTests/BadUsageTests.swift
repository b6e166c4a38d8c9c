import Testing
import ThalwegFormats

extension CommandTests {
  /// Words and settings that mean nothing: one line that says what was meant, exit 2.
  @Suite struct BadUsageTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func refuse(
      _ words: [String], _ texts: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let before = try folder.names()
      let run = try folder.run(words)
      expectRefusal(run, sourceLocation: sourceLocation)
      for text in texts {
        #expect(run.error.contains(text), "\(run.error)", sourceLocation: sourceLocation)
      }
      #expect(try folder.names() == before, sourceLocation: sourceLocation)
    }

    @Test func verbs() throws {
      try refuse(["trian"], "unknown verb 'trian'; did you mean 'train'?")
      try refuse(["frobnicate"], "unknown verb 'frobnicate'; 'thalweg help' lists them")
      try refuse(["help", "tran"], "did you mean 'train'?")
    }

    @Test func subjects() throws {
      try refuse(["train"], "'train' needs one of: rc-gnn")
      try refuse(["train", "rcgnn"], "does not know 'rcgnn'; did you mean 'rc-gnn'?")
      try refuse(["train", "rc-gnn", "data.csv"], "what to do with 'data.csv'")
      try refuse(["bench", "mpl"], "did you mean 'mlp'?")
      try refuse(["inspect"], "'inspect' needs a file; 'thalweg help inspect' shows the call")
      try refuse(["inspect", "a.pt", "b.pt", "c.pt"], "what to do with 'c.pt'")
    }

    @Test func options() throws {
      try refuse(["train", "rc-gnn", "--epoch", "3"], "'--epoch'", "did you mean '--epochs'?")
      try refuse(["train", "rc-gnn", "--frobnicate"], "'--frobnicate' of 'train'")
      try refuse(["train", "rc-gnn", "--out"], "option '--out' needs a value")
      try refuse(["train", "rc-gnn", "--json=yes"], "option '--json'")
      try refuse(["bench", "mlp", "--out", "run"], "'--out' of 'bench'")
      try refuse(["train", "rc-gnn", "--threads", "0"], "'--threads': '0'", "at least 1")
      try refuse(["bench", "mlp", "--sizes", "8,x"], "'--sizes': '8,x'")
      try refuse(["bench", "mlp", "--batch", "many"], "'--batch': 'many'")
      try refuse(["train", "rc-gnn", "--kernels", "basline"], "did you mean 'baseline'?")
      try refuse(["train", "rc-gnn", "--preset", "defualt"], "did you mean 'default'?")
      try refuse(["audit", "rc-gnn", "--fail-on", "eror"], "did you mean 'error'?")
    }

    @Test func keys() throws {
      try refuse(
        ["train", "rc-gnn", "--set", "optimizer.learnnig_rate=1"],
        "unknown key 'optimizer.learnnig_rate'; did you mean 'optimizer.learning_rate'?")
      let file = try folder.write("my.yaml", "seed: 3\n\noptimizer:\n  learnnig_rate: 0.1\n")
      for verb in ["train", "audit"] {
        try refuse(
          [verb, "rc-gnn", "--config", file], file + ":4: unknown key 'optimizer.learnnig_rate'",
          "did you mean 'optimizer.learning_rate'?")
      }
      try refuse(["train", "rc-gnn", "--set", "seed"], "write key=value")
      try refuse(["train", "rc-gnn", "--config", "gone.yaml"], "gone.yaml: no such file")
      _ = try folder.write("my.yaml", "seed: 3\n  a: [\n")
      try refuse(["train", "rc-gnn", "--config", file], file + ":2: ")
    }

    @Test(arguments: [
      ("epochs=many", "'epochs' must be a whole number, found"),
      ("epochs=1.5", "'epochs' must be a whole number"),
      ("epochs=0", "'epochs' must be within 1 to 1000000, found 0"),
      ("optimizer.learning_rate=fast", "'optimizer.learning_rate' must be a number"),
      ("optimizer.learning_rate=-1", "'optimizer.learning_rate' must be within"),
      ("data.standardize=maybe", "'data.standardize' must be true or false"),
      ("optimizer.rule=adamm", "did you mean 'adam'?"),
      ("data.window=1", "'data.window' must be within 2 to"),
      ("model.lags=24", "model.lags is 24 and data.window is 24"),
      ("optimizer.frozen=[nothing.*]", "nothing.*"),
      ("optimizer.momentum=0.9", "'optimizer.momentum' is for the rule sgd alone; adam keeps"),
      (
        "optimizer.nesterov=true",
        "'optimizer.nesterov' looks ahead by the momentum; set momentum above 0"
      ),
      (
        "optimizer.clip_value=1",
        "'optimizer.clip_value' is set beside clip_norm; leave one of them null"
      ),
      ("optimizer.clip_adaptive=0.1", "'optimizer.clip_adaptive' is set beside clip_norm"),
      ("schedule.warm_up_steps=-1", "'schedule.warm_up_steps' must be"),
      ("schedule.warm_up_start=0", "'schedule.warm_up_start' must be"),
      ("schedule.decay=cosin", "did you mean 'cosine'?"),
      (
        "schedule.decay=cosine",
        "'schedule.decay_steps' is null, and schedule.decay cosine needs it"
      ),
      ("schedule.decay_steps=9", "is of no use to schedule.decay none"),
      ("schedule.decay_floor=2", "'schedule.decay_floor' must be"),
      ("data.mode=published", "data.fill"),
    ])
    func values(assignment: String, text: String) throws {
      try refuse(["train", "rc-gnn", "--out", "run", "--set", assignment], text)
    }
  }
}
