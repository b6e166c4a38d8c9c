// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target: explicit `any`, private imports, no warning left standing.
let house: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

/// A module, and the modules that it may import; the order of the list is the order of the house.
func module(_ name: String, imports: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: imports, swiftSettings: house)
}

/// Fixtures are read where they lie, by the path of the test's source.
func tests(of name: String, imports: [Target.Dependency] = [], fixtures: [String] = []) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: [.byName(name: name)] + imports, exclude: fixtures,
    swiftSettings: house)
}

/// What `import Thalweg` brings.
let exported: [Target.Dependency] = [
  "ThalwegTensor", "ThalwegAutodiff", "ThalwegNN", "ThalwegRecord", "ThalwegTraining",
]

/// What a target that imports `Thalweg` must name, see W8 in Docs/workarounds.md.
let umbrella = ["Thalweg"] + exported

/// A training that CI runs to a stated metric.
func example(_ name: String, imports: [Target.Dependency] = []) -> Target {
  .executableTarget(
    name: name, dependencies: umbrella + ["ExampleSupport"] + imports, path: "Examples/" + name,
    swiftSettings: house)
}

let package = Package(
  name: "Thalweg",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Thalweg", targets: ["Thalweg"]),
    .executable(name: "thalweg", targets: ["ThalwegMain"]),
  ],
  targets: [
    .target(
      name: "CKernels",
      cSettings: [.treatAllWarnings(as: .error)],
      linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(
      name: "CYAML", pkgConfig: "yaml-0.1",
      providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

    module(
      "ThalwegTensor",
      imports: ["CKernels", .target(name: "COpenBLAS", condition: .when(platforms: [.linux]))]),
    module("ThalwegAutodiff", imports: ["ThalwegTensor", "CKernels"]),
    module("ThalwegNN", imports: ["ThalwegAutodiff", "ThalwegTensor"]),
    module("ThalwegRecord"),
    module("ThalwegDiagnosis", imports: ["ThalwegRecord"]),
    module("ThalwegFormats", imports: ["ThalwegRecord", "ThalwegTensor", "CYAML", "CZlib"]),
    module(
      "ThalwegTraining",
      imports: [
        "ThalwegNN", "ThalwegAutodiff", "ThalwegTensor", "ThalwegRecord", "ThalwegFormats",
        "CKernels",
      ]),
    .target(
      name: "ThalwegPresets", path: "Configs", exclude: ["celestial"],
      resources: [.embedInCode("rc-gnn"), .embedInCode("prioritynet")], swiftSettings: house),
    .target(
      name: "ThalwegRecorders", path: "Recorders", exclude: ["tests"],
      resources: [.embedInCode("thalweg_recorder.py")], swiftSettings: house),
    module(
      "ThalwegRCGNN",
      imports: [
        "ThalwegTraining", "ThalwegNN", "ThalwegAutodiff", "ThalwegTensor", "ThalwegRecord",
        "ThalwegFormats", "ThalwegPresets",
      ]),
    module("ThalwegReport", imports: ["ThalwegRecord", "ThalwegFormats"]),
    module("Thalweg", imports: exported),
    .target(
      name: "ThalwegBenchmarks",
      dependencies: [
        "ThalwegRCGNN", "ThalwegTraining", "ThalwegNN", "ThalwegAutodiff", "ThalwegTensor",
        "ThalwegFormats", "ThalwegRecord",
      ], path: "Benchmarks/Workloads", swiftSettings: house),
    module(
      "ThalwegCommand",
      imports: [
        "ThalwegTensor", "ThalwegAutodiff", "ThalwegNN", "ThalwegRecord", "ThalwegFormats",
        "ThalwegDiagnosis", "ThalwegTraining", "ThalwegRCGNN", "ThalwegReport", "ThalwegPresets",
        "ThalwegRecorders",
        "ThalwegBenchmarks",
      ]),
    .executableTarget(
      name: "FirstSteps", dependencies: umbrella, path: "Examples/FirstSteps",
      swiftSettings: house),
    .target(
      name: "ExampleSupport", dependencies: exported + ["ThalwegFormats"],
      path: "Examples/Support", swiftSettings: house),
    example("Digits"),
    example("Waveforms"),
    example("AddingProblem"),
    example("Characters", imports: ["ThalwegFormats"]),
    .target(name: "CAllocations", cSettings: [.treatAllWarnings(as: .error)]),
    .executableTarget(
      name: "ThalwegMain", dependencies: ["ThalwegCommand", "CAllocations"], swiftSettings: house),

    .executableTarget(
      name: "ThalwegFuzz", dependencies: ["ThalwegFormats", "ThalwegDiagnosis", "ThalwegRecord"],
      path: "Tests/Fuzz",
      exclude: ["Seeds"],
      swiftSettings: house),
    tests(of: "ThalwegTensor", imports: ["CKernels"]),
    tests(
      of: "ThalwegAutodiff", imports: ["ThalwegTensor", "CKernels", "ThalwegFormats"],
      fixtures: ["Fixtures"]),
    tests(
      of: "ThalwegNN", imports: ["ThalwegAutodiff", "ThalwegTensor", "ThalwegFormats"],
      fixtures: ["Fixtures"]),
    tests(
      of: "ThalwegFormats", imports: ["ThalwegTensor", "ThalwegRecord"], fixtures: ["Fixtures"]),
    tests(
      of: "ThalwegTraining",
      imports: [
        "ThalwegNN", "ThalwegAutodiff", "ThalwegTensor", "ThalwegRecord", "ThalwegFormats",
      ],
      fixtures: ["Fixtures"]),
    tests(
      of: "ThalwegRCGNN",
      imports: [
        "ThalwegTraining", "ThalwegNN", "ThalwegAutodiff", "ThalwegTensor", "ThalwegRecord",
        "ThalwegFormats", "ThalwegPresets",
      ],
      fixtures: ["Fixtures"]),
    tests(
      of: "ThalwegDiagnosis", imports: ["ThalwegRecord", "ThalwegFormats"], fixtures: ["Fixtures"]),
    tests(of: "ThalwegReport", imports: ["ThalwegRecord", "ThalwegFormats"]),
    tests(
      of: "ThalwegCommand",
      imports: ["ThalwegAutodiff", "ThalwegTensor", "ThalwegFormats", "ThalwegRecord"],
      fixtures: ["Fixtures"]),
  ],
  swiftLanguageModes: [.v6]
)
