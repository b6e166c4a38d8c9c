import ThalwegRecord

/// The names that a log uses, each judged once: a log repeats them on every line.
struct ConsoleNames {
  /// What must stand beside a name without a sign for it to be one of a figure.
  enum Company {
    case nobody
    /// `aux_loss 0.5`: a place, or a name that is known.
    case place
    /// `kl 0.5`: a name that is known.
    case figure
  }

  /// A name, and what it was judged to mean.
  struct Entry {
    var slot: RunCollector.Slot
    /// As a setting is filed.
    let path: [String]
    /// False: it names nothing that is kept, as a path or an address.
    let isKept: Bool
    let company: Company
    /// Only a run that goes on prints such figures.
    let isMeasured: Bool
    /// It is a learning rate, or speaks of a change of it.
    let isRate: Bool
    /// What a figure above zero says that happened.
    let alarm: Incident.Kind?
    /// What Hugging Face prints when training is over.
    let isFinish: Bool
    /// `patience`: what stands behind the stroke is a setting.
    let isPatience: Bool
    /// The run in whose head it stood last.
    var headRun = -1
    /// Entries of the elements of a list.
    var children: [Int] = []

    var role: Role? { slot.role }
  }

  /// More names are not remembered.
  private static let limit = 1 << 15

  private(set) var entries: [Entry] = []
  private var known = ByteIndex(limit: ConsoleNames.limit)
  /// The entries of the known names.
  private var numbers: [Int] = []

  /// What is known of a name.
  enum Found {
    case entry(Int)
    /// It was never met; `insert` gives it an entry.
    case new
    /// There are too many names.
    case none
  }

  /// - Parameter context: tells apart what stands round the name.
  mutating func find(
    _ line: LineBytes, name: Range<Int>, group: Range<Int>, link: ConsoleItem.Link, context: Int
  ) -> Found {
    let salt = UInt64(truncatingIfNeeded: context) << 3 | UInt64(link.rawValue)
    guard let number = known.number(of: line, group, name, salt: salt) else { return .none }
    return number < numbers.count ? .entry(numbers[number]) : .new
  }

  /// The entry of the name that was new just now.
  mutating func insert(_ judged: Judged) -> Int {
    entries.append(Entry(judged))
    numbers.append(entries.count - 1)
    return entries.count - 1
  }

  /// An entry that is found by its parent alone.
  mutating func child(_ number: Int, of parent: Int, make: () -> Judged) -> Int? {
    if number < entries[parent].children.count { return entries[parent].children[number] }
    let isFull = entries.count >= 2 * ConsoleNames.limit
    if isFull || number > entries[parent].children.count { return nil }
    entries.append(Entry(make()))
    entries[parent].children.append(entries.count - 1)
    return entries.count - 1
  }

  subscript(_ index: Int) -> Entry {
    _read { yield entries[index] }
    _modify { yield &entries[index] }
  }
}

extension ConsoleNames.Entry {
  fileprivate init(_ judged: ConsoleNames.Judged) {
    slot = RunCollector.Slot(
      judged.name, tensor: judged.tensor, role: judged.role, split: judged.split, isJudged: true)
    path = judged.path
    isKept = judged.isKept
    company = judged.company
    isPatience = judged.isPatience
    isRate = judged.isRate
    // What Megatron counts since its last line.
    alarm =
      judged.name.hasSuffix("number of skipped iterations")
      ? .warning : judged.name.hasSuffix("number of nan iterations") ? .nonFinite : nil
    isFinish = judged.name == "train_runtime"
    switch judged.role {
    case .loss, .gradientNorm, .normBeforeClip, .normAfterClip, .gradientMaximum, .gradientMean:
      isMeasured = true
    // What DeepSpeed counts beside the rate.
    default: isMeasured = judged.name == "skipped"
    }
  }
}
