internal import Parquet

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The file that a socket is: made, found to be another's, replaced where nobody listens at it.
extension UnixSocketStream {
  /// A socket that listens at `path`, and what its file is.
  ///
  /// - Throws: ``Parquet/ParquetError`` with code `inputOutput`, or `invalidArgument` for a path that no socket can have.
  static func listener(
    at path: String
  ) throws(ParquetError) -> (descriptor: Int32, identity: FileNames.Status.Identity?) {
    // Before anything at the path is looked at: the system ends a name at its first zero byte, and what lies at the
    // shorter one is none of ours.
    let address = try address(path)
    let descriptor = try opened(path)
    do throws(ParquetError) {
      try removeDead(path, address)
      try bind(descriptor, path, address)
      let identity = try FileNames.status(path)?.identity
      let listening = valueOrErrno { Int(listen(descriptor, waitingCount)) }
      if case .failure(let error) = listening {
        try FileNames.remove(path)
        throw .system("cannot be listened at", error, file: path)
      }
      return (descriptor, identity)
    } catch {
      SocketCalls.close(descriptor)
      throw error
    }
  }

  private static var waitingCount: Int32 { 64 }

  private static func opened(_ path: String) throws(ParquetError) -> Int32 {
    switch SocketCalls.open(isLocal: true) {
    case .success(let descriptor): return descriptor
    case .failure(let error): throw .system("no socket can be made", error, file: path)
    }
  }

  /// Removes the socket at `path` where nobody listens at it.
  private static func removeDead(
    _ path: String, _ address: sockaddr_un
  ) throws(ParquetError) {
    var status = stat()
    if case .failure(let error) = valueOrErrno({ Int(unsafe lstat(path, &status)) }) {
      guard error.number == ENOENT else { throw .system("cannot be looked at", error, file: path) }
      return
    }
    guard status.st_mode & S_IFMT == S_IFSOCK else {
      throw ParquetError(
        .inputOutput, "is there already and is no socket; it is not replaced by one"
      ).adding(file: path)
    }
    let probe = try opened(path)
    defer { SocketCalls.close(probe) }
    let connected = unsafe withPointer(to: address) { address, length in
      valueOrErrno { Int(unsafe connect(probe, address, length)) }
    }
    switch connected {
    case .failure(let error) where error.number == ECONNREFUSED: try FileNames.remove(path)
    case .failure(let error) where error.number == ENOENT: break
    case .failure(let error) where error.number != EAGAIN:
      throw .system("is a socket that cannot be asked whether it is in use", error, file: path)
    case .success, .failure:
      throw ParquetError(.inputOutput, "is a socket that another process listens at").adding(
        file: path)
    }
  }

  private static func bind(
    _ descriptor: Int32, _ path: String, _ address: sockaddr_un
  ) throws(ParquetError) {
    let bound = unsafe withPointer(to: address) { address, length in
      valueOrErrno { Int(unsafe systemBind(descriptor, address, length)) }
    }
    if case .failure(let error) = bound {
      throw .system("cannot be made a socket", error, file: path)
    }
  }

  private static func address(_ path: String) throws(ParquetError) -> sockaddr_un {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    // The last byte of the room stays zero.
    let room = MemoryLayout.size(ofValue: address.sun_path) - 1
    guard !bytes.isEmpty, bytes.count <= room else {
      throw ParquetError(
        .invalidArgument, "the path of a socket has 1 to \(room) bytes, this one \(bytes.count)"
      ).adding(file: path)
    }
    guard !bytes.contains(0) else {
      throw ParquetError(.invalidArgument, "the path of a socket has no zero byte, this one has")
        .adding(file: path)
    }
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
    return address
  }

  /// Calls `body` with an address as the system's calls take it.
  private static func withPointer(
    to address: sockaddr_un,
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result<Int, SystemError>
  ) -> Result<Int, SystemError> {
    let length = socklen_t(MemoryLayout<sockaddr_un>.size)
    return unsafe withUnsafePointer(to: address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, length) }
    }
  }
}

private func systemBind(
  _ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t
) -> Int32 {
  unsafe bind(descriptor, address, length)
}
