package import ThalwegRecord

/// What a project's code does with its configuration, told by the sections `about_code` and `terms`
/// of files of our own form; nobody can read it from the configuration itself.
package struct CodeFacts: Sendable {
  /// A key that is read and changes nothing, and why.
  struct Ineffective: Sendable {
    var key: String
    var why: String
  }

  struct Loss: Sendable {
    /// What one evaluation of the terms sees: `batch`, or a group of items that belong together.
    var unit: String?
    /// How the units of a batch are joined: `mean` or `sum`.
    var reduction: String?
    /// The names of the terms that the validation loss adds up; nil: not told.
    var validationTerms: [String]?
    var validationIsWeighted: Bool?
    var places: [Place] = []
  }

  /// Something in these sections that is not understood.
  package struct Problem: Sendable, Equatable {
    package var text: String
    package var place: Place
  }

  /// The section whose keys are told of; nil: the only training's.
  let section: [String]?
  /// nil: not told.
  let readKeys: [String]?
  let ineffective: [Ineffective]
  let resetsOnDrop: Bool?
  /// Whether clipping covers every parameter; nil: not told.
  let clipsAll: Bool?
  let clipPlace: Place?
  let loss: Loss
  /// nil: not told.
  let networks: [Network]?
  /// nil: not told.
  let terms: [PenaltyTerm]?
  package private(set) var problems: [Problem] = []

  private static let keys = [
    "section", "read_keys", "no_effect", "early_stop", "clip", "loss", "networks",
  ]

  package init(_ settings: [Setting]) {
    let about = SettingBranch(["about_code"], in: settings)
    section = about.text("section")?.split(separator: ".").map(String.init)
    readKeys = about.texts("read_keys")
    ineffective = about.branch("no_effect").elements.compactMap { entry in
      entry.text("key").map { Ineffective(key: $0, why: entry.text("why") ?? "not told why") }
    }
    resetsOnDrop = about.branch("early_stop").flag("resets_on_drop")
    clipsAll = about.branch("clip").text("covers").map { $0 == "all_parameters" }
    clipPlace = about.branch("clip")["covers"]?.place
    let told = about.branch("loss")
    loss = Loss(
      unit: told.text("unit"), reduction: told.text("reduction"),
      validationTerms: told.texts("validation_terms"),
      validationIsWeighted: told.flag("validation_is_weighted"), places: told.settings.map(\.place))
    var problems: [Problem] = []
    for name in about.names where !CodeFacts.keys.contains(name) {
      guard let place = about.settings.first(where: { $0.path[1] == name })?.place else { continue }
      problems.append(
        Problem(
          text: "about_code has \(CodeFacts.keys.joined(separator: ", ")); not '\(name)'",
          place: place))
    }
    let networks = about.branch("networks").elements
    self.networks = networks.isEmpty ? nil : networks.map { Network($0, &problems) }
    let terms = CodeFacts.terms(in: settings)
    self.terms = terms.isEmpty ? nil : terms.compactMap { PenaltyTerm($0, &problems) }
    self.problems = problems
  }

  /// The entries of `terms`; of a section of that name that says no form, none.
  private static func terms(in settings: [Setting]) -> [SettingBranch] {
    let terms = SettingBranch(["terms"], in: settings).elements
    return terms.contains { $0["form"] != nil } ? terms : []
  }

  /// Whether the code reads a key, given by its path in its section, or its first or last name
  /// alone; nil where nobody tells.
  func reads(_ path: ArraySlice<String>) -> Bool? {
    readKeys.map { read in
      let names = [path.joined(separator: "."), path.first ?? "", path.last ?? ""]
      return names.contains(where: read.contains)
    }
  }

  /// Whether a setting belongs to our own files about a project, and not to a configuration.
  static func isOwn(_ setting: Setting, in settings: [Setting]) -> Bool {
    switch setting.path.first {
    case "about_code": true
    case "terms": !terms(in: settings).isEmpty
    case "changes", "goal": !ProposedChange.entries(in: settings).isEmpty
    default: false
    }
  }
}
