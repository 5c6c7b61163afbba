#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What memory this process has, by the system's count; nothing where the system does not tell.
@safe struct ProcessMemory {
  private static let pageByteCount = 4096

  /// The bytes of address space, and those that are resident.
  static var now: (addresses: Int, resident: Int) {
    let numbers = text("/proc/self/statm").split(separator: " ").prefix(2).compactMap { Int($0) }
    guard numbers.count == 2 else { return (0, 0) }
    return (numbers[0] * pageByteCount, numbers[1] * pageByteCount)
  }

  /// The most bytes that were resident since ``forgetPeak()``.
  static var peak: Int {
    for line in text("/proc/self/status").split(separator: "\n") where line.hasPrefix("VmHWM:") {
      return (line.split(separator: " ").compactMap { Int($0) }.first ?? 0) * 1024
    }
    return 0
  }

  static func forgetPeak() {
    let file = unsafe open("/proc/self/clear_refs", O_WRONLY)
    guard file >= 0 else { return }
    _ = unsafe write(file, "5", 1)
    close(file)
  }

  /// Lets the process have `byteCount` bytes of address space and no more: what is allocated beyond is
  /// refused by the system, and the process ends.
  static func limitAddresses(_ byteCount: Int) {
    #if canImport(Glibc)
      var limit = rlimit()
      guard unsafe getrlimit(__rlimit_resource_t(9), &limit) == 0 else { return }
      limit.rlim_cur = rlim_t(byteCount)
      _ = unsafe setrlimit(__rlimit_resource_t(9), &limit)
    #endif
  }

  private static func text(_ path: String) -> String {
    let file = unsafe open(path, O_RDONLY)
    guard file >= 0 else { return "" }
    defer { close(file) }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress, 4096) }
    return String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self)
  }
}
