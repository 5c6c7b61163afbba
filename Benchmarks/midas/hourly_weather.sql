-- Hourly weather of MIDAS Open into the table that `parquet midas convert` makes of it: the same columns of the same
-- types in the same order. Of several observations of one time it does not look for the best, as there are none in
-- the archive; descriptors (..._j) are not read.
--
-- The lines before a file's rows are skipped by their number, as all headers have the same. The line `end data` does
-- not have the columns of a row, so it is one of the errors that are ignored.
--
-- $ARCHIVE is the folder of the files, $OUTPUT the file to write, $HEADER the number of lines before the rows of
-- observations, $STATION_HEADER that before the rows of stations, $THREADS that of threads, $ORDERED whether the rows
-- stay in the order of the files.
SET threads = $THREADS;
SET preserve_insertion_order = $ORDERED;
SET enable_progress_bar = false;

CREATE TEMP TABLE station AS
SELECT
  src_id,
  station_name,
  station_latitude,
  station_longitude,
  station_elevation AS station_height_meters,
  historic_county AS station_county,
  authority AS station_authority,
  make_timestamp(first_year, 1, 1, 0, 0, 0)::TIMESTAMP_NS AS station_start_date,
  make_timestamp(last_year, 12, 31, 23, 59, 59)::TIMESTAMP_NS AS station_end_date
FROM read_csv(
  '$ARCHIVE/**/*_station-metadata.csv', auto_detect = false, header = false, delim = ',',
  skip = $STATION_HEADER, ignore_errors = true, columns = {
    'src_id': 'INTEGER', 'station_name': 'VARCHAR', 'station_file_name': 'VARCHAR',
    'historic_county': 'VARCHAR', 'authority': 'VARCHAR', 'station_latitude': 'DOUBLE',
    'station_longitude': 'DOUBLE', 'station_elevation': 'FLOAT', 'first_year': 'INTEGER',
    'last_year': 'INTEGER'});

