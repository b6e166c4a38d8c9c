import ThalwegRecord

extension RunRecord {
  /// The series of some roles for the run as a whole, longest first, then by name: the order of a
  /// record does not matter to a rule.
  func ranked(_ roles: Role..., where fits: (Series) -> Bool = { _ in true }) -> [Series] {
    let found = series.filter { one in
      one.key.tensor == nil && one.role.map(roles.contains) ?? false && fits(one)
    }
    return found.sorted { one, other in
      if one.count != other.count { return one.count > other.count }
      if one.key.name != other.key.name { return one.key.name < other.key.name }
      return one.key.source < other.key.source
    }
  }

  /// Settings whose key is one of these, in words joined by `_`; none that are only proposed or tell
  /// of the code.
  func settings(_ keys: Set<String>) -> [Setting] {
    settings.filter { setting in
      keys.contains(NameWords.joined(setting.key)) && !CodeFacts.isOwn(setting, in: settings)
    }
  }

  /// Settings of one meaning; none that are only proposed or tell of the code.
  func settings(of meaning: SettingMeaning) -> [Setting] {
    settings.filter { SettingMeaning.of($0) == meaning && !CodeFacts.isOwn($0, in: settings) }
  }

  /// How many epochs the run was to have; nil: not recorded.
  var epochs: Double? {
    settings([
      "epochs", "max_epochs", "num_epochs", "num_train_epochs", "n_epochs", "total_epochs",
      "train_epochs", "training_epochs",
    ]).compactMap(\.number).max()
  }

  /// Norms of the gradients of single steps, of which no more is known than that they may be those
  /// before clipping.
  var stepNorms: [Series] {
    ranked(.normBeforeClip, .gradientNorm) { $0.split == nil || $0.split == .training }
  }
}

extension Series {
  /// The places of the first and the last figure.
  var ends: [Place] { [first, last].compactMap { $0?.place }.unique }

  /// Whether there is one figure an epoch: then each is a mean, a sum or the last of its epoch.
  var isByEpoch: Bool {
    count > 0
      && samples.allSatisfy { sample in
        let progress = sample.low.progress
        return progress.step == nil && progress.batch == nil
          && progress.epoch.map { $0 == $0.rounded() } ?? false
      }
  }
}

extension [Place] {
  /// Each place once, in order of appearance.
  var unique: [Place] {
    var seen: Set<Place> = []
    return filter { seen.insert($0).inserted }
  }
}
