-- Messages about contract data into the table that `parquet stellar archive` makes of them: the same columns of the
-- same types in the same order, in one file. Messages are read into structs that have what the table wants of them.
--
-- $MESSAGES is the file of messages, $OUTPUT the file to write, $THREADS the number of threads, $ORDERED whether the
-- rows stay in the order of the messages. A maximum_object_size from 256 KiB to 64 MiB, or a file for each thread
-- (PER_THREAD_OUTPUT), takes as long.
SET threads = $THREADS;
SET preserve_insertion_order = $ORDERED;
SET enable_progress_bar = false;

COPY (
  SELECT
    contract_data.contract_id,
    contract_data.contract_key_type,
    contract_data.contract_durability,
    contract_data.asset_code,
    contract_data.asset_issuer,
    contract_data.asset_type,
    contract_data.balance_holder,
    contract_data.balance,
    contract_data.last_modified_ledger,
    contract_data.ledger_entry_change,
    contract_data.deleted,
    contract_data.closed_at,
    contract_data.ledger_sequence,
    contract_data.ledger_key_hash,
    processor_name,
    message_type,
    "timestamp",
    archive_metadata.file_name AS archive_file_name,
    archive_metadata.bucket_name AS archive_bucket_name,
    archive_metadata.file_size AS archive_file_size
  FROM read_json(
    '$MESSAGES', format = 'newline_delimited', columns = {
      contract_data: 'STRUCT(contract_id VARCHAR, contract_key_type VARCHAR, contract_durability VARCHAR,
        asset_code VARCHAR, asset_issuer VARCHAR, asset_type VARCHAR, balance_holder VARCHAR, balance VARCHAR,
        last_modified_ledger UINTEGER, ledger_entry_change UINTEGER, deleted BOOLEAN, closed_at TIMESTAMPTZ,
        ledger_sequence UINTEGER, ledger_key_hash VARCHAR)',
      processor_name: 'VARCHAR', message_type: 'VARCHAR', "timestamp": 'TIMESTAMPTZ',
      archive_metadata: 'STRUCT(file_name VARCHAR, bucket_name VARCHAR, file_size BIGINT)'})
) TO '$OUTPUT' (FORMAT parquet, COMPRESSION snappy);
