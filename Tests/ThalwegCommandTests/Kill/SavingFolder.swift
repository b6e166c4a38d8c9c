import ThalwegFormats

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The folder that a checkpoint is written to before it takes its name, seen from outside.
struct SavingFolder: Equatable {
  let name: String
  private let number: UInt64
  private let seconds: Int
  private let nanoseconds: Int

  /// The one that lies in `checkpoints` now. Two that differ were written at different times: what
  /// an earlier kill left can be told from what is being written.
  init?(in checkpoints: String) {
    guard let names = try? Files.list(checkpoints),
      let name = names.first(where: { $0.hasPrefix(".saving-step-") })
    else { return nil }
    var status = stat()
    if lstat(checkpoints + "/" + name, &status) != 0 { return nil }
    self.name = name
    number = UInt64(status.st_ino)
    #if canImport(Glibc)
      let time = status.st_mtim
    #else
      let time = status.st_mtimespec
    #endif
    seconds = time.tv_sec
    nanoseconds = time.tv_nsec
  }
}