COPY (
  SELECT
    ob_time AS ob_end_time,
    0::INTEGER AS ob_hour_count,
    id AS observation_id,
    src_id AS station_id,
    id_type,
    met_domain_name,
    rec_st_ind,
    version_num,
    src_id AS station_src_id,
    station_name,
    station_latitude,
    station_longitude,
    station_height_meters,
    station_county,
    station_authority,
    NULL::INTEGER AS east_grid_ref,
    NULL::INTEGER AS north_grid_ref,
    NULL::VARCHAR AS grid_ref_type,
    station_start_date,
    station_end_date,
    meto_stmp_time,
    midas_stmp_etime,
    air_temperature, alt_pres, cavok_flag, cld_amt_id_1, cld_amt_id_2, cld_amt_id_3, cld_amt_id_4,
    cld_base_amt_id, cld_base_ht, cld_base_ht_id_1, cld_base_ht_id_2, cld_base_ht_id_3,
    cld_base_ht_id_4, cld_ttl_amt_id, cloud_type_id_1, cloud_type_id_2, cloud_type_id_3,
    cloud_type_id_4, cs_hr_sun_dur, dewpoint, drv_hr_sun_dur, ground_state_id, hi_cld_type_id,
    low_cld_type_id, med_cld_type_id, msl_pressure, past_wx_id_1, past_wx_id_2, prst_wx_id,
    q10mnt_mxgst_spd, air_temperature_q AS q_air_temperature, alt_pres_q AS q_alt_pres,
    cld_amt_id_1_q AS q_cld_amt_id_1, cld_amt_id_2_q AS q_cld_amt_id_2,
    cld_amt_id_3_q AS q_cld_amt_id_3, cld_amt_id_4_q AS q_cld_amt_id_4,
    cld_base_amt_id_q AS q_cld_base_amt_id, cld_base_ht_q AS q_cld_base_ht,
    cld_base_ht_id_1_q AS q_cld_base_ht_id_1, cld_base_ht_id_2_q AS q_cld_base_ht_id_2,
    cld_base_ht_id_3_q AS q_cld_base_ht_id_3, cld_base_ht_id_4_q AS q_cld_base_ht_id_4,
    cld_ttl_amt_id_q AS q_cld_ttl_amt_id, cloud_type_id_1_q AS q_cloud_type_id_1,
    cloud_type_id_2_q AS q_cloud_type_id_2, cloud_type_id_3_q AS q_cloud_type_id_3,
    cloud_type_id_4_q AS q_cloud_type_id_4, cs_hr_sun_dur_q AS q_cs_hr_sun_dur,
    dewpoint_q AS q_dewpoint, drv_hr_sun_dur_q AS q_drv_hr_sun_dur,
    ground_state_id_q AS q_ground_state_id, hi_cld_type_id_q AS q_hi_cld_type_id,
    low_cld_type_id_q AS q_low_cld_type_id, med_cld_type_id_q AS q_med_cld_type_id,
    msl_pressure_q AS q_msl_pressure, past_wx_id_1_q AS q_past_wx_id_1,
    past_wx_id_2_q AS q_past_wx_id_2, prst_wx_id_q AS q_prst_wx_id,
    q10mnt_mxgst_spd_q AS q_q10mnt_mxgst_spd, snow_depth_q AS q_snow_depth,
    stn_pres_q AS q_stn_pres, vert_vsby_q AS q_vert_vsby, visibility_q AS q_visibility,
    wetb_temp_q AS q_wetb_temp, wind_direction_q AS q_wind_direction, wind_speed_q AS q_wind_speed,
    wmo_hr_sun_dur_q AS q_wmo_hr_sun_dur, rltv_hum, snow_depth, src_opr_type, stn_pres, vert_vsby,
    visibility, wetb_temp, wind_direction, wind_speed, wind_speed_unit_id, wmo_hr_sun_dur
  FROM read_csv(
    '$ARCHIVE/**/*_qcv-1_*.csv', auto_detect = false, header = false, delim = ',', nullstr = 'NA',
    skip = $HEADER, ignore_errors = true, columns = {
      'ob_time': 'TIMESTAMP_NS', 'id': 'VARCHAR', 'id_type': 'VARCHAR',
      'met_domain_name': 'VARCHAR', 'version_num': 'INTEGER', 'src_id': 'INTEGER',
      'rec_st_ind': 'INTEGER', 'wind_speed_unit_id': 'DOUBLE', 'src_opr_type': 'DOUBLE',
      'wind_direction': 'DOUBLE', 'wind_speed': 'DOUBLE', 'prst_wx_id': 'DOUBLE',
      'past_wx_id_1': 'DOUBLE', 'past_wx_id_2': 'DOUBLE', 'cld_ttl_amt_id': 'DOUBLE',
      'low_cld_type_id': 'DOUBLE', 'med_cld_type_id': 'DOUBLE', 'hi_cld_type_id': 'DOUBLE',
      'cld_base_amt_id': 'DOUBLE', 'cld_base_ht': 'DOUBLE', 'visibility': 'DOUBLE',
      'msl_pressure': 'DOUBLE', 'cld_amt_id_1': 'DOUBLE', 'cloud_type_id_1': 'DOUBLE',
      'cld_base_ht_id_1': 'DOUBLE', 'cld_amt_id_2': 'DOUBLE', 'cloud_type_id_2': 'DOUBLE',
      'cld_base_ht_id_2': 'DOUBLE', 'cld_amt_id_3': 'DOUBLE', 'cloud_type_id_3': 'DOUBLE',
      'cld_base_ht_id_3': 'DOUBLE', 'cld_amt_id_4': 'DOUBLE', 'cloud_type_id_4': 'DOUBLE',
      'cld_base_ht_id_4': 'DOUBLE', 'vert_vsby': 'DOUBLE', 'air_temperature': 'DOUBLE',
      'dewpoint': 'DOUBLE', 'wetb_temp': 'DOUBLE', 'stn_pres': 'DOUBLE', 'alt_pres': 'DOUBLE',
      'ground_state_id': 'DOUBLE', 'q10mnt_mxgst_spd': 'DOUBLE', 'cavok_flag': 'VARCHAR',
      'cs_hr_sun_dur': 'DOUBLE', 'wmo_hr_sun_dur': 'DOUBLE', 'wind_direction_q': 'VARCHAR',
      'wind_speed_q': 'VARCHAR', 'prst_wx_id_q': 'VARCHAR', 'past_wx_id_1_q': 'VARCHAR',
      'past_wx_id_2_q': 'VARCHAR', 'cld_ttl_amt_id_q': 'VARCHAR', 'low_cld_type_id_q': 'VARCHAR',
      'med_cld_type_id_q': 'VARCHAR', 'hi_cld_type_id_q': 'VARCHAR',
      'cld_base_amt_id_q': 'VARCHAR', 'cld_base_ht_q': 'VARCHAR', 'visibility_q': 'VARCHAR',
      'msl_pressure_q': 'VARCHAR', 'air_temperature_q': 'VARCHAR', 'dewpoint_q': 'VARCHAR',
      'wetb_temp_q': 'VARCHAR', 'ground_state_id_q': 'VARCHAR', 'cld_amt_id_1_q': 'VARCHAR',
      'cld_amt_id_2_q': 'VARCHAR', 'cld_amt_id_3_q': 'VARCHAR', 'cld_amt_id_4_q': 'VARCHAR',
      'cloud_type_id_1_q': 'VARCHAR', 'cloud_type_id_2_q': 'VARCHAR',
      'cloud_type_id_3_q': 'VARCHAR', 'cloud_type_id_4_q': 'VARCHAR',
      'cld_base_ht_id_1_q': 'VARCHAR', 'cld_base_ht_id_2_q': 'VARCHAR',
      'cld_base_ht_id_3_q': 'VARCHAR', 'cld_base_ht_id_4_q': 'VARCHAR', 'vert_vsby_q': 'VARCHAR',
      'stn_pres_q': 'VARCHAR', 'alt_pres_q': 'VARCHAR', 'q10mnt_mxgst_spd_q': 'VARCHAR',
      'cs_hr_sun_dur_q': 'VARCHAR', 'wmo_hr_sun_dur_q': 'VARCHAR',
      'meto_stmp_time': 'TIMESTAMP_NS', 'midas_stmp_etime': 'INTEGER',
      'wind_direction_j': 'VARCHAR', 'wind_speed_j': 'VARCHAR', 'prst_wx_id_j': 'VARCHAR',
      'past_wx_id_1_j': 'VARCHAR', 'past_wx_id_2_j': 'VARCHAR', 'cld_amt_id_j': 'VARCHAR',
      'cld_ht_j': 'VARCHAR', 'visibility_j': 'VARCHAR', 'msl_pressure_j': 'VARCHAR',
      'air_temperature_j': 'VARCHAR', 'dewpoint_j': 'VARCHAR', 'wetb_temp_j': 'VARCHAR',
      'vert_vsby_j': 'VARCHAR', 'stn_pres_j': 'VARCHAR', 'alt_pres_j': 'VARCHAR',
      'q10mnt_mxgst_spd_j': 'VARCHAR', 'rltv_hum': 'DOUBLE', 'rltv_hum_j': 'VARCHAR',
      'snow_depth': 'DOUBLE', 'snow_depth_q': 'VARCHAR', 'drv_hr_sun_dur': 'DOUBLE',
      'drv_hr_sun_dur_q': 'VARCHAR'}) AS observation
  JOIN station USING (src_id)
) TO '$OUTPUT' (FORMAT parquet, COMPRESSION snappy);
