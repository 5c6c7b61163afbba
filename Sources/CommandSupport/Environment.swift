#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What the environment says.
public enum Environment {
  /// The value of the variable `name`, where it is set.
  public static func value(_ name: String) -> String? {
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }
}
