import ThalwegFormats

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A Python with the real `safetensors`, in an environment of its own under `.build`.
enum Python {
  /// The interpreter; nil where there is no `python3` or the packages cannot be fetched.
  static let interpreter: String? = {
    let package = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let folder = "/" + package + "/.build/venv"
    let python = folder + "/bin/python"
    let check = "'\(python)' -c 'import safetensors, numpy' 2> /dev/null"
    if system(check) == 0 { return python }
    let install =
      "python3 -m venv '\(folder)' > /dev/null 2>&1 && '\(python)' -m pip install --quiet "
      + "--timeout 10 --retries 1 safetensors numpy > /dev/null 2>&1"
    return system(install) == 0 && system(check) == 0 ? python : nil
  }()

  /// Runs a script; true where it ends without an error.
  static func run(_ script: String, in folder: TemporaryFolder) throws -> Bool {
    guard let interpreter else { return false }
    let path = try folder.write("script.py", script)
    return system("cd '\(folder.path)' && '\(interpreter)' '\(path)'") == 0
  }
}
