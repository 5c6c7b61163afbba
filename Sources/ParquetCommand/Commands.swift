import CommandSupport

/// What `parquet` can do, in the order of its help.
enum Commands {
  static let all =
    [Subcommand.schema, .inspect, .cat, .count, .stats, .verify, .convert, .concat]
    + MIDASCommand.all + StellarCommand.all
}
