import CommandSupport
import Parquet

extension Subcommand {
  /// `parquet verify`.
  static let verify = Subcommand(
    "verify", operands: "FILE…", count: 1...Int.max,
    summary: "Reads everything and names each fault in a line; exit status 1 if there is any.",
    details: [
      "Holds magic, footer, page headers, checksums, levels, dictionary indices, counts, sizes,"
        + " encodings, bounds, histograms and page indexes against each other and against the values.",
      "Of an encrypted file each column is a fault whose key is not given: nothing is known of it.",
    ],
    options: ReadingArguments.options
  ) { arguments, console in
    let reading = try ReadingArguments(arguments)
    var faultCount = 0
    for path in arguments.operands {
      var found = 0
      var rowCount = 0
      do throws(ParquetError) {
        let source = try ParquetInput.source(path)
        let progress = console.progress("verify", byteCount: source.byteCount)
        defer { progress.finish() }
        let verifier = FileVerifier(
          source, limits: reading.limits, decryption: reading.keys.decryption(of: path))
        let faults = try verifier.verify { (rows, bytes) throws(ParquetError) in
          try Interruption.check()
          rowCount = rows
          progress.update(rows: rows, bytes: bytes)
        }
        progress.finish()
        for fault in faults { try console.print(Console.printable(fault.description)) }
        found = faults.count
      } catch {
        // A file that cannot be read is one more fault, not the end of the others.
        guard error.code != .cancelled, error.context.file != "standard output" else { throw error }
        try console.print(
          Console.printable(
            error.adding(file: path == "-" ? ParquetInput.standardInput : path).description))
        found += 1
      }
      if found == 0 {
        let name = path == "-" ? ParquetInput.standardInput : path
        console.note("\(Console.printable(name)): \(counted(rowCount, "row")), no fault")
      }
      faultCount += found
    }
    return faultCount == 0 ? .done : .failed
  }
}
