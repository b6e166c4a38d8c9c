import ThalwegRecord

extension TrainingSettings {
  /// What a statement that rests on these settings leaves open: keys that nothing reads, and a rate
  /// that has two values; nil: nothing.
  func doubt(_ meanings: [SettingMeaning]) -> String? {
    doubt(meanings.compactMap { self[$0] })
  }

  func doubt(_ used: [Setting]) -> String? {
    var doubts: [String] = []
    let unread = KeyRules.unique(used.filter(isUnread).map(\.name))
    if !unread.isEmpty {
      let (says, them) = unread.count == 1 ? ("says", "it") : ("say", "them")
      doubts.append(
        "it holds only if the code does what \(ConfigurationText.listed(unread)) \(says): "
          + "nothing reads \(them)")
    }
    if let rate = self[.learningRate], used.contains(rate), !otherRates.isEmpty {
      let told = ([rate] + otherRates).map { "\($0.name) \($0.text)" }
      doubts.append("which is the rate: \(ConfigurationText.listed(told, most: 4))")
    }
    return doubts.isEmpty ? nil : doubts.joined(separator: "; ")
  }
}

extension Finding {
  /// The finding as one that holds under a condition.
  func doubted(_ doubt: String?) -> Finding {
    guard let doubt else { return self }
    var finding = self
    if verdict == .established { finding.verdict = .likely }
    finding.unknown = unknown.map { $0 + "; " + doubt } ?? doubt
    return finding
  }
}
