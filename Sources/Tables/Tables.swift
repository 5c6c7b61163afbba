public import Parquet
