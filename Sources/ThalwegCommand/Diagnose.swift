private import ThalwegDiagnosis
private import ThalwegFormats
private import ThalwegRecord
private import ThalwegReport

#if canImport(Glibc)
  private import Glibc
#else
  private import Darwin
#endif

/// `thalweg diagnose`: what the files of a run say of its gradients, whoever trained it.
struct Diagnose {
  private static let pollMicroseconds: UInt32 = 250_000

  private let arguments: Arguments

  init(_ arguments: Arguments) { self.arguments = arguments }

  func run() throws -> Int32 {
    let paths = try arguments.requiredFiles()
    let configurations = arguments.all(.config) + arguments.all(.terms)
    let limit = try arguments.failureSeverity()
    let options = try RunFileOptions(maps: arguments.all(.map))
    let isFollowing = arguments.has(.follow)
    if isFollowing && arguments.has(.json) { throw UsageError.exclusive("--follow", "--json") }
    let watch = try InputError.wrapping {
      try RunWatch(paths, configurations: configurations, options: options)
    }
    if isFollowing { return try follow(watch, until: limit) }
    _ = try InputError.wrapping { try watch.advance(isFinal: true) }
    try watch.check()
    let diagnoses = watch.records.map { Diagnosis($0) }
    let report = DiagnosisReport(diagnoses)
    let console = Console(isQuiet: arguments.has(.json))
    if arguments.has(.json) {
      console.document(report.json.pretty)
    } else {
      for line in report.lines() { console.result(line) }
    }
    return Diagnose.code(of: diagnoses, limit)
  }

  private static func code(of diagnoses: [Diagnosis], _ limit: Severity?) -> Int32 {
    guard let limit else { return 0 }
    return diagnoses.contains { $0.worstEstablished.map { $0 >= limit } ?? false } ? 4 : 0
  }

  /// Tells a finding when it first comes up, and again when its severity or verdict changes.
  private func follow(_ watch: RunWatch, until limit: Severity?) throws -> Int32 {
    Interrupt.listen()
    let console = Console()
    var told: [String: Finding] = [:]
    var hasOverview = false
    while !Interrupt.isPending {
      if try InputError.wrapping({ try watch.advance(isFinal: false) }) {
        let diagnoses = watch.records.map { Diagnosis($0) }
        var standing: Set<String> = []
        let report = DiagnosisReport(diagnoses)
        if !hasOverview {
          for line in report.overview() { console.result(line) }
          hasOverview = true
        }
        for diagnosis in diagnoses {
          for finding in diagnosis.findings {
            let name = ([diagnosis.run.name, finding.rule] + finding.subjects).joined(
              separator: "\n")
            standing.insert(name)
            if let known = told[name], known.severity == finding.severity,
              known.verdict == finding.verdict
            {
              continue
            }
            told[name] = finding
            for line in report.lines(of: finding, in: diagnosis.run) { console.result(line) }
          }
        }
        for (name, finding) in told.sorted(by: { $0.key < $1.key }) where !standing.contains(name) {
          told[name] = nil
          console.result("no longer found: \(finding.rule): \(finding.text)".onOneLine)
        }
        let code = Diagnose.code(of: diagnoses, limit)
        if code != 0 { return code }
      }
      usleep(Diagnose.pollMicroseconds)
    }
    return 130
  }
}
