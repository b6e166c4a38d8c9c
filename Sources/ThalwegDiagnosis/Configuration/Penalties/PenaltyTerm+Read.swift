import ThalwegRecord

extension PenaltyTerm {
  private static let keys = [
    "name", "form", "weight", "multiplier", "of", "floor", "reduction", "largest_error",
    "least_prediction", "group", "note",
  ]

  /// An entry of `terms`; nil where it is not understood, which is added to `problems`.
  init?(_ branch: SettingBranch, _ problems: inout [CodeFacts.Problem]) {
    let place = branch.place ?? Place(source: 0, position: nil)
    func refuse(_ text: String, _ key: String? = nil) {
      let place = key.flatMap { branch[$0]?.place } ?? place
      problems.append(CodeFacts.Problem(text: text, place: place))
    }
    guard let name = branch.text("name") else {
      refuse("a term has a name, a form and a weight")
      return nil
    }
    guard let form = branch.text("form").flatMap(PenaltyForm.init(rawValue:)) else {
      let forms = PenaltyForm.allCases.map(\.rawValue).joined(separator: ", ")
      refuse("the form of '\(name)' is one of \(forms)", "form")
      return nil
    }
    let weight: Weight
    switch branch["weight"]?.value {
    case .number(let number) where number.isFinite && number >= 0: weight = .number(number)
    case .text(let key): weight = .key(key)
    case nil: weight = .number(1)
    default:
      refuse("the weight of '\(name)' is a number from 0 on, or a key", "weight")
      return nil
    }
    self.init(name: name, form: form, weight: weight, place: place)
    for key in branch.names where !PenaltyTerm.keys.contains(key) {
      refuse("a term has \(PenaltyTerm.keys.joined(separator: ", ")); not '\(key)'", key)
    }
    if let text = branch.text("of") {
      guard let known = PenaltyStatistic(rawValue: text) else {
        let known = PenaltyStatistic.allCases.map(\.rawValue).joined(separator: ", ")
        refuse("'of' is one of \(known)", "of")
        return nil
      }
      statistic = known
    }
    if let number = branch["multiplier"]?.number { multiplier = number }
    if let number = branch["floor"]?.number { floor = number }
    if let number = branch["largest_error"]?.number { largestError = number }
    if let number = branch["least_prediction"]?.number { leastPrediction = number }
    if let text = branch.text("reduction") { isMean = text != "sum" }
    if let text = branch.text("group") { group = text }
  }

  /// The weight by a training's settings; nil where the key is not set.
  func weight(in training: TrainingSettings) -> (value: Double, evidence: [Place])? {
    switch weight {
    case .number(let number): return (number, [place])
    case .key(let key):
      guard let setting = training.setting(key), let number = setting.numeric else { return nil }
      return (number, [setting.place])
    }
  }
}
