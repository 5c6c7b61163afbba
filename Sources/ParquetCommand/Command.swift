import CommandSupport

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The `parquet` command.
@main enum Command {
  static let tool = Tool(
    name: "parquet", summary: "Looks into Parquet files and makes them.", version: "0.1.0",
    commands: Commands.all)

  static func main() {
    Interruption.install()
    FileCallFaults.install()
    exit(tool.run(Array(CommandLine.arguments.dropFirst())).rawValue)
  }
}
