"""Records and answers as columns: Arrow IPC streams and Parquet, by the rules that JSON has.

It knows bytes, columns and what may be unpacked; not routes, models or the log. Nothing here imports pyarrow
before the first body of columns is read.
"""
