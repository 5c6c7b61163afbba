-- As contract_data.sql, but the objects are read as JSON, of which the wanted values are extracted, all of an object in
-- one call.
SET threads = $THREADS;
SET preserve_insertion_order = $ORDERED;
SET enable_progress_bar = false;

COPY (
  SELECT
    data[1] AS contract_id,
    data[2] AS contract_key_type,
    data[3] AS contract_durability,
    data[4] AS asset_code,
    data[5] AS asset_issuer,
    data[6] AS asset_type,
    data[7] AS balance_holder,
    data[8] AS balance,
    data[9]::UINTEGER AS last_modified_ledger,
    data[10]::UINTEGER AS ledger_entry_change,
    data[11]::BOOLEAN AS deleted,
    data[12]::TIMESTAMPTZ AS closed_at,
    data[13]::UINTEGER AS ledger_sequence,
    data[14] AS ledger_key_hash,
    processor_name,
    message_type,
    "timestamp",
    archive[1] AS archive_file_name,
    archive[2] AS archive_bucket_name,
    archive[3]::BIGINT AS archive_file_size
  FROM (
    SELECT
      json_extract_string(contract_data, [
        'contract_id', 'contract_key_type', 'contract_durability', 'asset_code', 'asset_issuer', 'asset_type',
        'balance_holder', 'balance', 'last_modified_ledger', 'ledger_entry_change', 'deleted', 'closed_at',
        'ledger_sequence', 'ledger_key_hash']) AS data,
      json_extract_string(archive_metadata, ['file_name', 'bucket_name', 'file_size']) AS archive,
      processor_name,
      message_type,
      "timestamp"
    FROM read_json(
      '$MESSAGES', format = 'newline_delimited', columns = {
        contract_data: 'JSON', processor_name: 'VARCHAR', message_type: 'VARCHAR', "timestamp": 'TIMESTAMPTZ',
        archive_metadata: 'JSON'}))
) TO '$OUTPUT' (FORMAT parquet, COMPRESSION snappy);
