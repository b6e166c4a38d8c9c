// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "OwnOperation",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "Thalweg", path: "../..")],
  targets: [
    .executableTarget(
      name: "OwnOperation", dependencies: [.product(name: "Thalweg", package: "Thalweg")])
  ]
)
