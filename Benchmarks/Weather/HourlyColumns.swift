/// The columns of a file of uk-hourly-weather-obs, in its order, each with the real column it is modelled on.
///
/// No file of this data set is at hand, so its measurements, codes and quality codes take after those of the data sets
/// that are: wind after wind, temperatures after temperatures, codes of clouds and weather after a calm month' wind,
/// heights and sight after radiation, the third and fourth layers of clouds after radiometers that a station lacks.
struct HourlyColumn {
  var name: String
  var meaning: String
  var unit: String
  var type: String
  var model: RealColumn
  /// Added to each quantile of the model.
  var offset = 0
  /// What of 1 000 rows keeps the place of the row before, where it is not what the model says: an offset makes texts
  /// longer, which would take more bits than the model's.
  var keeping: Int

  private init(
    _ name: String, _ meaning: String, _ unit: String, _ type: String, _ model: RealColumn,
    offset: Int = 0, keeping: Int? = nil
  ) {
    self.name = name
    self.meaning = meaning
    self.unit = unit
    self.type = type
    self.model = model
    self.offset = offset
    self.keeping = keeping ?? model.keeping
  }

  private static func quality(_ name: String, _ model: RealColumn) -> HourlyColumn {
    HourlyColumn("\(name)_q", "QC code: \(name)", "1", "int", model)
  }

  static let all: [HourlyColumn] =
    identity + weather + cloudLayers + air + qualities + stamps + descriptors + late

  private static let identity = [
    HourlyColumn("ob_time", "Date and time of observation", "s", "char", .hour),
    HourlyColumn("id", "station identifier", "1", "char", .identifier),
    HourlyColumn("id_type", "identifier type", "1", "char", .identifierKind),
    HourlyColumn("met_domain_name", "message type", "1", "char", .message),
    HourlyColumn("version_num", "midas qc version number", "1", "int", .version),
    HourlyColumn(
      "src_id", "unique source identifier or station site number", "1", "int", .station),
    HourlyColumn("rec_st_ind", "state indicator for the record", "1", "int", .rainRecordState),
  ]

  private static let weather = [
    HourlyColumn("wind_speed_unit_id", "Wind speed unit", "1", "int", .rainDayCount),
    HourlyColumn("src_opr_type", "Source operation type", "1", "int", .rainDayCount),
    HourlyColumn("wind_direction", "Wind direction", "degrees", "int", .windDirection),
    HourlyColumn("wind_speed", "Wind speed", "knots", "float", .windSpeed),
    HourlyColumn("prst_wx_id", "Present weather code", "1", "int", .calmGustSpeed),
    HourlyColumn("past_wx_id_1", "Past weather code 1", "1", "int", .calmSpeed),
    HourlyColumn("past_wx_id_2", "Past weather code 2", "1", "int", .calmSpeed),
    HourlyColumn("cld_ttl_amt_id", "Total cloud amount code", "oktas", "int", .calmSpeed),
    HourlyColumn("low_cld_type_id", "Low cloud type code", "1", "int", .calmGustSpeed),
    HourlyColumn("med_cld_type_id", "Medium cloud type code", "1", "int", .calmGustSpeed),
    HourlyColumn("hi_cld_type_id", "High cloud type code", "1", "int", .calmSpeed),
    HourlyColumn("cld_base_amt_id", "Cloud base amount code", "oktas", "int", .calmSpeed),
    HourlyColumn("cld_base_ht", "Cloud base height", "decametres", "int", .diffuse),
    HourlyColumn("visibility", "Visibility", "decametres", "int", .global),
    HourlyColumn(
      "msl_pressure", "Mean sea level pressure", "hPa", "float", .maximumTemperature,
      offset: 10_000, keeping: 200),
  ]

  /// The amount, the type and the height of each of four layers.
  private static let cloudLayers = (1...4).flatMap { layer in
    let models: [RealColumn] =
      switch layer {
      case 1: [.calmSpeed, .calmGustDirection, .direct]
      case 2: [.calmGustSpeed, .calmGustSpeed, .diffuse]
      default: [.unmeasured, .unmeasured, .unmeasured]
      }
    return [
      HourlyColumn("cld_amt_id_\(layer)", "Amount of layer \(layer)", "oktas", "int", models[0]),
      HourlyColumn("cloud_type_id_\(layer)", "Type of layer \(layer)", "1", "int", models[1]),
      HourlyColumn(
        "cld_base_ht_id_\(layer)", "Base height of layer \(layer)", "decametres", "int", models[2]),
    ]
  }

