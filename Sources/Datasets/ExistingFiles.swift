/// What becomes of the files that a data set's folder holds before a sink writes to it.
///
/// The folder is looked at with the folders `key=value` below it, as deep as the sink's own partitions are; symbolic
/// links to folders are not followed. Folders `key=value` that lie deeper are of another partitioning: ``refuse`` and
/// ``replace`` throw there, as readers would mix their files with the new ones.
///
/// In all cases the new files bear hidden names, `.part-00000.parquet.pending`, until ``RollingSink/finish()`` or
/// ``PartitionedSink/finish()``; a sink that fails, is abandoned or killed before has touched nothing of what was
/// there. Then each gets its name in one step, in the order of their paths: who reads meanwhile, or after a kill just
/// then, sees some of the new files.
///
/// The hidden files of runs that were killed are removed when a sink begins that refuses or replaces. Such a sink has
/// the folder for itself, where the file system has locks: while another one writes to the folder neither begins.
public enum ExistingFiles: Hashable, Sendable {
  /// There must be none: no file whose name ends in `.parquet` and does not begin with a dot. The sink throws when it is
  /// made, and again before the new files get their names.
  case refuse
  /// The files of an earlier run are replaced: those called `STEM-NNNNN.parquet`, of the same stem and five digits or
  /// more. Files of other names stay.
  ///
  /// First the new files get their names, old ones of the same name making way in the same step; then the names are made
  /// durable; then the old files that are left are removed, and the folders `key=value` that are empty then. So a
  /// reader sees the old files, then a mixture for as long as renaming and removing take, then the new ones; never is
  /// a file cut short. A kill in between leaves the mixture, with every row of the new files there once the first
  /// old one is removed; the next run that replaces takes away the rest.
  case replace
  /// They stay, whatever they are called and hold. A new file's number is above those in its folder, so that sinks that
  /// keep can write to one folder at the same time. The schema of the files that are there is not looked at.
  case keep
}
