import ThalwegRecord

extension ConsoleNames {
  /// What a name means where it stands.
  struct Judged {
    var name: String
    var tensor: String?
    /// The role of its figures.
    var role: Role?
    var split: Split?
    var path: [String]
    var isKept = true
    var company = Company.nobody
    var isPatience = false
    var isRate = false
  }

  /// What stands round a name.
  struct Surroundings {
    /// Data that the section or the line is about.
    var split: Split?
    /// Whether the piece says which epoch it is about.
    var hasEpoch = false
    /// Which of several processes speaks; nil: the first one.
    var rank: Int?
  }

  /// Judges a name by its words, by what it is bound to, and by what stands round it.
  /// - Parameters:
  ///   - heading: what stands above.
  ///   - meant: what the user says that a name means.
  static func judged(
    _ line: LineBytes, _ item: ConsoleItem, in surroundings: Surroundings, above heading: String?,
    meant: (String) -> String?
  ) -> Judged {
    let name = ConsoleName.text(line, item.name)
    let group = ConsoleName.text(line, item.group)
    let joined = ConsoleName.joined(name, group, item.link)
    var judged = Judged(name: joined.name, tensor: joined.tensor, path: joined.path)
    judged.isRate = FigureNames.speaksOfRate(name)
    judged.isKept = ConsoleName.isKept(name, line, item)
    judged.isPatience = name.split(separator: " ").last?.lowercased() == "patience"
    if judged.tensor == nil { takeTensor(&judged, name, heading) }

    let words = ConsoleName.withoutParentheses(judged.name)
    var meaning = FigureNames.meaning(of: words)
    if ConsoleName.isScaled(judged.name) { meaning.role = nil }
    if let role = roleByPlace(item, name, group, meaning, surroundings) { meaning.role = role }
    let meant = meant(judged.name)
    if let meant {
      meaning = FigureNames.meaning(of: meant)
      if let role = Role(rawValue: meant) { meaning.role = role }
    }
    if item.isUnsigned {
      if let company = ConsoleName.company(of: name, isMapped: meant != nil) {
        judged.company = company
      } else {
        judged.isKept = false
      }
    }
    (judged.role, judged.split) = meaning
    if judged.split == nil, let split = surroundings.split {
      judged.split = split
      // A name of its own, so that figures of two kinds of data are not one series.
      if split != .training {
        judged.name = split.rawValue + " " + judged.name
      }
    }
    if let rank = surroundings.rank {
      judged.name = "rank \(rank) " + judged.name
      judged.path.insert("rank \(rank)", at: 0)
    }
    return judged
  }

  /// The tensor that the name itself or the heading above speaks of.
  private static func takeTensor(_ judged: inout Judged, _ name: String, _ heading: String?) {
    if let parts = ConsoleName.tensor(in: name) {
      (judged.name, judged.tensor) = (parts.name, parts.tensor)
    } else if let heading {
      let role = FigureNames.meaning(of: name).role
      if ConsoleName.isTensor(heading) || (isOfTensor(role) && !heading.contains(" ")) {
        judged.tensor = heading
      } else if ConsoleName.isTensor(name), isOfTensor(FigureNames.meaning(of: heading).role) {
        (judged.name, judged.tensor) = (heading, name)
      }
    }
    if let tensor = judged.tensor { judged.path = [tensor, judged.name] }
  }

  /// The role that the place gives, which may be none; nil: the words have it.
  private static func roleByPlace(
    _ item: ConsoleItem, _ name: String, _ group: String,
    _ meaning: (role: Role?, split: Split?), _ surroundings: Surroundings
  ) -> Role?? {
    if item.link == .parentheses && FigureNames.isStatistic(name) { return .some(nil) }
    if item.link == .parentheses && FigureNames.meaning(of: group).role == .loss {
      if item.value.isPercent { return .some(.termShare) }
      return meaning.role == nil ? .some(.term) : nil
    }
    // `Train=0.61` behind `Epoch 3/200:`.
    if surroundings.hasEpoch && FigureNames.isSplit(name) && item.link == .none {
      return .some(item.value.unit == .none ? .loss : nil)
    }
    if meaning.role == .loss && item.value.unit == .measure { return .some(nil) }
    // `clip: 5.0` is a threshold, `clip: 96.4%` a share.
    let isBare = meaning.role == .clippedShare && FigureNames.isBareClip(name)
    let isShare = item.value.isPercent || item.value.kind == .bool || item.value.value < 1
    return isBare && !isShare ? .some(nil) : nil
  }

  static func isOfTensor(_ role: Role?) -> Bool {
    switch role {
    case .gradientNorm, .normBeforeClip, .normAfterClip, .gradientMaximum, .gradientMean,
      .parameterNorm, .parameterNormAfter, .parameterChange, .nonFiniteCount:
      true
    default: false
    }
  }
}
