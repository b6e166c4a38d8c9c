import ThalwegFormats

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Real files under `$THALWEG_DATA`, else `../shared/data` beside the package.
enum RealData {
  static func path(_ name: String) -> String {
    if let root = getenv("THALWEG_DATA") { return String(cString: root) + "/" + name }
    let package = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    return "/" + package + "/../shared/data/" + name
  }

  static func isPresent(_ name: String) -> Bool { Files.exists(path(name)) }
}
