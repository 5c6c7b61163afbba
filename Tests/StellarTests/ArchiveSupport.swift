import Datasets
import ObjectStorage
import Parquet
import Synchronization
import Tables
import Testing

@testable import Stellar

/// A clock that stands until it is moved.
final class TestClock: StreamClock {
  private let state: Mutex<(wall: Int64, elapsed: Int64)>

  /// 2025-07-20T12:00:00Z.
  static let start: Int64 = 1_753_012_800

  init() { state = Mutex((TestClock.start * 1_000_000, 5_000_000)) }

  var wallMicroseconds: Int64 { state.withLock { $0.wall } }
  var monotonicMicroseconds: Int64 { state.withLock { $0.elapsed } }

  func advance(seconds: Double) {
    let time = Int64(seconds * 1_000_000)
    state.withLock { $0 = ($0.wall + time, $0.elapsed + time) }
  }
}

/// What archives of a test share: the store, the clock, what they tell.
final class Bench: Sendable {
  let memory = MemoryObjectStore()
  let store: FaultyObjectStore
  let clock = TestClock()
  private let told = Mutex<[ArchiveEvent]>([])
  private let waited = Mutex<[Duration]>([])

  init() { store = FaultyObjectStore(memory) }

  var events: [ArchiveEvent] { told.withLock { $0 } }
  /// How long retries waited.
  var waits: [Duration] { waited.withLock { $0 } }

  /// An archive; `change` says what is not as by default.
  func open(
    threads: Int = 1, store: (any ObjectStore)? = nil,
    _ change: (inout ArchiveConfiguration) -> Void = { _ in }
  ) throws -> StellarArchive {
    var configuration = ArchiveConfiguration()
    configuration.threads = threads
    configuration.retries = 0
    configuration.compression = .none
    change(&configuration)
    let retrier = Retrier(
      policy: RetryPolicy(retryCount: configuration.retries, firstWait: .milliseconds(50)),
      sleep: { [self] wait in waited.withLock { $0.append(wait) } })
    while true {
      do throws(ParquetError) {
        return try StellarArchive(
          configuration, store: store ?? self.store, clock: clock, retrier: retrier
        ) { [self] event in told.withLock { $0.append(event) } }
      } catch {
        // A thread may be about to let go of an archive that is gone.
        guard error.message.contains("another run") else { throw error }
        Retrier.pause(.milliseconds(1))
      }
    }
  }

  // MARK: Files

  /// The keys of all files, in order.
  var keys: [String] { (try? memory.objects().map(\.key.description)) ?? [] }

  func reader(_ key: String) throws -> ParquetReader {
    try ParquetReader(MemorySource(try memory.read(try ObjectKey(key)), name: key))
  }

  /// The rows of a file, as NDJSON.
  func rows(_ key: String) throws -> [String] {
    let reader = try reader(key)
    let text = MemorySink()
    let sink = try TextSink(text, schema: reader.schema, format: .ndjson)
    let batches = reader.batches()
    while let batch = try batches.next() { try sink.write(batch) }
    _ = try sink.finish()
    return String(decoding: text.bytes.array(), as: UTF8.self).split(separator: "\n").map(
      String.init)
  }

  /// The rows of all files.
  func allRows() throws -> [String] { try keys.flatMap { try rows($0) } }

  /// The key-values of a file, apart from the engine's own.
  func keyValues(_ key: String) throws -> [String: String] {
    var values: [String: String] = [:]
    for keyValue in try reader(key).metadata.keyValues {
      values[keyValue.key] = keyValue.value ?? ""
    }
    return values
  }

  // MARK: Events

  var rejections: [ArchiveRejection] {
    events.compactMap { if case .rejected(let rejection) = $0 { rejection } else { nil } }
  }

  /// The files stored, by their first ledgers: threads store them in any order.
  var stored: [ArchivedFile] {
    let files: [ArchivedFile] = events.compactMap {
      if case .stored(let file) = $0 { file } else { nil }
    }
    return files.sorted { ($0.firstLedger, $0.path) < ($1.firstLedger, $1.path) }
  }

  var storageFailures: Int {
    events.count { if case .storageFailed = $0 { true } else { false } }
  }
}

/// Messages to be archived.
enum Messages {
  /// The sample of four types.
  static let sample = [
    #"{"message_type":"contract_data","processor_name":"contract_data_processor","contract_id":"CSAMPLE1","ledger_sequence":426007,"timestamp":"2025-08-05T09:15:27.905427888Z","contract_data":{"contract_id":"CSAMPLE1","contract_key_type":"ScValTypeScvVec","contract_durability":"ContractDataDurabilityPersistent","asset_code":"","asset_issuer":"","asset_type":"","balance_holder":"CHOLDER1","balance":"170141183460469231731687303715884105727","last_modified_ledger":426007,"ledger_entry_change":1,"deleted":false,"closed_at":"2025-07-13T09:36:17Z","ledger_sequence":426007,"ledger_key_hash":"00ff"},"archive_metadata":{"file_name":"ledger-426007.xdr","bucket_name":"b","file_size":9007199254740993}}"#,
    #"{"type":"contract","ledger":426008,"ledgerClosedAt":"2025-07-13T23:59:59Z","contractId":"CSAMPLE2","id":"0001829690370916352-0000000001","topic":["AAAADwAAAAh0cmFuc2Zlcg=="],"value":"AAAAAQ==","inSuccessfulContractCall":true,"txHash":"ab12"}"#,
    #"{"code":"USDC","issuer":"GISSUER","type":"credit_alphanum4","timestamp":"2025-07-14T00:00:01Z"}"#,
    #"{"message_type":"swap_event","ledger_sequence":426010,"timestamp":"2025-07-14T00:00:05Z","amount_in":12,"price":0.5,"path":["A","B"],"note":null}"#,
  ]

  /// A message of a type that is inferred.
  static func generic(
    _ ledger: Int, type: String = "t", at time: String = "2025-07-13T10:00:00Z", _ more: String = ""
  ) -> String {
    #"{"message_type":"\#(type)","ledger_sequence":\#(ledger),"closed_at":"\#(time)"\#(more)}"#
  }

  /// A contract data message.
  static func contractData(_ ledger: Int, at time: String = "2025-07-13T10:00:00Z") -> String {
    #"{"message_type":"contract_data","contract_data":{"contract_id":"C\#(ledger)","ledger_sequence":\#(ledger),"closed_at":"\#(time)"}}"#
  }

  /// An event as RPC gives it.
  static func event(_ ledger: Int, id: String = "i", at time: String = "2025-07-13T10:00:00Z")
    -> String
  {
    #"{"type":"contract","ledger":\#(ledger),"ledgerClosedAt":"\#(time)","contractId":"C","id":"\#(id)","inSuccessfulContractCall":true,"txHash":"h"}"#
  }
}

extension StellarArchive {
  /// Takes a text.
  @discardableResult
  func take(_ json: String, _ metadata: [String: String] = [:]) throws -> ArchiveRejection? {
    try process(LedgerMessage(json: json, metadata: metadata))
  }

  func take(all messages: [String]) throws { for message in messages { try take(message) } }
}