  private static let air = [
    HourlyColumn("vert_vsby", "Vertical visibility", "decametres", "int", .unmeasured),
    HourlyColumn("air_temperature", "Air temperature", "degC", "float", .maximumTemperature),
    HourlyColumn("dewpoint", "Dew point temperature", "degC", "float", .minimumTemperature),
    HourlyColumn("wetb_temp", "Wet bulb temperature", "degC", "float", .grassTemperature),
    HourlyColumn(
      "stn_pres", "Station pressure", "hPa", "float", .minimumTemperature, offset: 9_700,
      keeping: 100),
    HourlyColumn("alt_pres", "Altimeter pressure", "hPa", "float", .unmeasured),
    HourlyColumn("ground_state_id", "Ground state code", "1", "int", .calmSpeed),
    HourlyColumn(
      "q10mnt_mxgst_spd", "Maximum gust of the last ten minutes", "knots", "float", .gustSpeed),
    HourlyColumn("cavok_flag", "CAVOK flag", "1", "char", .unmeasured),
    HourlyColumn("cs_hr_sun_dur", "Campbell-Stokes sunshine duration", "hours", "float", .rain),
    HourlyColumn("wmo_hr_sun_dur", "WMO sunshine duration", "hours", "float", .unmeasured),
  ]

  private static let qualities: [HourlyColumn] =
    [
      quality("wind_direction", .windDirectionQuality),
      quality("wind_speed", .windSpeedQuality),
      quality("prst_wx_id", .calmGustQuality),
      quality("past_wx_id_1", .calmGustTimeQuality),
      quality("past_wx_id_2", .calmGustTimeQuality),
      quality("cld_ttl_amt_id", .gustQuality),
      quality("low_cld_type_id", .calmGustQuality),
      quality("med_cld_type_id", .calmGustQuality),
      quality("hi_cld_type_id", .gustTimeQuality),
      quality("cld_base_amt_id", .gustTimeQuality),
      quality("cld_base_ht", .globalQuality),
      quality("visibility", .globalQuality),
      quality("msl_pressure", .maximumTemperatureQuality),
      quality("air_temperature", .maximumTemperatureQuality),
      quality("dewpoint", .minimumTemperatureQuality),
      quality("wetb_temp", .concreteTemperatureQuality),
      quality("ground_state_id", .concreteTemperatureQuality),
    ] + layers("cld_amt_id", .gustQuality) + layers("cloud_type_id", .calmGustQuality)
    + layers("cld_base_ht_id", .directQuality) + [
      quality("vert_vsby", .unmeasuredQuality),
      quality("stn_pres", .minimumTemperatureQuality),
      quality("alt_pres", .unmeasuredQuality),
      quality("q10mnt_mxgst_spd", .gustQuality),
      quality("cs_hr_sun_dur", .rainQuality),
      quality("wmo_hr_sun_dur", .unmeasuredQuality),
    ]

  private static func layers(_ name: String, _ model: RealColumn) -> [HourlyColumn] {
    (1...4).map { layer in
      quality("\(name)_\(layer)", layer < 3 ? model : .unmeasuredQuality)
    }
  }

  private static let stamps = [
    HourlyColumn("meto_stmp_time", "Met Office receipt stamp time", "s", "char", .receipt),
    HourlyColumn("midas_stmp_etime", "Elapsed time to storage in MIDAS", "minutes", "int", .delay),
  ]

  private static let descriptors = [
    "wind_direction", "wind_speed", "prst_wx_id", "past_wx_id_1", "past_wx_id_2", "cld_amt_id",
    "cld_ht", "visibility", "msl_pressure", "air_temperature", "dewpoint", "wetb_temp", "vert_vsby",
    "stn_pres", "alt_pres", "q10mnt_mxgst_spd",
  ].map(descriptor)

  private static func descriptor(_ name: String) -> HourlyColumn {
    HourlyColumn("\(name)_j", "Descriptor: \(name)", "1", "char", .descriptor)
  }

  private static let late = [
    HourlyColumn(
      "rltv_hum", "Relative humidity", "%", "float", .concreteTemperature, offset: 750),
    descriptor("rltv_hum"),
    HourlyColumn("snow_depth", "Snow depth", "cm", "int", .calmSpeed),
    quality("snow_depth", .rainQuality),
    HourlyColumn("drv_hr_sun_dur", "Derived sunshine duration", "hours", "float", .unmeasured),
    quality("drv_hr_sun_dur", .unmeasuredQuality),
  ]
}
