package import Parquet

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The calls that sockets need, as far as systems differ in them; no descriptor of these waits in a call of its own.
package enum SocketCalls {
  /// What is waited for.
  package enum Readiness {
    /// Bytes, a connection, or an end.
    case input
    /// Room for bytes.
    case output
  }

  /// How long one wait is at most, in milliseconds, so that a wish to stop is seen soon.
  package static let longestWait = 100

  /// A socket for streams that does not block and that no child inherits.
  ///
  /// - Parameter isLocal: whether it has a path, else an Internet address.
  /// - Returns: a descriptor, to be closed.
  package static func open(isLocal: Bool) -> Result<Int32, SystemError> {
    #if canImport(Glibc)
      let kind = Int32(SOCK_STREAM.rawValue)
    #else
      let kind = SOCK_STREAM
    #endif
    switch valueOrErrno({ Int(socket(isLocal ? AF_UNIX : AF_INET, kind, 0)) }) {
    case .success(let value):
      let descriptor = Int32(truncatingIfNeeded: value)
      prepare(descriptor)
      return .success(descriptor)
    case .failure(let error): return .failure(error)
    }
  }

  /// The next connection that waits at a listening socket; nil where none does any more.
  ///
  /// - Returns: a descriptor, to be closed.
  package static func accept(_ listener: Int32) -> Result<Int32?, SystemError> {
    switch valueOrErrno({ Int(systemAccept(listener)) }) {
    case .success(let value):
      let descriptor = Int32(truncatingIfNeeded: value)
      prepare(descriptor)
      return .success(descriptor)
    case .failure(let error):
      // A client that has gone before its turn is none.
      let gone = [EAGAIN, EWOULDBLOCK, ECONNABORTED, EPROTO, ENETDOWN, EHOSTUNREACH]
      return gone.contains(error.number) ? .success(nil) : .failure(error)
    }
  }

  /// Waits until a descriptor is ready, an error of it included, for at most ``longestWait`` milliseconds, or less.
  ///
  /// - Returns: whether it is. A signal ends the wait, too.
  package static func wait(
    _ descriptor: Int32, for readiness: Readiness, milliseconds: Int
  ) -> Bool {
    let events = readiness == .input ? POLLIN : POLLOUT
    var polled = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    return unsafe poll(&polled, 1, Int32(min(max(milliseconds, 0), longestWait))) > 0
  }

  /// As ``wait(_:for:milliseconds:)-(Int32,_,_)``, until any of some descriptors is.
  package static func wait(
    _ descriptors: [Int32], for readiness: Readiness, milliseconds: Int
  ) {
    let events = Int16(readiness == .input ? POLLIN : POLLOUT)
    var polled = descriptors.map { pollfd(fd: $0, events: events, revents: 0) }
    _ = unsafe poll(
      &polled, nfds_t(polled.count), Int32(min(max(milliseconds, 0), longestWait)))
  }

  /// Reads what is there.
  package static func receive(
    _ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer
  ) -> Result<Int, SystemError> {
    valueOrErrno { unsafe recv(descriptor, buffer.baseAddress, buffer.count, 0) }
  }

  /// Sends as much as there is room for; an end that is closed is an error and no signal.
  package static func send(
    _ descriptor: Int32, _ bytes: UnsafeRawBufferPointer
  ) -> Result<Int, SystemError> {
    #if canImport(Glibc)
      let flags = Int32(truncatingIfNeeded: UInt32(MSG_NOSIGNAL.rawBits))
    #else
      let flags: Int32 = 0
    #endif
    return valueOrErrno { unsafe systemSend(descriptor, bytes, flags) }
  }

  /// Says to the other side that nothing more comes.
  package static func endOutput(_ descriptor: Int32) {
    #if canImport(Glibc)
      shutdown(descriptor, Int32(SHUT_WR))
    #else
      shutdown(descriptor, SHUT_WR)
    #endif
  }

  /// Lets go of a descriptor.
  package static func close(_ descriptor: Int32) { systemClose(descriptor) }

  private static func prepare(_ descriptor: Int32) {
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    #if !canImport(Glibc)
      var yes: Int32 = 1
      unsafe setsockopt(
        descriptor, SOL_SOCKET, SO_NOSIGPIPE, &yes, socklen_t(MemoryLayout<Int32>.size))
    #endif
  }
}

extension FixedWidthInteger {
  /// The bits of a flag, whatever type the C header gives it.
  fileprivate var rawBits: Int { Int(truncatingIfNeeded: self) }
}

private func systemAccept(_ listener: Int32) -> Int32 { accept(listener, nil, nil) }

private func systemClose(_ descriptor: Int32) { close(descriptor) }

private func systemSend(
  _ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, _ flags: Int32
) -> Int {
  unsafe send(descriptor, bytes.baseAddress, bytes.count, flags)
}
